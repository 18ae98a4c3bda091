import { createTranslator } from '@xinlu/common/i18n';

export const districtOfficeWords = createTranslator({
  'zh-TW': {
    service: '居民停車證',
    title: '居民停車證線上申請',
    lead: '不必附戶籍謄本。您同意後，本所只向戶政問「是」或「否」，不會取得您的地址。',
    why: '確認您設籍在本區',
    'form-title': '車輛資料',
    'form-lead': '請填寫車牌號碼。是否設籍在本區，本所會在您同意後向戶政查驗一次。',
    paper: '您也可以帶戶口名簿到本所臨櫃辦理。',
    standing: '只查驗一次，得到的只有「是」或「否」。',
    plate: '車牌號碼',
    'plate-hint': '例如 ABC-1234',
    'fault-plate': '車牌號碼不正確，請填 2 到 4 個英數字、連字號、2 到 4 個英數字。',
    'question-address': '戶籍在信路市大安區？',
    'question-since': '設籍已滿一年？',
    reason: '居民停車證申請案查驗設籍',
    'approved-title': '核准：居民停車證已核發',
    'approved-body': '戶政確認您設籍在本區並已滿一年。停車證即日起生效，為期一年。',
    'elsewhere-title': '未核准：戶籍不在本區',
    'elsewhere-body': '戶政回答您的戶籍不在大安區。請向戶籍所在的區公所申請。',
    'too-new-title': '未核准：設籍未滿一年',
    'too-new-body': '戶政回答您設籍在本區未滿一年。期滿後歡迎再申請。',
    'incomplete-title': '還沒有得到回答，無法審核',
    'incomplete-body': '戶政目前無法回答。您的申請已保留，請稍後再查驗一次。',
  },
  en: {
    service: 'Resident parking permit',
    title: 'Apply for a resident parking permit',
    lead: 'No household transcript is needed. With your consent the office asks the household registry yes or no, and never learns your address.',
    why: 'to make sure that you live in this district',
    'form-title': 'Your vehicle',
    'form-lead':
      'Enter the number plate. Whether you live here is asked of the household registry once, after you agree.',
    paper: 'You may also bring your household certificate to the office.',
    standing: 'Asked once; all that comes back is yes or no.',
    plate: 'Number plate',
    'plate-hint': 'For example ABC-1234',
    'fault-plate': 'This is no number plate: 2 to 4 letters or digits, a hyphen, 2 to 4 letters or digits.',
    'question-address': 'Registered in Da’an District, Xinlu City?',
    'question-since': 'Registered there for a year?',
    reason: 'Residence for a resident parking permit',
    'approved-title': 'Approved: your permit is issued',
    'approved-body':
      'The household registry says that you have lived in this district for a year. The permit is good for a year from today.',
    'elsewhere-title': 'Not approved: you are registered elsewhere',
    'elsewhere-body':
      'The household registry says that you are not registered in Da’an District. Apply at the office of your own district.',
    'too-new-title': 'Not approved: registered for less than a year',
    'too-new-body':
      'The household registry says that you have been registered here for less than a year. Please apply again then.',
    'incomplete-title': 'No answer yet',
    'incomplete-body':
      'The household registry could not answer just now. Your application is kept; please ask again later.',
  },
});
