import { Button } from '@mui/material';
import { useLocale, useTranslate } from 'react-admin';
import { Link } from 'react-router-dom';
import { ChoiceFilter } from '../components/choice-filter.tsx';
import { ConsoleList } from '../components/console-list.tsx';
import { Moment } from '../components/moment.tsx';
import { Rows } from '../components/rows.tsx';
import { ProposalState } from '../components/state-tags.tsx';
import type { Proposal } from '../wire.ts';
import { titleOf } from './title-of.ts';

const STATES = ['open', 'approved', 'rejected', 'withdrawn'];

export function ProposalList() {
  const t = useTranslate();
  const locale = useLocale();
  return (
    <ConsoleList
      resource="proposals"
      title={t('menu.proposals')}
      lead={t('proposals.lead')}
      filters={
        <ChoiceFilter
          source="state"
          label={t('field.state')}
          choices={STATES.map((state) => ({ value: state, label: t(`proposal_state.${state}`) }))}
        />
      }
      actions={
        <Button component={Link} to="/propose" variant="contained">
          {t('participants.propose_new')}
        </Button>
      }
    >
      <Rows<Proposal>
        caption={t('menu.proposals')}
        to={(proposal) => `/proposals/${proposal.id}/show`}
        columns={[
          { label: t('proposals.what'), names: true, render: (proposal) => titleOf(proposal, t, locale) },
          { label: t('proposals.by'), render: (proposal) => proposal.proposedBy.name },
          { label: t('proposals.at'), render: (proposal) => <Moment at={proposal.proposedAt} /> },
          { label: t('field.state'), render: (proposal) => <ProposalState proposal={proposal} /> },
          { label: t('proposals.decided_by'), render: (proposal) => proposal.decidedBy?.name ?? '—' },
        ]}
      />
    </ConsoleList>
  );
}
