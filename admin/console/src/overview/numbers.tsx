import { Box, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslate } from 'react-admin';
import { colours } from '../theme.ts';

export type NumberFact = { label: string; value: ReactNode; note?: ReactNode };

/** Big numbers in a row that wraps. */
export function Numbers({ facts }: { facts: readonly NumberFact[] }) {
  const t = useTranslate();
  if (facts.length === 0)
    return <Typography sx={{ color: 'text.secondary' }}>{t('overview.none_yet')}</Typography>;
  return (
    <Box
      component="dl"
      sx={{ m: 0, display: 'grid', gap: 2, gridTemplateColumns: 'repeat(auto-fill, minmax(102px, 1fr))' }}
    >
      {facts.map(({ label, value, note }) => (
        <Box
          key={label}
          sx={{
            borderLeft: `3px solid ${colours.blue}`,
            pl: 1.25,
            display: 'flex',
            flexDirection: 'column-reverse',
            justifyContent: 'flex-end',
          }}
        >
          <Box component="dt" sx={{ color: colours.quiet, fontSize: '0.875rem' }}>
            {label}
            {note !== undefined && (
              <Typography component="span" variant="body2" sx={{ display: 'block', color: colours.quiet }}>
                {note}
              </Typography>
            )}
          </Box>
          <Box
            component="dd"
            sx={{
              m: 0,
              fontSize: '1.75rem',
              fontWeight: 700,
              lineHeight: 1.2,
              fontVariantNumeric: 'tabular-nums',
            }}
          >
            {value}
          </Box>
        </Box>
      ))}
    </Box>
  );
}
