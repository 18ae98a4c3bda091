import { Box, Button, Container, Paper, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { useLocale, useSetLocale } from 'react-admin';
import { Brand } from '../layout/brand.tsx';
import { DemoStrip } from '../layout/demo-strip.tsx';
import { colours } from '../theme.ts';

/** The frame of the pages before the console: header with the language switch, and one card in the middle. */
export function GateFrame({ title, children }: { title: string; children: ReactNode }) {
  const locale = useLocale();
  const setLocale = useSetLocale();
  const other = locale === 'en' ? { locale: 'zh-TW', name: '中文' } : { locale: 'en', name: 'English' };
  return (
    <Box sx={{ minHeight: '100dvh', display: 'flex', flexDirection: 'column', bgcolor: colours.ground }}>
      <Box component="header" sx={{ bgcolor: colours.navy, color: '#fff' }}>
        <DemoStrip maxWidth="md" />
        <Container maxWidth="md" sx={{ display: 'flex', alignItems: 'center', gap: 1.5, py: 1.5 }}>
          <Brand />
          <Button
            color="inherit"
            variant="outlined"
            size="small"
            lang={other.locale}
            onClick={() => void setLocale(other.locale)}
          >
            {other.name}
          </Button>
        </Container>
      </Box>
      <Container component="main" maxWidth="sm" sx={{ py: { xs: 3, sm: 7 }, flex: 1 }}>
        <Paper variant="outlined" sx={{ p: { xs: 2.5, sm: 4 }, borderTop: `4px solid ${colours.blue}` }}>
          <Typography component="h1" variant="h4" gutterBottom sx={{ textWrap: 'balance' }}>
            {title}
          </Typography>
          {children}
        </Paper>
      </Container>
    </Box>
  );
}
