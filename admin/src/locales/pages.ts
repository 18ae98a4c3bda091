import { createTranslator } from '@xinlu/common/i18n';

/** The few words of the server's own pages; everything else is the console's. */
export const pageTexts = createTranslator({
  'zh-TW': {
    service: '參與機關登記處',
    'login-again': '重新登入',
    home: '回到登記處',
    'login-not-begun': '這個瀏覽器沒有進行中的登入。請重新登入。',
    'login-refused': '登入沒有完成：身分驗證中心或您取消了這次登入。',
    'login-invalid': '這次登入無法確認。請重新登入。',
    'acr-too-low': '營運人員須以自然人憑證，或由憑證註冊的通行金鑰登入。',
    'issuer-unreachable': '身分驗證中心目前沒有回應，請稍後再試。',
    'rate-limited': '嘗試次數過多，請稍候再試。',
  },
  en: {
    service: 'Participant Register',
    'login-again': 'Sign in again',
    home: 'Back to the register',
    'login-not-begun': 'No sign-in is under way in this browser. Please sign in again.',
    'login-refused': 'The sign-in was not completed: it was cancelled by you or by the identity provider.',
    'login-invalid': 'This sign-in could not be confirmed. Please sign in again.',
    'acr-too-low': 'Operators sign in with a citizen certificate, or a passkey enrolled with one.',
    'issuer-unreachable': 'The identity provider does not answer at the moment; please try again soon.',
    'rate-limited': 'Too many attempts; please wait a moment and try again.',
  },
});

/** Error codes that have words of their own. */
export const worded = [
  'login-not-begun',
  'login-refused',
  'login-invalid',
  'acr-too-low',
  'issuer-unreachable',
  'rate-limited',
] as const;
