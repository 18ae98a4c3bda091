import { createTranslator } from '@xinlu/common/i18n';

export const civilRegistryWords = createTranslator({
  'zh-TW': {
    agency: '內政部',
    service: '戶役政查核介面',
    about: '這個介面只回答身分驗證中心，民眾不需要在這裡登入。',
    title: '憑證與身分的查核',
    lead: '這個介面只回答兩個問題：這張憑證是不是發給這個人的？這個人是不是那個人的法定代理人或監護人？',
    'point-asker': '只有登記在案的身分驗證中心可以詢問，每次詢問都要簽章。',
    'point-answer': '回答只有「是」或「否」，並由本介面簽章；不回覆姓名、地址等其他資料。',
    'point-guardian': '確認是法定代理人時，另外回覆被代理人的姓名和依法終止的日期。',
    'point-unsigned': '沒有簽章、簽章過期或重複使用的詢問一律拒絕。',
  },
  en: {
    agency: 'Ministry of the Interior',
    service: 'Civil registry confirmation',
    about: 'This service answers the identity provider alone; citizens never sign in here.',
    title: 'Confirming whom a certificate belongs to',
    lead: 'This service answers two questions only: was this certificate given to this person? Is the one the parent or guardian of the other?',
    'point-asker': 'Only the registered identity provider may ask, and it signs every question.',
    'point-answer':
      'The answer is yes or no, signed by this service. No name, address or anything else is given.',
    'point-guardian':
      'Where it confirms a guardian it adds the name of the ward and when the guardianship ends by law.',
    'point-unsigned': 'A question that is unsigned, stale or used before is refused.',
  },
});
