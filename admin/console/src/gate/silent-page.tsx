import { Alert, Button } from '@mui/material';
import { useTranslate } from 'react-admin';
import { useSession } from '../session.tsx';
import { GateFrame } from './gate-frame.tsx';

export function SilentPage() {
  const t = useTranslate();
  const { reload } = useSession();
  return (
    <GateFrame title={t('gate.silent_title')}>
      <Alert severity="warning" sx={{ mb: 3 }}>
        {t('gate.silent_body')}
      </Alert>
      <Button variant="contained" onClick={() => void reload()}>
        {t('gate.try_again')}
      </Button>
    </GateFrame>
  );
}
