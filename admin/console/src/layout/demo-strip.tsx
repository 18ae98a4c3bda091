import { Box, Container } from '@mui/material';
import { useTranslate } from 'react-admin';
import { useSession } from '../session.tsx';

/** Says that all people and data are invented, where the server says that it is a demonstration; as wide as what is below. */
export function DemoStrip({ maxWidth }: { maxWidth: 'md' | false }) {
  const t = useTranslate();
  const { session } = useSession();
  if (session?.demo !== true) return null;
  return (
    <Box sx={{ py: 0.5, bgcolor: '#fff5d6', color: '#3d3000', fontSize: '0.875rem' }}>
      <Container component="p" maxWidth={maxWidth} sx={{ my: 0 }}>
        {t('app.demo')}
      </Container>
    </Box>
  );
}
