import { createTranslator } from '@xinlu/common/i18n';

export const providerWords = createTranslator({
  'zh-TW': {
    service: '資料提供機關',
    about: '這個網站不需要登入。您的資料只在您同意後，由本機關直接加密交給您指定的對象。',
    title: '{agency}的資料服務',
    lead: '本機關只在民眾同意之後，才把她同意的欄位交給她指定的機關或業者。',
    'dataset-title': '提供的資料',
    dataset: '資料',
    fields: '欄位',
    'how-title': '每次提供資料以前，都會檢查',
    'how-order': '同意平臺簽章的提供單：誰要、要哪些欄位、為了什麼，而且只能用一次。',
    'how-rp': '需用機關自己的簽章：公開金鑰以機關登記為準，不採信提供單所附的。',
    'how-envelope': '身分驗證中心密封的身分信封：只有本機關打得開，一分鐘內有效。',
    'how-filter': '只取出同意的欄位，簽章後加密給需用機關，同意平臺看不到內容。',
    citizen: '想知道誰查過您的資料，請到',
    'citizen-link': '我的資料與同意',
  },
  en: {
    service: 'Data provider',
    about:
      'Nobody signs in here. Your data leave this agency only after you agreed, encrypted for the party you named.',
    title: 'Data service of {agency}',
    lead: 'This agency gives data only after the citizen agreed: the fields that she granted, to the party that she named.',
    'dataset-title': 'What it provides',
    dataset: 'Dataset',
    fields: 'Fields',
    'how-title': 'Checked before every release',
    'how-order': 'The order signed by the consent service: who, which fields, what for; good for one use.',
    'how-rp': 'The relying party’s own signature, by the key in the register and not by one that came along.',
    'how-envelope': 'The identity envelope that only this agency can open, valid for a minute.',
    'how-filter':
      'Only the granted fields are taken, signed, and encrypted to the relying party; the consent service sees none of it.',
    citizen: 'To see who has looked at your data, go to',
    'citizen-link': 'my data and consents',
  },
});
