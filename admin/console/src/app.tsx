import { CssBaseline, createTheme, ThemeProvider } from '@mui/material';
import { I18nContextProvider } from 'react-admin';
import { ConsoleAdmin } from './console-admin.tsx';
import { EnrolmentPage } from './gate/enrolment-page.tsx';
import { LoginPage } from './gate/login-page.tsx';
import { SilentPage } from './gate/silent-page.tsx';
import { i18nProvider } from './i18n/index.ts';
import { SessionProvider, useSession } from './session.tsx';
import { theme } from './theme.ts';

const gateTheme = createTheme(theme);

/** Nobody sees the console itself but an operator: others see the way in, or why there is none for them. */
function Gate() {
  const { session } = useSession();
  if (session === undefined) return null;
  if (session !== null && session.operator !== null) return <ConsoleAdmin operator={session.operator} />;
  return (
    <ThemeProvider theme={gateTheme}>
      <CssBaseline />
      {session === null ? <SilentPage /> : session.loggedIn ? <EnrolmentPage /> : <LoginPage />}
    </ThemeProvider>
  );
}

export function App() {
  return (
    <I18nContextProvider value={i18nProvider}>
      <SessionProvider>
        <Gate />
      </SessionProvider>
    </I18nContextProvider>
  );
}
