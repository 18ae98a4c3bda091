import { Alert, Box, Button, TextField, Typography } from '@mui/material';
import { type SubmitEvent, useState } from 'react';
import { useTranslate } from 'react-admin';
import { post } from '../api.ts';
import { useProblemText } from '../components/problem-text.ts';
import { useSession } from '../session.tsx';
import { mono } from '../theme.ts';
import { GateFrame } from './gate-frame.tsx';

const isWhole = (code: string) => code.trim().length >= 8;

function CodeField({
  id,
  label,
  hint,
  value,
  onChange,
}: {
  id: string;
  label: string;
  hint: string;
  value: string;
  onChange: (value: string) => void;
}) {
  return (
    <TextField
      id={id}
      label={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      helperText={hint}
      fullWidth
      autoComplete="one-time-code"
      slotProps={{ htmlInput: { maxLength: 64, spellCheck: false, autoCapitalize: 'characters' } }}
      sx={{
        mb: 2,
        '& input': {
          fontFamily: mono,
          fontSize: { xs: '0.875rem', sm: '1.1rem' },
          letterSpacing: { xs: 0, sm: '0.06em' },
        },
      }}
    />
  );
}

/** For a person who is logged in but no operator: the refusal, and the fields for her one-time codes. */
export function EnrolmentPage() {
  const t = useTranslate();
  const problemText = useProblemText();
  const { reload } = useSession();
  const [code, setCode] = useState('');
  const [otherCode, setOtherCode] = useState('');
  const [fault, setFault] = useState<string>();
  const [busy, setBusy] = useState(false);

  async function submit(event: SubmitEvent) {
    event.preventDefault();
    setBusy(true);
    setFault(undefined);
    try {
      const other = otherCode.trim();
      await post('/api/enrolment', { code, ...(other === '' ? {} : { otherCode: other }) });
      await reload();
    } catch (error) {
      setFault(problemText(error));
      setBusy(false);
    }
  }

  async function logout() {
    const { url } = await post<{ url: string }>('/api/logout');
    window.location.assign(url);
  }

  return (
    <GateFrame title={t('gate.stranger_title')}>
      <Alert severity="info" sx={{ mb: 3 }}>
        {t('gate.stranger_body')}
      </Alert>
      <Typography component="h2" variant="h6" gutterBottom>
        {t('gate.enrol_title')}
      </Typography>
      <Typography sx={{ mb: 2 }}>{t('gate.enrol_body')}</Typography>
      <Box component="form" onSubmit={submit} noValidate>
        {fault !== undefined && (
          <Alert severity="error" role="alert" sx={{ mb: 2 }}>
            {fault}
          </Alert>
        )}
        <CodeField
          id="enrolment-code"
          label={t('gate.enrol_label')}
          hint={t('gate.enrol_hint')}
          value={code}
          onChange={setCode}
        />
        <CodeField
          id="other-enrolment-code"
          label={t('gate.enrol_other_label')}
          hint={t('gate.enrol_other_hint')}
          value={otherCode}
          onChange={setOtherCode}
        />
        <Box sx={{ display: 'flex', gap: 1.5, flexWrap: 'wrap' }}>
          <Button
            type="submit"
            variant="contained"
            disabled={busy || !isWhole(code) || (otherCode.trim() !== '' && !isWhole(otherCode))}
          >
            {t('gate.enrol_button')}
          </Button>
          <Button variant="outlined" onClick={() => void logout()}>
            {t('ra.auth.logout')}
          </Button>
        </Box>
      </Box>
    </GateFrame>
  );
}
