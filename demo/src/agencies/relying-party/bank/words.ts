import { createTranslator } from '@xinlu/common/i18n';

export const bankWords = createTranslator({
  'zh-TW': {
    service: '信用卡線上申辦',
    title: '信用卡線上申辦',
    lead: '不必準備財力證明。您同意後，本行直接向財政資訊中心取得綜合所得資料，當場審核。',
    why: '審核信用卡申請與額度',
    'form-title': '申辦內容',
    'form-lead': '請選擇卡片。所得與家庭成員資料，本行會在您同意後向機關取得一次，用完即止。',
    paper: '您也可以帶所得證明到任一分行臨櫃申辦。',
    standing: '只取得一次，審核完畢後同意就失效。',
    'card-kind': '申辦卡別',
    cashback: '現金回饋卡',
    'cashback-body': '一般消費回饋百分之一',
    travel: '旅行里程卡',
    'travel-body': '每 20 元累積 1 哩',
    'fault-kind': '請選擇卡別。',
    'limit-title': '核准：信用額度{amount}',
    'limit-body': '卡片會在五個工作天內寄出。審核只用了您同意提供的資料。',
    'by-hand-title': '轉由專人審核',
    'by-hand-body': '依目前資料無法直接核定額度，專人會在兩個工作天內與您聯絡。',
    'incomplete-title': '還缺資料，無法審核',
    'incomplete-body': '有機關目前無法提供資料。您的申請已保留，請稍後再取得一次。',
  },
  en: {
    service: 'Credit card application',
    title: 'Apply for a credit card',
    lead: 'No proof of income is needed. With your consent the bank gets the income figure from the Fiscal Information Agency and decides at once.',
    why: 'to decide on your card and its limit',
    'form-title': 'Your card',
    'form-lead':
      'Choose a card. Income and household come from the agencies once, after you agree, and never again.',
    paper: 'You may also apply at any branch with your proof of income.',
    standing: 'Once only; the consent ends with the decision.',
    'card-kind': 'Card',
    cashback: 'Cashback card',
    'cashback-body': 'one percent back on purchases',
    travel: 'Travel miles card',
    'travel-body': 'one mile for every 20 dollars',
    'fault-kind': 'Please choose a card.',
    'limit-title': 'Approved with a limit of {amount}',
    'limit-body':
      'The card will be sent within five working days. The decision used only the data that you agreed to.',
    'by-hand-title': 'A colleague will look at it',
    'by-hand-body':
      'The limit cannot be set from these data alone. We will contact you within two working days.',
    'incomplete-title': 'Some data are missing',
    'incomplete-body':
      'An agency could not answer just now. Your application is kept; please fetch the data again later.',
  },
});
