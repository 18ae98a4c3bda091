import { Alert, Typography } from '@mui/material';
import { useLocale, useTranslate } from 'react-admin';
import { formatMoment } from '../components/moment.tsx';
import type { SourceReport } from '../wire.ts';

/** How fresh a source's numbers are; when it is silent, since when, and from when the numbers are. */
export function SourceNote({ report }: { report: SourceReport<unknown> }) {
  const t = useTranslate();
  const locale = useLocale();
  const at = report.at === null ? undefined : formatMoment(report.at, locale, true);
  if (report.unreachableSince !== null) {
    const since = formatMoment(report.unreachableSince, locale, true);
    return (
      <Alert severity="warning" sx={{ mt: 2 }}>
        {at === undefined ? t('overview.never_seen', { since }) : t('overview.silent', { since, at })}
      </Alert>
    );
  }
  return (
    <Typography variant="body2" sx={{ color: 'text.secondary', mt: 2 }}>
      {at === undefined ? t('overview.waiting') : t('overview.fresh', { at })}
    </Typography>
  );
}
