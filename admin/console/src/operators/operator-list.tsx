import { Button, Dialog, DialogActions, DialogContent, DialogTitle, TextField } from '@mui/material';
import { useState } from 'react';
import { useTranslate } from 'react-admin';
import { useNavigate } from 'react-router-dom';
import { post } from '../api.ts';
import { ConsoleList } from '../components/console-list.tsx';
import { Moment } from '../components/moment.tsx';
import { OneTimeCode } from '../components/one-time-code.tsx';
import { ReasonDialog } from '../components/reason-dialog.tsx';
import { Rows } from '../components/rows.tsx';
import { OperatorState } from '../components/state-tags.tsx';
import { currentVersion } from '../form/current-version.ts';
import type { OperatorRecord, Proposal } from '../wire.ts';

function useProposeOperator() {
  const navigate = useNavigate();
  /** With the proposer's half of the code, which is shown before anything else: it is never shown again. */
  const [sent, setSent] = useState<Proposal>();
  const show = (proposal: Proposal) => navigate(`/proposals/${proposal.id}/show`);
  const propose = async (
    content: { kind: 'operator-add'; name: string } | { kind: 'operator-end'; id: string },
    reason: string,
  ) => {
    const proposal = await post<Proposal>('/api/proposals', {
      ...content,
      baseVersion: await currentVersion(),
      reason,
    });
    if (proposal.enrolmentCode === undefined) show(proposal);
    else setSent(proposal);
  };
  return { propose, sent, show };
}

function ProposerCode({ code, onTaken }: { code: string; onTaken: () => void }) {
  const t = useTranslate();
  return (
    <Dialog open fullWidth maxWidth="sm" aria-labelledby="proposer-code-title">
      <DialogTitle id="proposer-code-title">{t('operators.code_title')}</DialogTitle>
      <DialogContent>
        <OneTimeCode words={t('operators.code_once')} code={code} />
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2 }}>
        <Button variant="contained" onClick={onTaken}>
          {t('operators.code_taken')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

export function OperatorList() {
  const t = useTranslate();
  const { propose, sent, show } = useProposeOperator();
  const [adding, setAdding] = useState(false);
  const [name, setName] = useState('');
  const [ending, setEnding] = useState<OperatorRecord>();
  return (
    <ConsoleList
      resource="operators"
      title={t('menu.operators')}
      lead={t('operators.lead')}
      actions={
        <Button variant="contained" onClick={() => setAdding(true)}>
          {t('operators.propose_add')}
        </Button>
      }
    >
      <Rows<OperatorRecord>
        caption={t('menu.operators')}
        columns={[
          { label: t('operators.name'), names: true, render: (operator) => operator.name },
          { label: t('field.state'), render: (operator) => <OperatorState state={operator.state} /> },
          { label: t('operators.appointed'), render: (operator) => <Moment at={operator.appointedAt} /> },
          { label: t('operators.enrolled'), render: (operator) => <Moment at={operator.enrolledAt} /> },
          {
            label: t('operators.actions'),
            render: (operator) =>
              operator.endedAt === null ? (
                <Button
                  size="small"
                  variant="outlined"
                  color="error"
                  onClick={() => setEnding(operator)}
                  aria-label={`${t('operators.propose_end')} ${operator.name}`}
                >
                  {t('operators.propose_end')}
                </Button>
              ) : (
                <Moment at={operator.endedAt} />
              ),
          },
        ]}
      />
      <ReasonDialog
        open={adding && sent === undefined}
        title={t('operators.propose_add')}
        body={t('operators.add_body')}
        confirm={t('form.send')}
        reasonLabel={t('form.reason')}
        ready={name.trim() !== ''}
        onClose={() => setAdding(false)}
        onSubmit={(reason) => propose({ kind: 'operator-add', name: name.trim() }, reason)}
      >
        <TextField
          id="operator-name"
          label={t('operators.name')}
          value={name}
          onChange={(event) => setName(event.target.value)}
          required
          fullWidth
          slotProps={{ htmlInput: { maxLength: 100 } }}
          sx={{ mb: 1.5, mt: 1 }}
        />
      </ReasonDialog>
      {sent?.enrolmentCode !== undefined && (
        <ProposerCode code={sent.enrolmentCode} onTaken={() => show(sent)} />
      )}
      {ending !== undefined && (
        <ReasonDialog
          open
          title={t('operators.end_title', { name: ending.name })}
          body={t('operators.end_body')}
          confirm={t('form.send')}
          danger
          reasonLabel={t('form.reason')}
          onClose={() => setEnding(undefined)}
          onSubmit={(reason) => propose({ kind: 'operator-end', id: ending.id }, reason)}
        />
      )}
    </ConsoleList>
  );
}
