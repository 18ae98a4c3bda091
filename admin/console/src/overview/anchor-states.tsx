import { Box } from '@mui/material';
import { useTranslate } from 'react-admin';
import { Facts, Mono } from '../components/facts.tsx';
import { Tag, type Tone } from '../components/tag.tsx';
import { colours } from '../theme.ts';
import type { AnchorSummary, Overview } from '../wire.ts';

const STATES = ['queued', 'sent', 'included', 'safe', 'final'];
const tones: Record<string, Tone> = { final: 'good', safe: 'info', included: 'info' };

function Anchor({ anchor }: { anchor: AnchorSummary | null }) {
  const t = useTranslate();
  if (anchor === null) return <>{t('overview.anchor_none')}</>;
  return (
    <>
      <Tag text={t(`anchor.${anchor.state}`, { _: anchor.state })} tone={tones[anchor.state] ?? 'neutral'} />{' '}
      {t('overview.anchor_place', { size: anchor.size, block: anchor.blockNumber ?? '—' })}
      {anchor.transaction !== null && (
        <Box>
          <Mono>{anchor.transaction}</Mono>
        </Box>
      )}
    </>
  );
}

/** How far checkpoints are on their way to the chain, as steps with counts, and the newest of them. */
export function AnchorStates({ anchor }: { anchor: NonNullable<Overview['ledger']['value']>['anchor'] }) {
  const t = useTranslate();
  return (
    <>
      <Box
        component="ol"
        sx={{ listStyle: 'none', m: 0, mb: 2, p: 0, display: 'flex', flexWrap: 'wrap', gap: 0.75 }}
      >
        {STATES.map((state) => {
          const count = anchor.counts[state] ?? 0;
          return (
            <Box
              component="li"
              key={state}
              sx={{
                flex: '1 1 84px',
                textAlign: 'center',
                py: 1,
                px: 0.5,
                bgcolor: count > 0 ? colours.paleBlue : '#f0f1f2',
                color: count > 0 ? colours.blueDark : colours.quiet,
                borderBottom: `3px solid ${count > 0 ? colours.blue : '#c6cace'}`,
              }}
            >
              <Box sx={{ fontSize: '1.25rem', fontWeight: 700 }}>{count}</Box>
              <Box sx={{ fontSize: '0.8125rem' }}>{t(`anchor.${state}`)}</Box>
            </Box>
          );
        })}
      </Box>
      <Facts
        rows={[
          { key: t('overview.anchor_newest'), value: <Anchor anchor={anchor.newest} /> },
          { key: t('overview.anchor_final'), value: <Anchor anchor={anchor.newestFinal} /> },
          anchor.contract === null
            ? undefined
            : {
                key: t('overview.anchor_contract', { chain: anchor.chainId ?? '—' }),
                value: <Mono>{anchor.contract}</Mono>,
              },
          anchor.fault === null ? undefined : { key: t('overview.anchor_fault'), value: anchor.fault },
        ]}
      />
    </>
  );
}
