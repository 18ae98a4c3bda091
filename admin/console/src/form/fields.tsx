import {
  Box,
  Checkbox,
  FormControlLabel,
  FormHelperText,
  FormLabel,
  MenuItem,
  TextField,
} from '@mui/material';
import { createContext, useContext } from 'react';
import { useTranslate } from 'react-admin';
import { mono } from '../theme.ts';
import { type Draft, ROLES } from './draft.ts';

/** The draft, how to change it, and what is wrong with each field. */
export type FormState = {
  draft: Draft;
  set: (changes: Partial<Draft>) => void;
  faults: Partial<Record<keyof Draft, string[]>>;
};

export const FormContext = createContext<FormState | undefined>(undefined);

export function useForm(): FormState {
  const form = useContext(FormContext);
  if (form === undefined) throw new Error('a field stands outside its form');
  return form;
}

type TextKey = {
  [K in keyof Draft]: Draft[K] extends string ? K : never;
}[keyof Draft];

export const inputId = (name: keyof Draft) => `field-${name}`;

/** One text of the draft, with its label, hint and faults from the dictionary and the form. */
export function Field({
  name,
  required = false,
  technical = false,
  lines = 0,
  disabled = false,
}: {
  name: TextKey;
  required?: boolean;
  technical?: boolean;
  /** Lines of a list; 0 for a single value. */
  lines?: number;
  disabled?: boolean;
}) {
  const t = useTranslate();
  const { draft, set, faults } = useForm();
  const fault = faults[name];
  const hint = t(`hint.${name}`, { _: '' });
  return (
    <TextField
      id={inputId(name)}
      label={t(`form_field.${name}`)}
      value={draft[name]}
      onChange={(event) => set({ [name]: event.target.value })}
      required={required}
      disabled={disabled}
      fullWidth
      error={fault !== undefined}
      helperText={fault === undefined ? hint : fault.join('；')}
      multiline={lines > 0}
      {...(lines > 0 ? { minRows: lines, maxRows: 8 } : {})}
      slotProps={{ inputLabel: { shrink: true }, htmlInput: { spellCheck: !technical } }}
      sx={technical ? { '& input, & textarea': { fontFamily: mono, fontSize: '0.9375rem' } } : {}}
    />
  );
}

export function Choice({
  name,
  choices,
}: {
  name: TextKey;
  choices: readonly { value: string; label: string }[];
}) {
  const t = useTranslate();
  const { draft, set, faults } = useForm();
  const fault = faults[name];
  return (
    <TextField
      select
      id={inputId(name)}
      label={t(`form_field.${name}`)}
      value={draft[name]}
      onChange={(event) => set({ [name]: event.target.value })}
      fullWidth
      error={fault !== undefined}
      helperText={fault === undefined ? t(`hint.${name}`, { _: '' }) : fault.join('；')}
      slotProps={{ inputLabel: { shrink: true } }}
    >
      {choices.map((choice) => (
        <MenuItem key={choice.value} value={choice.value}>
          {choice.label}
        </MenuItem>
      ))}
    </TextField>
  );
}

/** A moment, typed in the browser's own time zone, kept as RFC 3339 in UTC. */
export function MomentField({
  name,
  required = false,
}: {
  name: 'validFrom' | 'validUntil';
  required?: boolean;
}) {
  const t = useTranslate();
  const { draft, set, faults } = useForm();
  const fault = faults[name];
  const date = new Date(draft[name]);
  const local = Number.isNaN(date.getTime())
    ? ''
    : new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  return (
    <TextField
      id={inputId(name)}
      type="datetime-local"
      label={t(`form_field.${name}`)}
      value={local}
      onChange={(event) => {
        const typed = new Date(event.target.value);
        set({ [name]: Number.isNaN(typed.getTime()) ? '' : typed.toISOString() });
      }}
      required={required}
      fullWidth
      error={fault !== undefined}
      helperText={fault === undefined ? t(`hint.${name}`, { _: '' }) : fault.join('；')}
      slotProps={{ inputLabel: { shrink: true } }}
    />
  );
}

export function Roles() {
  const t = useTranslate();
  const { draft, set, faults } = useForm();
  return (
    <Box component="fieldset" id={inputId('roles')} tabIndex={-1} sx={{ border: 0, p: 0, m: 0, minWidth: 0 }}>
      <FormLabel component="legend">{t('form_field.roles')}</FormLabel>
      {faults.roles !== undefined && <FormHelperText error>{faults.roles.join('；')}</FormHelperText>}
      <Box sx={{ display: 'grid', gridTemplateColumns: { xs: 'minmax(0,1fr)', sm: '1fr 1fr' } }}>
        {ROLES.map((role) => (
          <FormControlLabel
            key={role}
            sx={{ alignItems: 'flex-start', my: 0.5, mr: 1 }}
            control={
              <Checkbox
                checked={draft.roles.includes(role)}
                sx={{ py: 0.25 }}
                onChange={(event) =>
                  set({
                    roles: event.target.checked
                      ? [...draft.roles, role]
                      : draft.roles.filter((held) => held !== role),
                  })
                }
              />
            }
            label={
              <Box>
                {t(`role.${role}`)}
                <Box sx={{ color: 'text.secondary', fontSize: '0.875rem' }}>{t(`role_means.${role}`)}</Box>
              </Box>
            }
          />
        ))}
      </Box>
    </Box>
  );
}

/** Any of a few values, each with its box; `words` is where the dictionary names them. */
export function Ticks({
  name,
  values,
  words,
}: {
  name: 'holders' | 'delegationKinds';
  values: readonly string[];
  words: string;
}) {
  const t = useTranslate();
  const { draft, set, faults } = useForm();
  const ticked = draft[name];
  return (
    <Box component="fieldset" id={inputId(name)} tabIndex={-1} sx={{ border: 0, p: 0, m: 0, minWidth: 0 }}>
      <FormLabel component="legend">{t(`form_field.${name}`)}</FormLabel>
      {faults[name] !== undefined && <FormHelperText error>{faults[name].join('；')}</FormHelperText>}
      {values.map((value) => (
        <FormControlLabel
          key={value}
          control={
            <Checkbox
              checked={ticked.includes(value)}
              sx={{ py: 0.25 }}
              onChange={(event) =>
                set({
                  [name]: event.target.checked ? [...ticked, value] : ticked.filter((held) => held !== value),
                })
              }
            />
          }
          label={t(`${words}.${value}`)}
        />
      ))}
    </Box>
  );
}
