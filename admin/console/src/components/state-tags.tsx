import { Box } from '@mui/material';
import { useTranslate } from 'react-admin';
import type { OperatorRecord, ParticipantRecord, Proposal } from '../wire.ts';
import { Tag, type Tone } from './tag.tsx';

const participantTones: Record<ParticipantRecord['state'], Tone> = {
  active: 'good',
  future: 'info',
  ended: 'neutral',
};
const proposalTones: Record<Proposal['state'], Tone> = {
  open: 'warn',
  approved: 'good',
  rejected: 'bad',
  withdrawn: 'neutral',
};
const operatorTones: Record<OperatorRecord['state'], Tone> = {
  enrolled: 'good',
  appointed: 'info',
  'code-expired': 'warn',
  ended: 'neutral',
};

export function ParticipantState({ state }: { state: ParticipantRecord['state'] }) {
  const t = useTranslate();
  return <Tag text={t(`participant_state.${state}`)} tone={participantTones[state]} />;
}

export function ProposalState({ proposal }: { proposal: Pick<Proposal, 'state' | 'overtaken'> }) {
  const t = useTranslate();
  if (proposal.overtaken) return <Tag text={t('proposal_state.overtaken')} tone="neutral" />;
  return <Tag text={t(`proposal_state.${proposal.state}`)} tone={proposalTones[proposal.state]} />;
}

export function OperatorState({ state }: { state: OperatorRecord['state'] }) {
  const t = useTranslate();
  return <Tag text={t(`operator_state.${state}`)} tone={operatorTones[state]} />;
}

export function RoleTags({ roles }: { roles: readonly string[] }) {
  const t = useTranslate();
  return (
    <Box component="span" sx={{ display: 'inline-flex', flexWrap: 'wrap', gap: 0.5 }}>
      {roles.map((role) => (
        <Tag key={role} text={t(`role.${role}`)} tone="info" />
      ))}
    </Box>
  );
}
