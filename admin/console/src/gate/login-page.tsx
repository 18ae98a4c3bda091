import { Button, Typography } from '@mui/material';
import { useTranslate } from 'react-admin';
import { GateFrame } from './gate-frame.tsx';

export function LoginPage() {
  const t = useTranslate();
  return (
    <GateFrame title={t('gate.login_title')}>
      <Typography sx={{ mb: 2 }}>{t('gate.login_body')}</Typography>
      <Typography sx={{ color: 'text.secondary', mb: 3 }}>{t('gate.login_two')}</Typography>
      <Button variant="contained" size="large" href="/login" fullWidth>
        {t('gate.login_button')}
      </Button>
    </GateFrame>
  );
}
