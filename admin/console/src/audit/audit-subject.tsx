import { Link as MuiLink } from '@mui/material';
import { useLocale, useTranslate } from 'react-admin';
import { Link } from 'react-router-dom';
import { titleOf } from '../proposals/title-of.ts';
import type { AuditRecord, ProposalKind } from '../wire.ts';

/** What an audit line is about, with the way to it. */
export function AuditSubject({ line }: { line: AuditRecord }) {
  const t = useTranslate();
  const locale = useLocale();
  if (!line.action.startsWith('proposal-')) return <>—</>;
  const kind = String(line.detail['kind']) as ProposalKind;
  const target = String(line.detail['target'] ?? '');
  const after = line.targetName === null ? null : { name: line.targetName };
  return (
    <MuiLink component={Link} to={`/proposals/${line.subject}/show`}>
      {titleOf({ kind, before: null, after, target }, t, locale)}
    </MuiLink>
  );
}
