import { Alert, Box, Button, TextField } from '@mui/material';
import { type ChangeEvent, useRef, useState } from 'react';
import { useTranslate } from 'react-admin';
import { mono } from '../theme.ts';
import { KeysFault } from './read-keys.ts';

const LARGEST_BYTES = 200_000;

/** A JSON document, as a file or pasted; `take` reads it or throws. */
export function FileOrPaste({
  id,
  label,
  hint,
  take,
}: {
  id: string;
  label: string;
  hint: string;
  take: (text: string) => Promise<void>;
}) {
  const t = useTranslate();
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const [fault, setFault] = useState<string>();

  async function read(value: string) {
    setFault(undefined);
    try {
      await take(value);
      setText('');
    } catch (error) {
      setFault(t(error instanceof KeysFault ? `keys_fault.${error.code}` : 'keys_fault.not-json'));
    }
  }

  async function readFile(event: ChangeEvent<HTMLInputElement>) {
    const file = event.target.files?.[0];
    event.target.value = '';
    if (file === undefined) return;
    if (file.size > LARGEST_BYTES) setFault(t('keys_fault.too-large'));
    else await read(await file.text());
  }

  return (
    <Box>
      <TextField
        id={id}
        label={label}
        helperText={hint}
        value={text}
        onChange={(event) => setText(event.target.value)}
        multiline
        minRows={2}
        maxRows={8}
        fullWidth
        error={fault !== undefined}
        slotProps={{ htmlInput: { spellCheck: false }, inputLabel: { shrink: true } }}
        sx={{ '& textarea': { fontFamily: mono, fontSize: '0.875rem' } }}
      />
      {fault !== undefined && (
        <Alert severity="error" role="alert" sx={{ mt: 1 }}>
          {fault}
        </Alert>
      )}
      <Box sx={{ display: 'flex', gap: 1, mt: 1, flexWrap: 'wrap' }}>
        <Button variant="outlined" disabled={text.trim() === ''} onClick={() => void read(text)}>
          {t('form.use_text')}
        </Button>
        <Button variant="outlined" onClick={() => input.current?.click()}>
          {t('form.choose_file')}
        </Button>
        <input
          ref={input}
          id={`${id}-file`}
          type="file"
          accept="application/json,.json,.jwks"
          hidden
          aria-label={label}
          onChange={(event) => void readFile(event)}
        />
      </Box>
    </Box>
  );
}
