import { createTranslator } from '@xinlu/common/i18n';

export const schoolWords = createTranslator({
  'zh-TW': {
    service: '學雜費減免申請',
    title: '學雜費減免線上申請',
    lead: '低收入戶、中低收入戶的學生可以減免學雜費。您同意後，學校會直接向機關確認資格，不必再申請證明文件。',
    why: '確認學雜費減免資格',
    'form-title': '學生資料',
    'form-lead': '請填寫要申請減免的學生。這兩項之外的資料，學校會在您同意後向機關取得。',
    paper: '您也可以帶低收入戶證明與戶籍謄本，到學校總務處出納組辦理。',
    standing: '本學期內有效，供學校在開學與期末各確認資格一次；您隨時可以撤回。',
    'student-name': '學生姓名',
    'student-name-hint': '示範資料：林子喆',
    'student-number': '學號',
    'student-number-hint': '示範資料：1120386',
    'student-class': '班級',
    'fault-name': '請填寫學生姓名。',
    'fault-number': '請填寫 7 位數字的學號。',
    'fault-roll': '學籍資料裡沒有這位學生，請確認姓名與學號。',
    'full-title': '符合資格：免繳全額學雜費',
    'full-body': '低收入戶學生免繳全額學雜費。減免後應繳 {amount}，下次繳費單會直接扣除，不必再送文件。',
    'partial-title': '符合資格：減免百分之六十',
    'partial-body': '中低收入戶學生減免百分之六十。減免後應繳 {amount}，下次繳費單會直接扣除。',
    'no-status-title': '目前不符合減免資格',
    'no-status-body': '社會局的紀錄顯示，目前沒有低收入戶或中低收入戶資格。如果情況有變，歡迎再申請。',
    'expired-title': '資格已經過期',
    'expired-body': '低收入戶資格的有效期限已過。請先向社會局辦理延長，再回來申請。',
    'not-member-title': '請到校由專人確認',
    'not-member-body': '這位學生不在您的戶籍成員裡。請攜帶證明文件到學校，我們會協助您辦理。',
    'incomplete-title': '還缺資料，無法審核',
    'incomplete-body': '有機關目前無法提供資料。您的申請已保留，請稍後再取得一次。',
  },
  en: {
    service: 'Tuition waiver',
    title: 'Apply for a tuition waiver',
    lead: 'Students of low-income and middle-to-low-income households pay less. With your consent the school confirms this with the agencies itself; no certificates are needed.',
    why: 'to confirm that you are entitled to the waiver',
    'form-title': 'The student',
    'form-lead':
      'Tell us which student this is for. Everything else comes from the agencies, once you agree.',
    paper: 'You may also bring the low-income certificate and a household transcript to the bursar’s office.',
    standing:
      'For this term, so that the school can confirm at its beginning and at its end; you may withdraw at any time.',
    'student-name': 'Student’s name',
    'student-name-hint': 'Demo data: 林子喆',
    'student-number': 'Student number',
    'student-number-hint': 'Demo data: 1120386',
    'student-class': 'Class',
    'fault-name': 'Please enter the student’s name.',
    'fault-number': 'Please enter the student number, 7 digits.',
    'fault-roll': 'This student is not on the roll. Please check name and number.',
    'full-title': 'Approved: the full tuition is waived',
    'full-body':
      'Students of low-income households pay no tuition. You now pay {amount}; the next bill already takes it off and no paper is needed.',
    'partial-title': 'Approved: 60 percent is waived',
    'partial-body':
      'Students of middle-to-low-income households pay 60 percent less. You now pay {amount}; the next bill already takes it off.',
    'no-status-title': 'Not entitled at present',
    'no-status-body':
      'The welfare department has no low-income status on record for you. If things change, please apply again.',
    'expired-title': 'The status has expired',
    'expired-body':
      'The low-income status is past its date. Please have it extended by the welfare department first.',
    'not-member-title': 'Please see us in person',
    'not-member-body':
      'This student is not in your household. Bring your papers to the school and we will help you.',
    'incomplete-title': 'Some data are missing',
    'incomplete-body':
      'An agency could not answer just now. Your application is kept; please fetch the data again later.',
  },
});
