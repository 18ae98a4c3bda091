import { Box } from '@mui/material';
import type { ReactNode } from 'react';
import { colours, mono } from '../theme.ts';

export type Fact = { key: string; value: ReactNode };

/** Name and value, side by side where there is room. */
export function Facts({ rows }: { rows: readonly (Fact | undefined)[] }) {
  return (
    <Box component="dl" sx={{ m: 0 }}>
      {rows
        .filter((row) => row !== undefined)
        .map((row) => (
          <Box
            key={row.key}
            sx={{
              display: 'grid',
              gridTemplateColumns: { xs: '1fr', sm: '180px 1fr' },
              columnGap: 2,
              py: 1,
              borderTop: '1px solid #dfe1e2',
              '&:first-of-type': { borderTop: 0 },
            }}
          >
            <Box component="dt" sx={{ color: colours.quiet }}>
              {row.key}
            </Box>
            <Box component="dd" sx={{ m: 0, minWidth: 0, overflowWrap: 'anywhere' }}>
              {row.value}
            </Box>
          </Box>
        ))}
    </Box>
  );
}

export function Mono({ children }: { children: ReactNode }) {
  return (
    <Box component="span" sx={{ fontFamily: mono, fontSize: '0.875em', overflowWrap: 'anywhere' }}>
      {children}
    </Box>
  );
}
