import { Alert, Box, Button, Link as MuiLink } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { Title, useTranslate } from 'react-admin';
import { Link } from 'react-router-dom';
import { get } from '../api.ts';
import { Moment } from '../components/moment.tsx';
import { useProblemText } from '../components/problem-text.ts';
import { PageHead, Section } from '../components/section.tsx';
import type { Overview } from '../wire.ts';
import { AnchorStates } from './anchor-states.tsx';
import { type NumberFact, Numbers } from './numbers.tsx';
import { SourceNote } from './source-note.tsx';

const EVERY_MILLISECONDS = 5_000;

function useCounts(prefix: string): (counts: Record<string, number>) => NumberFact[] {
  const t = useTranslate();
  return (counts) =>
    Object.entries(counts).map(([name, value]) => ({ label: t(`${prefix}.${name}`, { _: name }), value }));
}

function RegisterNumbers({ register }: { register: Overview['register'] }) {
  const t = useTranslate();
  const { entry } = register;
  return (
    <Section
      title={t('overview.register')}
      aside={
        register.openProposals > 0 ? (
          <Button component={Link} to="/proposals" variant="contained">
            {t('overview.see_proposals', { smart_count: register.openProposals })}
          </Button>
        ) : undefined
      }
    >
      <Numbers
        facts={[
          { label: t('overview.version'), value: register.version },
          { label: t('overview.participants'), value: register.participants['active'] ?? 0 },
          { label: t('overview.open_proposals'), value: register.openProposals },
          { label: t('overview.operators'), value: register.operators },
        ]}
      />
      <Box sx={{ mt: 2, color: 'text.secondary', fontSize: '0.875rem' }}>
        {t('overview.signed_at')} <Moment at={register.signedAt} />
        {' · '}
        <MuiLink component={Link} to="/versions">
          {entry === null || entry.index === null
            ? t('versions.entry_waiting')
            : t('versions.entry_index', { index: entry.index })}
        </MuiLink>
      </Box>
    </Section>
  );
}

/** The first page: the register's numbers, consents and accesses by number, the log and its anchors, each with its freshness. */
export function OverviewPage() {
  const t = useTranslate();
  const problemText = useProblemText();
  const consents = useCounts('consent_state');
  const accesses = useCounts('access_outcome');
  const { data, error } = useQuery({
    queryKey: ['overview'],
    queryFn: () => get<Overview>('/api/overview'),
    refetchInterval: EVERY_MILLISECONDS,
  });
  const ledger = data?.ledger.value;
  const consent = data?.consent.value;
  return (
    <>
      <Title title="ra.page.dashboard" />
      <PageHead title={t('overview.title')} lead={t('overview.lead')} />
      {error !== null && (
        <Alert severity="error" sx={{ mb: 2 }}>
          {problemText(error)}
        </Alert>
      )}
      {data !== undefined && (
        <>
          <RegisterNumbers register={data.register} />
          <Box
            sx={{
              display: 'grid',
              columnGap: 2,
              gridTemplateColumns: { xs: 'minmax(0,1fr)', lg: '1fr 1fr' },
            }}
          >
            <Section title={t('overview.consents')}>
              {consent && <Numbers facts={consents(consent.consents)} />}
              <SourceNote report={data.consent} />
            </Section>
            <Section title={t('overview.accesses')}>
              {consent && <Numbers facts={accesses(consent.accesses)} />}
              <SourceNote report={data.consent} />
            </Section>
            <Section title={t('overview.log')}>
              {ledger && (
                <Numbers
                  facts={[
                    { label: t('overview.log_size'), value: ledger.log.size },
                    { label: t('overview.log_published'), value: ledger.log.published },
                    { label: t('overview.log_pending'), value: ledger.log.pending },
                    {
                      label: t('overview.log_lag'),
                      value: t('overview.seconds', { count: Math.round(ledger.log.lagSeconds) }),
                    },
                  ]}
                />
              )}
              <SourceNote report={data.ledger} />
            </Section>
            <Section title={t('overview.anchor')}>
              {ledger && <AnchorStates anchor={ledger.anchor} />}
              <SourceNote report={data.ledger} />
            </Section>
          </Box>
        </>
      )}
    </>
  );
}
