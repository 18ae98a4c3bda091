import { Alert, Box, Button } from '@mui/material';
import { useState } from 'react';
import { useLocale, useNotify, useTranslate } from 'react-admin';
import { post } from '../api.ts';
import { ReasonDialog } from '../components/reason-dialog.tsx';
import { Section } from '../components/section.tsx';
import type { Proposal } from '../wire.ts';
import { titleOf } from './title-of.ts';

type Act = 'approval' | 'rejection' | 'withdrawal';

/** The second operator's decision on exactly what this page shows: the request carries its hash. */
export function DecisionPanel({
  proposal,
  onDecided,
}: {
  proposal: Proposal;
  onDecided: (next: Proposal) => Promise<void>;
}) {
  const t = useTranslate();
  const locale = useLocale();
  const notify = useNotify();
  const [act, setAct] = useState<Act>();

  async function decide(chosen: Act, reason: string) {
    const next = await post<Proposal>(`/api/proposals/${proposal.id}/${chosen}`, {
      contentHash: proposal.contentHash,
      ...(reason === '' ? {} : { reason }),
    });
    setAct(undefined);
    notify(`proposals.done_${chosen}`, { type: 'success' });
    await onDecided(next);
  }

  return (
    <Section title={t('proposals.decision')}>
      {proposal.own ? (
        <>
          <Alert severity="info" sx={{ mb: 2 }}>
            {t('proposals.own')}
          </Alert>
          <Button variant="outlined" color="error" onClick={() => setAct('withdrawal')}>
            {t('proposals.withdraw')}
          </Button>
        </>
      ) : (
        <>
          <Box sx={{ mb: 2 }}>{t('proposals.look')}</Box>
          <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1.5 }}>
            <Button
              variant="contained"
              size="large"
              disabled={proposal.overtaken}
              onClick={() => setAct('approval')}
            >
              {t('proposals.approve')}
            </Button>
            <Button variant="outlined" size="large" color="error" onClick={() => setAct('rejection')}>
              {t('proposals.reject')}
            </Button>
          </Box>
        </>
      )}
      {act !== undefined && (
        <ReasonDialog
          open
          title={t(`proposals.${act}_title`)}
          body={`${titleOf(proposal, t, locale)}${t('proposals.stop')}${t(`proposals.${act}_body`)}`}
          confirm={t(`proposals.${act}_confirm`)}
          danger={act !== 'approval'}
          reasonLabel={t(act === 'rejection' ? 'proposals.reason_for_reject' : 'proposals.remark')}
          reasonRequired={act === 'rejection'}
          onClose={() => setAct(undefined)}
          onSubmit={(reason) => decide(act, reason)}
        />
      )}
    </Section>
  );
}
