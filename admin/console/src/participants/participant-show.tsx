import { Button } from '@mui/material';
import { useState } from 'react';
import { ShowBase, Title, useLocale, useShowContext, useTranslate } from 'react-admin';
import { Link } from 'react-router-dom';
import { Mono } from '../components/facts.tsx';
import { PageHead, Section } from '../components/section.tsx';
import { ParticipantState } from '../components/state-tags.tsx';
import { DiffTable } from '../proposals/diff-table.tsx';
import type { ParticipantWithHistory } from '../wire.ts';
import { EndDialog } from './end-dialog.tsx';
import { ParticipantHistory } from './participant-history.tsx';

function Shown() {
  const t = useTranslate();
  const locale = useLocale();
  const { record } = useShowContext<ParticipantWithHistory>();
  const [ending, setEnding] = useState(false);
  if (record === undefined) return null;
  const { history, state, ...participant } = record;
  const name = participant.name[locale === 'en' ? 'en' : 'zh-TW'];
  return (
    <>
      <Title title={name} />
      <PageHead
        title={name}
        lead={
          <>
            <Mono>{participant.id}</Mono> <ParticipantState state={state} />
          </>
        }
        actions={
          <>
            <Button component={Link} to={`/propose/${participant.id}`} variant="contained">
              {t('participants.propose_change')}
            </Button>
            {state !== 'ended' && (
              <Button variant="outlined" color="error" onClick={() => setEnding(true)}>
                {t('participants.propose_end')}
              </Button>
            )}
          </>
        }
      />
      <Section title={t('participants.present')}>
        <DiffTable before={null} after={participant} plain />
      </Section>
      <ParticipantHistory history={history} />
      <EndDialog participant={participant} open={ending} onClose={() => setEnding(false)} />
    </>
  );
}

export function ParticipantShow() {
  return (
    <ShowBase resource="participants">
      <Shown />
    </ShowBase>
  );
}
