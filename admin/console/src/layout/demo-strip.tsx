import { Box } from '@mui/material';
import { useTranslate } from 'react-admin';
import { useSession } from '../session.tsx';

/** Says that all people and data are invented, where the server says that it is a demonstration. */
export function DemoStrip() {
  const t = useTranslate();
  const { session } = useSession();
  if (session?.demo !== true) return null;
  return (
    <Box
      component="p"
      sx={{ m: 0, px: 2, py: 0.5, bgcolor: '#fff5d6', color: '#3d3000', fontSize: '0.875rem' }}
    >
      {t('app.demo')}
    </Box>
  );
}
