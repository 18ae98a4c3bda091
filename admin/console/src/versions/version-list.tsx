import { Box, Link as MuiLink } from '@mui/material';
import { useTranslate } from 'react-admin';
import { Link } from 'react-router-dom';
import { ConsoleList } from '../components/console-list.tsx';
import { Mono } from '../components/facts.tsx';
import { Moment } from '../components/moment.tsx';
import { Rows } from '../components/rows.tsx';
import { Tag } from '../components/tag.tsx';
import type { VersionRecord } from '../wire.ts';

export function VersionList() {
  const t = useTranslate();
  return (
    <ConsoleList resource="versions" title={t('menu.versions')} lead={t('versions.lead')}>
      <Rows<VersionRecord>
        caption={t('menu.versions')}
        columns={[
          {
            label: t('versions.version'),
            names: true,
            render: (row) => t('versions.number', { version: row.version }),
          },
          { label: t('versions.signed_at'), render: (row) => <Moment at={row.signedAt} seconds /> },
          {
            label: t('versions.origin'),
            render: (row) =>
              row.proposal === null ? (
                t('versions.genesis')
              ) : (
                <MuiLink component={Link} to={`/proposals/${row.proposal}/show`}>
                  {t('versions.proposal')}
                </MuiLink>
              ),
          },
          {
            label: t('versions.entry'),
            render: (row) =>
              row.entry === null || row.entry.index === null ? (
                <Tag text={t('versions.entry_waiting')} tone="warn" />
              ) : (
                <Tag text={t('versions.entry_index', { index: row.entry.index })} tone="good" />
              ),
          },
          {
            label: t('versions.document'),
            render: (row) => (
              <Box>
                <MuiLink href={`/register/versions/${row.version}`} download={`register-${row.version}.jws`}>
                  {t('versions.download')}
                </MuiLink>
                <Box>
                  <Mono>{row.hash}</Mono>
                </Box>
              </Box>
            ),
          },
        ]}
      />
    </ConsoleList>
  );
}
