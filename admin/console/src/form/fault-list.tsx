import { Alert, AlertTitle, Box } from '@mui/material';
import { useEffect, useRef } from 'react';
import { useTranslate } from 'react-admin';
import type { Fault } from '../wire.ts';
import { type Draft, fieldOf } from './draft.ts';
import { inputId } from './fields.tsx';

/** Why a proposal was refused: all faults, each a way to its field. Takes the focus when it appears. */
export function FaultList({ text, faults }: { text: string; faults: readonly Fault[] }) {
  const t = useTranslate();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), []);
  return (
    <Alert ref={box} severity="error" role="alert" tabIndex={-1} sx={{ mb: 2 }}>
      <AlertTitle>{text}</AlertTitle>
      <Box component="ul" sx={{ m: 0, pl: 2.5 }}>
        {faults.map((fault) => {
          const field = fieldOf(fault.path);
          return (
            <li key={`${fault.path} ${fault.code ?? fault.message}`}>
              {field === undefined ? (
                fault.path
              ) : (
                <Box
                  component="button"
                  type="button"
                  onClick={() => document.getElementById(inputId(field))?.focus()}
                  sx={{
                    border: 0,
                    p: 0,
                    bgcolor: 'transparent',
                    font: 'inherit',
                    color: 'inherit',
                    textDecoration: 'underline',
                    cursor: 'pointer',
                  }}
                >
                  {t(`form_field.${field}`)}
                </Box>
              )}
              {t('form.colon')}
              {faultText(fault, t)}
            </li>
          );
        })}
      </Box>
    </Alert>
  );
}

type Translate = (key: string, options?: Record<string, unknown>) => string;

/** A fault in words: by its code, or as a wrong form where the schema found it. */
export function faultText(fault: Fault, t: Translate): string {
  return fault.code === undefined ? t('fault.form') : t(`fault.${fault.code}`, { _: fault.message });
}

/** Faults gathered under the fields they speak of. */
export function faultsByField(
  faults: readonly Fault[],
  t: Translate,
): Partial<Record<keyof Draft, string[]>> {
  const byField: Partial<Record<keyof Draft, string[]>> = {};
  for (const fault of faults) {
    const field = fieldOf(fault.path);
    if (field === undefined) continue;
    const text = faultText(fault, t);
    const known = byField[field] ?? [];
    if (!known.includes(text)) byField[field] = [...known, text];
  }
  return byField;
}
