import { useTranslate } from 'react-admin';
import { useNavigate } from 'react-router-dom';
import { post } from '../api.ts';
import { ReasonDialog } from '../components/reason-dialog.tsx';
import { currentVersion } from '../form/current-version.ts';
import { useSession } from '../session.tsx';
import type { Participant, Proposal } from '../wire.ts';

/** Proposes that a participant ends. */
export function EndDialog({
  participant,
  open,
  onClose,
}: {
  participant: Participant;
  open: boolean;
  onClose: () => void;
}) {
  const t = useTranslate();
  const navigate = useNavigate();
  const { session } = useSession();
  if (!session) return null;
  return (
    <ReasonDialog
      open={open}
      title={t('participants.end_title', { name: participant.name['zh-TW'] })}
      body={t('participants.end_body')}
      confirm={t('form.send')}
      danger
      reasonLabel={t('form.reason')}
      onClose={onClose}
      onSubmit={async (reason) => {
        const proposal = await post<Proposal>('/api/proposals', {
          kind: 'participant-end',
          baseVersion: await currentVersion(),
          id: participant.id,
          reason,
        });
        navigate(`/proposals/${proposal.id}/show`);
      }}
    />
  );
}
