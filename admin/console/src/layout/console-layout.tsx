import { Box, Button, Typography } from '@mui/material';
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
  useTranslate,
} from 'react-admin';
import { Link } from 'react-router-dom';
import { colours } from '../theme.ts';
import { ConsoleMenu } from './console-menu.tsx';
import { Mark } from './mark.tsx';

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
  const t = useTranslate();
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
          alignItems: 'center',
          gap: 1.25,
          flex: 1,
          minWidth: 0,
          color: 'inherit',
          textDecoration: 'none',
        }}
      >
        <Mark />
        <Typography component="span" noWrap sx={{ fontWeight: 700 }}>
          {t('app.name')}
        </Typography>
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
        <Box sx={{ maxWidth: 1160, width: '100%' }}>{children}</Box>
      </Suspense>
    </Layout>
  );
}
