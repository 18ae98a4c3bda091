import {
  Alert,
  Box,
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  TextField,
  Typography,
} from '@mui/material';
import { type ReactNode, type SubmitEvent, useState } from 'react';
import { useTranslate } from 'react-admin';
import { useProblemText } from './problem-text.ts';

/** Asks for a reason (and whatever stands in `children`), does what was asked, and says why when it is refused. */
export function ReasonDialog({
  open,
  title,
  body,
  confirm,
  danger = false,
  reasonLabel,
  reasonRequired = true,
  ready = true,
  children,
  onClose,
  onSubmit,
}: {
  open: boolean;
  title: string;
  body: string;
  confirm: string;
  danger?: boolean;
  reasonLabel: string;
  reasonRequired?: boolean;
  ready?: boolean;
  children?: ReactNode;
  onClose: () => void;
  onSubmit: (reason: string) => Promise<void>;
}) {
  const t = useTranslate();
  const problemText = useProblemText();
  const [reason, setReason] = useState('');
  const [fault, setFault] = useState<string>();
  const [busy, setBusy] = useState(false);

  async function submit(event: SubmitEvent) {
    event.preventDefault();
    setBusy(true);
    setFault(undefined);
    try {
      await onSubmit(reason.trim());
      setReason('');
    } catch (error) {
      setFault(problemText(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <Dialog open={open} onClose={onClose} fullWidth maxWidth="sm" aria-labelledby="reason-dialog-title">
      <Box component="form" onSubmit={submit} noValidate>
        <DialogTitle id="reason-dialog-title">{title}</DialogTitle>
        <DialogContent>
          <Typography sx={{ mb: 2 }}>{body}</Typography>
          {fault !== undefined && (
            <Alert severity="error" role="alert" sx={{ mb: 2 }}>
              {fault}
            </Alert>
          )}
          {children}
          <TextField
            id="reason"
            label={reasonLabel}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
            multiline
            minRows={2}
            fullWidth
            required={reasonRequired}
            slotProps={{ htmlInput: { maxLength: 1000 } }}
            sx={{ mt: 1 }}
          />
        </DialogContent>
        <DialogActions sx={{ px: 3, pb: 2 }}>
          <Button onClick={onClose}>{t('ra.action.cancel')}</Button>
          <Button
            type="submit"
            variant="contained"
            color={danger ? 'error' : 'primary'}
            disabled={busy || !ready || (reasonRequired && reason.trim() === '')}
          >
            {confirm}
          </Button>
        </DialogActions>
      </Box>
    </Dialog>
  );
}
