import { Alert, Box, Button } from '@mui/material';
import { useState } from 'react';
import { ExportButton, useTranslate } from 'react-admin';
import { get } from '../api.ts';
import { ChoiceFilter } from '../components/choice-filter.tsx';
import { ConsoleList } from '../components/console-list.tsx';
import { Mono } from '../components/facts.tsx';
import { Moment } from '../components/moment.tsx';
import { useProblemText } from '../components/problem-text.ts';
import { Rows } from '../components/rows.tsx';
import type { AuditRecord } from '../wire.ts';
import { AuditSubject } from './audit-subject.tsx';

const ACTIONS = [
  'register-founded',
  'operator-enrolled',
  'enrolment-refused',
  'proposal-made',
  'proposal-approved',
  'proposal-rejected',
  'proposal-withdrawn',
];

type Check = { lines: number; checked: number; firstBroken: number | null };

function ChainCheck() {
  const t = useTranslate();
  const problemText = useProblemText();
  const [result, setResult] = useState<{ severity: 'success' | 'error'; text: string }>();

  async function check() {
    try {
      const { checked, firstBroken } = await get<Check>('/api/audit/check');
      setResult(
        firstBroken === null
          ? { severity: 'success', text: t('audit.chain_sound', { count: checked }) }
          : { severity: 'error', text: t('audit.chain_broken', { line: firstBroken }) },
      );
    } catch (error) {
      setResult({ severity: 'error', text: problemText(error) });
    }
  }

  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1.5, alignItems: 'center' }} aria-live="polite">
      <Button variant="outlined" onClick={() => void check()} sx={{ bgcolor: '#fff' }}>
        {t('audit.check_chain')}
      </Button>
      {result !== undefined && (
        <Alert severity={result.severity} sx={{ py: 0 }}>
          {result.text}
        </Alert>
      )}
    </Box>
  );
}

export function AuditList() {
  const t = useTranslate();
  return (
    <ConsoleList
      resource="audit"
      title={t('menu.audit')}
      lead={t('audit.lead')}
      actions={<ExportButton maxResults={500} />}
      filters={
        <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1.5 }}>
          <ChoiceFilter
            source="action"
            label={t('audit.action')}
            choices={ACTIONS.map((action) => ({ value: action, label: t(`audit_action.${action}`) }))}
          />
          <ChainCheck />
        </Box>
      }
    >
      <Rows<AuditRecord>
        caption={t('menu.audit')}
        columns={[
          { label: t('audit.line'), render: (line) => line.seq },
          { label: t('audit.at'), render: (line) => <Moment at={line.at} seconds /> },
          { label: t('audit.who'), render: (line) => line.operatorName ?? t('audit.nobody') },
          {
            label: t('audit.action'),
            names: true,
            render: (line) => t(`audit_action.${line.action}`, { _: line.action }),
          },
          { label: t('audit.subject'), render: (line) => <AuditSubject line={line} /> },
          { label: t('audit.hash'), render: (line) => <Mono>{`${line.hash.slice(0, 12)}…`}</Mono> },
        ]}
      />
    </ConsoleList>
  );
}
