import ExpandMoreIcon from '@mui/icons-material/ExpandMore';
import {
  Accordion,
  AccordionDetails,
  AccordionSummary,
  Alert,
  Box,
  Button,
  Link as MuiLink,
} from '@mui/material';
import { useState } from 'react';
import { ShowBase, Title, useLocale, useShowContext, useTranslate } from 'react-admin';
import { Link } from 'react-router-dom';
import { Facts, Mono } from '../components/facts.tsx';
import { Moment } from '../components/moment.tsx';
import { OneTimeCode } from '../components/one-time-code.tsx';
import { PageHead, Section } from '../components/section.tsx';
import { ProposalState } from '../components/state-tags.tsx';
import type { Participant, Proposal } from '../wire.ts';
import { DecisionPanel } from './decision-panel.tsx';
import { DiffTable } from './diff-table.tsx';
import { titleOf } from './title-of.ts';

function DecisionRecord({ proposal }: { proposal: Proposal }) {
  const t = useTranslate();
  return (
    <Section title={t('proposals.decision')}>
      <Facts
        rows={[
          { key: t('field.state'), value: <ProposalState proposal={proposal} /> },
          { key: t('proposals.decided_by'), value: proposal.decidedBy?.name ?? '—' },
          { key: t('proposals.decided_at'), value: <Moment at={proposal.decidedAt} seconds /> },
          proposal.decisionReason === null
            ? undefined
            : { key: t('proposals.decision_reason'), value: proposal.decisionReason },
          proposal.version === null
            ? undefined
            : {
                key: t('proposals.made_version'),
                value: (
                  <MuiLink component={Link} to="/versions">
                    {t('versions.number', { version: proposal.version })}
                  </MuiLink>
                ),
              },
        ]}
      />
      {proposal.decisionJws !== null && (
        <Accordion
          variant="outlined"
          disableGutters
          sx={{ mt: 1 }}
          slotProps={{ heading: { component: 'h3' } }}
        >
          <AccordionSummary expandIcon={<ExpandMoreIcon />}>
            {t('proposals.signed_decision')}
          </AccordionSummary>
          <AccordionDetails>
            <Mono>{proposal.decisionJws}</Mono>
          </AccordionDetails>
        </Accordion>
      )}
    </Section>
  );
}

function Overtaken({ proposal }: { proposal: Proposal }) {
  const t = useTranslate();
  const again = proposal.kind === 'participant-end' ? undefined : (proposal.after as Participant);
  return (
    <Alert
      severity="warning"
      sx={{ mb: 2 }}
      action={
        again !== undefined && (
          <Button
            component={Link}
            to={proposal.kind === 'participant-add' ? '/propose' : `/propose/${again.id}`}
            state={{ draft: again, reason: proposal.reason }}
            color="inherit"
            size="small"
          >
            {t('proposals.propose_again')}
          </Button>
        )
      }
    >
      {t('proposals.overtaken', { version: proposal.baseVersion })}
    </Alert>
  );
}

function Shown() {
  const t = useTranslate();
  const locale = useLocale();
  const { record: loaded, refetch } = useShowContext<Proposal>();
  const [decided, setDecided] = useState<Proposal>();
  // A decision shown once (with its one-time code) belongs to its own proposal, whatever this page is asked for next.
  const record = decided?.id === loaded?.id ? (decided ?? loaded) : loaded;
  if (record === undefined) return null;
  const title = titleOf(record, t, locale);
  return (
    <>
      <Title title={title} />
      <PageHead title={title} lead={<ProposalState proposal={record} />} />
      {record.overtaken && <Overtaken proposal={record} />}
      {record.enrolmentCode !== undefined && (
        <OneTimeCode words={t('proposals.code_once')} code={record.enrolmentCode} />
      )}
      <Section title={t('proposals.about')}>
        <Facts
          rows={[
            { key: t('proposals.by'), value: record.proposedBy.name },
            { key: t('proposals.at'), value: <Moment at={record.proposedAt} seconds /> },
            { key: t('form.reason'), value: <Box sx={{ whiteSpace: 'pre-wrap' }}>{record.reason}</Box> },
            { key: t('proposals.base'), value: t('versions.number', { version: record.baseVersion }) },
            { key: t('proposals.hash'), value: <Mono>{record.contentHash}</Mono> },
          ]}
        />
      </Section>
      <Section
        title={t(record.before === null ? 'proposals.content_new' : 'proposals.content_change')}
        aside={record.before !== null && record.after !== null ? t('proposals.changes_marked') : undefined}
      >
        <DiffTable before={record.before} after={record.after ?? {}} />
      </Section>
      {record.state === 'open' ? (
        <DecisionPanel
          proposal={record}
          onDecided={async (next) => {
            setDecided(next);
            await refetch();
          }}
        />
      ) : (
        <DecisionRecord proposal={record} />
      )}
    </>
  );
}

export function ProposalShow() {
  return (
    <ShowBase resource="proposals">
      <Shown />
    </ShowBase>
  );
}
