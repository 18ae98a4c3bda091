import { Box, Button, TextField } from '@mui/material';
import { useEffect, useState } from 'react';
import { ExportButton, useListContext, useLocale, useTranslate } from 'react-admin';
import { Link } from 'react-router-dom';
import { ChoiceFilter } from '../components/choice-filter.tsx';
import { ConsoleList } from '../components/console-list.tsx';
import { Mono } from '../components/facts.tsx';
import { Rows } from '../components/rows.tsx';
import { ParticipantState, RoleTags } from '../components/state-tags.tsx';
import { ROLES } from '../form/draft.ts';
import type { ParticipantRecord } from '../wire.ts';

const TYPING_MILLISECONDS = 300;

function SearchFilter() {
  const t = useTranslate();
  const { filterValues, setFilters } = useListContext();
  const [text, setText] = useState<string>(filterValues['q'] ?? '');
  useEffect(() => {
    const timer = setTimeout(() => {
      const { q: before, ...rest } = filterValues;
      if ((before ?? '') !== text) setFilters(text === '' ? rest : { ...rest, q: text });
    }, TYPING_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [text, filterValues, setFilters]);
  return (
    <TextField
      id="filter-q"
      type="search"
      label={t('participants.search')}
      value={text}
      onChange={(event) => setText(event.target.value)}
      slotProps={{ inputLabel: { shrink: true } }}
      sx={{ minWidth: 220, bgcolor: '#fff' }}
    />
  );
}

export function ParticipantList() {
  const t = useTranslate();
  const locale = useLocale();
  return (
    <ConsoleList
      resource="participants"
      title={t('menu.participants')}
      lead={t('participants.lead')}
      actions={
        <>
          <ExportButton maxResults={500} />
          <Button component={Link} to="/propose" variant="contained">
            {t('participants.propose_new')}
          </Button>
        </>
      }
      filters={
        <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1.5 }}>
          <SearchFilter />
          <ChoiceFilter
            source="role"
            label={t('field.roles')}
            choices={ROLES.map((role) => ({ value: role, label: t(`role.${role}`) }))}
          />
        </Box>
      }
    >
      <Rows<ParticipantRecord>
        caption={t('menu.participants')}
        to={(record) => `/participants/${record.id}/show`}
        columns={[
          {
            label: t('field.name'),
            names: true,
            render: (record) => record.name[locale === 'en' ? 'en' : 'zh-TW'],
          },
          { label: t('field.id'), render: (record) => <Mono>{record.id}</Mono> },
          { label: t('field.kind'), render: (record) => t(`kind.${record.kind}`) },
          { label: t('field.roles'), render: (record) => <RoleTags roles={record.roles} /> },
          { label: t('field.state'), render: (record) => <ParticipantState state={record.state} /> },
        ]}
      />
    </ConsoleList>
  );
}
