import { Box } from '@mui/material';

/** The system's mark: a road between two posts. */
export function Mark() {
  return (
    <Box
      component="svg"
      viewBox="0 0 32 32"
      aria-hidden="true"
      sx={{ width: 30, height: 30, flex: 'none', display: 'block' }}
    >
      <rect width="32" height="32" rx="4" fill="#fff" />
      <path d="M7 26 13 6h2l-2 20zM25 26 19 6h-2l2 20z" fill="#162e51" />
      <path d="M15.3 22h1.4v4h-1.4zm0-7h1.4v4h-1.4zm0-6h1.4v3h-1.4z" fill="#005ea2" />
    </Box>
  );
}
