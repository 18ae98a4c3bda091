import { Alert, Box } from '@mui/material';
import { Mono } from './facts.tsx';

/** One half of a new operator's code, to be copied by hand: what it is, and the code itself. */
export function OneTimeCode({ words, code }: { words: string; code: string }) {
  return (
    <Alert severity="success" sx={{ mb: 2 }}>
      {words}
      <Box sx={{ fontSize: { xs: '1.125rem', sm: '1.375rem' }, fontWeight: 700, my: 1 }}>
        <Mono>{code}</Mono>
      </Box>
    </Alert>
  );
}
