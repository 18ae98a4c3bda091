import { defaultTheme, type RaThemeOptions } from 'react-admin';

/** USWDS's colours: sober blue on white, the same as on the citizens' pages. */
export const colours = {
  blue: '#005ea2',
  blueDark: '#1a4480',
  navy: '#162e51',
  paleBlue: '#e7f2f9',
  ink: '#1b1b1b',
  quiet: '#565c65',
  line: '#c6cace',
  ground: '#f5f6f7',
  green: '#00713d',
  paleGreen: '#e3f5e1',
  red: '#b50909',
  paleRed: '#fbe9e7',
  amber: '#7a5300',
  paleAmber: '#faf3d1',
} as const;

const sans =
  '"Noto Sans TC", "PingFang TC", "Microsoft JhengHei", "Noto Sans CJK TC", system-ui, -apple-system, "Segoe UI", sans-serif';
export const mono = '"Noto Sans Mono", "SFMono-Regular", Consolas, "Liberation Mono", monospace';

const focus = { outline: '3px solid #2491ff', outlineOffset: '2px' };

export const theme: RaThemeOptions = {
  ...defaultTheme,
  palette: {
    mode: 'light',
    primary: { main: colours.blue, dark: colours.blueDark },
    secondary: { main: colours.navy },
    error: { main: colours.red },
    success: { main: colours.green },
    warning: { main: colours.amber },
    background: { default: colours.ground, paper: '#ffffff' },
    text: { primary: colours.ink, secondary: colours.quiet },
    divider: colours.line,
  },
  shape: { borderRadius: 4 },
  sidebar: { width: 232, closedWidth: 55 },
  typography: {
    fontFamily: sans,
    fontSize: 15,
    h4: { fontSize: '1.75rem', fontWeight: 700, lineHeight: 1.3 },
    h5: { fontSize: '1.375rem', fontWeight: 700, lineHeight: 1.35 },
    h6: { fontSize: '1.125rem', fontWeight: 700, lineHeight: 1.4 },
    button: { textTransform: 'none', fontWeight: 600 },
  },
  components: {
    ...defaultTheme.components,
    MuiCssBaseline: {
      styleOverrides: {
        ':focus-visible': focus,
        '@media (prefers-reduced-motion: reduce)': {
          '*, *::before, *::after': {
            animationDuration: '0.01ms !important',
            transitionDuration: '0.01ms !important',
          },
        },
      },
    },
    MuiPaper: { defaultProps: { elevation: 0 }, styleOverrides: { elevation0: { backgroundImage: 'none' } } },
    MuiCard: {
      defaultProps: { variant: 'outlined' },
      styleOverrides: { root: { borderColor: colours.line } },
    },
    MuiButtonBase: { styleOverrides: { root: { '&.Mui-focusVisible': focus } } },
    MuiButton: { defaultProps: { disableElevation: true }, styleOverrides: { root: { minHeight: 40 } } },
    MuiTextField: { defaultProps: { variant: 'outlined', size: 'small' } },
    MuiAppBar: { defaultProps: { elevation: 0 } },
    MuiAccordionSummary: { styleOverrides: { root: { fontFamily: sans, fontSize: '1rem' } } },
    MuiTableCell: {
      styleOverrides: {
        head: { fontWeight: 700, backgroundColor: '#eef1f4', color: colours.ink },
        root: { borderColor: '#dfe1e2' },
      },
    },
  },
};
