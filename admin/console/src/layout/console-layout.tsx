import { Box, Button } from '@mui/material';
import { type ReactNode, Suspense } from 'react';
import {
  AppBar,
  type AppBarProps,
  Layout,
  type LayoutProps,
  Logout,
  UserMenu,
  useGetIdentity,
  useLocaleState,
} from 'react-admin';
import { Link } from 'react-router-dom';
import { colours } from '../theme.ts';
import { Brand } from './brand.tsx';
import { ConsoleMenu } from './console-menu.tsx';
import { DemoStrip } from './demo-strip.tsx';

function LanguageSwitch() {
  const [locale, setLocale] = useLocaleState();
  const other = locale === 'en' ? { locale: 'zh-TW', name: '中文' } : { locale: 'en', name: 'English' };
  return (
    <Button
      color="inherit"
      size="small"
      lang={other.locale}
      onClick={() => setLocale(other.locale)}
      sx={{ whiteSpace: 'nowrap', minWidth: 0 }}
    >
      {other.name}
    </Button>
  );
}

/** Its name for a screen reader is the name it shows (WCAG 2.5.3). */
function ConsoleUserMenu() {
  const { identity } = useGetIdentity();
  return (
    <UserMenu label={identity?.fullName ?? 'ra.auth.user_menu'}>
      <Logout />
    </UserMenu>
  );
}

function ConsoleAppBar(props: AppBarProps) {
  return (
    <AppBar
      {...props}
      toolbar={<LanguageSwitch />}
      userMenu={<ConsoleUserMenu />}
      alwaysOn
      sx={{ bgcolor: colours.navy, '& .RaAppBar-toolbar': { minHeight: 56 } }}
    >
      <Box
        component={Link}
        to="/"
        sx={{
          display: 'flex',
          flex: 1,
          minWidth: 0,
          color: 'inherit',
          textDecoration: 'none',
        }}
      >
        <Brand />
      </Box>
    </AppBar>
  );
}

export function ConsoleLayout({ children, ...props }: LayoutProps & { children?: ReactNode }) {
  return (
    <Layout
      {...props}
      appBar={ConsoleAppBar}
      menu={ConsoleMenu}
      sx={{
        '& .RaLayout-appFrame': { mt: { xs: '56px', sm: '56px' } },
        '& .RaLayout-content': { px: { xs: 1.5, md: 3 }, pb: 6, minWidth: 0, bgcolor: colours.ground },
      }}
    >
      <Suspense>
        <Box sx={{ maxWidth: 1160, width: '100%' }}>
          <DemoStrip maxWidth={false} />
          {children}
        </Box>
      </Suspense>
    </Layout>
  );
}
