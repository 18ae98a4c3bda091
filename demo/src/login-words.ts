import type { Problem } from '@xinlu/common/http';
import { createTranslator, type Lang } from '@xinlu/common/i18n';
import type { Explanation } from './site.ts';

const words = createTranslator({
  'zh-TW': {
    'cancelled-title': '您取消了登入',
    cancelled: '沒有登入任何帳號，也沒有資料被讀取。需要時隨時可以再登入。',
    'invalid-title': '這次登入沒有完成',
    invalid: '可能是停留太久，或是用了上一頁。請回首頁重新登入一次。',
    'required-title': '請先登入',
    required: '您還沒有登入，或登入已經過期。',
    'too-low-title': '需要較高的身分保證等級',
    'too-low': '這項服務要用自然人憑證，或以自然人憑證建立的通行金鑰登入。',
    'unreachable-title': '身分驗證中心目前沒有回應',
    unreachable: '您的資料沒有遺失，請過一會兒再試一次。',
    'not-admitted-title': '身分驗證中心不接受本站',
    'not-admitted': '本站目前不在參與機關名單內，因此不能請民眾登入。',
    'form-title': '這份表單已經失效',
    form: '請回上一個頁面重新整理後再送出一次。',
  },
  en: {
    'cancelled-title': 'You cancelled the sign-in',
    cancelled: 'Nobody was signed in and nothing was read. You can sign in whenever you like.',
    'invalid-title': 'The sign-in was not completed',
    invalid:
      'It may have taken too long, or the back button was used. Please start again from the first page.',
    'required-title': 'Please sign in first',
    required: 'You have not signed in, or your session has ended.',
    'too-low-title': 'A higher assurance level is needed',
    'too-low':
      'This service needs a sign-in with the citizen card, or with a passkey that was set up with it.',
    'unreachable-title': 'The identity provider does not answer',
    unreachable: 'Nothing is lost. Please try again in a moment.',
    'not-admitted-title': 'The identity provider does not accept this site',
    'not-admitted': 'This site is not on the list of participants, so it cannot ask citizens to sign in.',
    'form-title': 'This form is no longer valid',
    form: 'Please go back, reload the page and send it again.',
  },
});

type Reason = 'cancelled' | 'invalid' | 'required' | 'too-low' | 'unreachable' | 'not-admitted' | 'form';

const reasonOf = (problem: Problem): Reason | undefined => {
  switch (problem.code) {
    case 'login-refused':
      if (problem['error'] === 'access_denied') return 'cancelled';
      return ['invalid_client', 'unauthorized_client'].includes(String(problem['error']))
        ? 'not-admitted'
        : 'invalid';
    case 'login-invalid':
    case 'login-not-begun':
      return 'invalid';
    case 'login-required':
      return 'required';
    case 'assurance-too-low':
      return 'too-low';
    case 'issuer-unreachable':
      return 'unreachable';
    case 'csrf-refused':
      return 'form';
    default:
      return undefined;
  }
};

/** What a site says when a sign-in went wrong. */
export const explainLogin = (problem: Problem, lang: Lang): Explanation | undefined => {
  const reason = reasonOf(problem);
  if (reason === undefined) return undefined;
  const t = words(lang);
  return { title: t(`${reason}-title`), message: t(reason) };
};
