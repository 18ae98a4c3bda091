import { Box, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslate } from 'react-admin';
import { colours } from '../theme.ts';
import { type DiffRow, diff } from './diff.ts';
import { Value } from './value.tsx';

function Side({ label, tone, children }: { label: string; tone: 'before' | 'after'; children: ReactNode }) {
  const bar = tone === 'before' ? colours.red : colours.green;
  const ground = tone === 'before' ? colours.paleRed : colours.paleGreen;
  return (
    <Box
      sx={{
        bgcolor: ground,
        borderLeft: `3px solid ${bar}`,
        px: 1.25,
        py: 0.75,
        minWidth: 0,
        overflowWrap: 'anywhere',
      }}
    >
      <Typography
        component="span"
        variant="caption"
        sx={{ display: 'block', color: '#3d4551', fontWeight: 700 }}
      >
        {label}
      </Typography>
      {children}
    </Box>
  );
}

function Row({ row, plain }: { row: DiffRow; plain: boolean }) {
  const t = useTranslate();
  const name = row.path.at(-1) ?? '';
  const label = t(`field.${row.path.join('_').replaceAll('-', '_')}`, { _: row.path.join(' / ') });
  const both = row.changed && !plain && row.before !== undefined;
  return (
    <Box
      sx={{
        display: 'grid',
        gridTemplateColumns: { xs: 'minmax(0,1fr)', sm: '190px minmax(0,1fr)' },
        columnGap: 2,
        rowGap: 0.5,
        py: 1,
        borderTop: '1px solid #dfe1e2',
        '&:first-of-type': { borderTop: 0 },
      }}
    >
      <Box component="dt" sx={{ color: colours.quiet }}>
        {label}
      </Box>
      <Box component="dd" sx={{ m: 0, minWidth: 0, overflowWrap: 'anywhere' }}>
        {both ? (
          <Box sx={{ display: 'grid', gap: 1, gridTemplateColumns: { xs: 'minmax(0,1fr)', md: '1fr 1fr' } }}>
            <Side label={t('diff.before')} tone="before">
              <Value name={name} value={row.before} other={row.after} />
            </Side>
            <Side label={t('diff.after')} tone="after">
              <Value name={name} value={row.after} other={row.before} />
            </Side>
          </Box>
        ) : row.changed && !plain ? (
          <Side label={t('diff.new')} tone="after">
            <Value name={name} value={row.after} />
          </Side>
        ) : (
          <Value name={name} value={row.after} />
        )}
      </Box>
    </Box>
  );
}

/** Before and after, field by field, in words. `plain` shows a state instead of a change; `onlyChanges` leaves the rest out. */
export function DiffTable({
  before,
  after,
  plain = false,
  onlyChanges = false,
}: {
  before: unknown;
  after: unknown;
  plain?: boolean;
  onlyChanges?: boolean;
}) {
  const rows = diff(before, after).filter((row) => !onlyChanges || row.changed);
  return (
    <Box component="dl" sx={{ m: 0 }}>
      {rows.map((row) => (
        <Row key={row.path.join('/')} row={row} plain={plain || before === null} />
      ))}
    </Box>
  );
}
