import { Box } from '@mui/material';
import type { ReactNode } from 'react';

/** The form's two columns; one on a narrow screen. */
export function Grid({ children }: { children: ReactNode }) {
  return (
    <Box
      sx={{
        display: 'grid',
        gap: 2.25,
        gridTemplateColumns: { xs: 'minmax(0,1fr)', md: '1fr 1fr' },
        pt: 0.75,
      }}
    >
      {children}
    </Box>
  );
}
