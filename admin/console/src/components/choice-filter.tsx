import { MenuItem, TextField } from '@mui/material';
import { useListContext, useTranslate } from 'react-admin';

/** A filter by one of a few values; empty means all. */
export function ChoiceFilter({
  source,
  label,
  choices,
}: {
  source: string;
  label: string;
  choices: readonly { value: string; label: string }[];
}) {
  const t = useTranslate();
  const { filterValues, setFilters } = useListContext();
  return (
    <TextField
      select
      id={`filter-${source}`}
      label={label}
      value={filterValues[source] ?? ''}
      onChange={(event) => {
        const { [source]: _before, ...rest } = filterValues;
        setFilters(event.target.value === '' ? rest : { ...rest, [source]: event.target.value });
      }}
      slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
      sx={{ minWidth: 200, bgcolor: '#fff' }}
    >
      <MenuItem value="">{t('list.all')}</MenuItem>
      {choices.map((choice) => (
        <MenuItem key={choice.value} value={choice.value}>
          {choice.label}
        </MenuItem>
      ))}
    </TextField>
  );
}
