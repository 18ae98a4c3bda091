import type { PaperType } from './paper-type.ts';

/** 投資許可證明: an investment of a foreign investor was approved. */
export const investmentPermit = {
  vct: 'urn:xinlu:credential:investment-permit:1',
  name: ['投資許可證明', 'Investment Permit'],
  description: [
    '投資審議機關核准外國人投資的證明。',
    'Attests that the investment authority approved an investment.',
  ],
  authority: 'authority',
  fields: [
    { name: 'permit_number', label: ['核准文號', 'Permit number'], form: 'text', seen: 'number' },
    { name: 'authority', label: ['核准機關', 'Authority'], form: 'text', seen: 'always' },
    { name: 'investor_name', label: ['投資人', 'Investor'], form: 'text', seen: 'holder' },
    {
      name: 'investor_country',
      label: ['投資人國籍', 'Country of the investor'],
      form: 'text',
      seen: 'holder',
    },
    { name: 'company_name', label: ['投資事業', 'Company invested in'], form: 'text', seen: 'holder' },
    {
      name: 'business_number',
      label: ['統一編號', 'Business number'],
      form: 'business-number',
      seen: 'holder',
      optional: true,
    },
    {
      name: 'amount',
      label: ['核准投資金額', 'Amount approved'],
      form: 'integer',
      seen: 'holder',
      unit: ['元（新臺幣）', 'TWD'],
    },
    {
      name: 'stake_percent',
      label: ['持股比例', 'Stake'],
      form: 'decimal',
      seen: 'holder',
      optional: true,
      unit: ['％', '%'],
    },
    { name: 'business', label: ['營業項目', 'Line of business'], form: 'prose', seen: 'holder' },
    { name: 'approved_on', label: ['核准日期', 'Approved on'], form: 'day', seen: 'holder' },
    {
      name: 'carry_out_by',
      label: ['應實行投資期限', 'To be carried out by'],
      form: 'day',
      seen: 'holder',
      optional: true,
    },
  ],
  closing: [
    '上開投資案經依外國人投資條例核准，特此證明。',
    'The investment above is approved under the Statute for Investment by Foreign Nationals.',
  ],
} as const satisfies PaperType;

/** 公司登記證明: what the business register says of a company on a day. */
export const companyExtract = {
  vct: 'urn:xinlu:credential:company-extract:1',
  name: ['公司登記證明書', 'Company Registration Extract'],
  description: [
    '商工登記機關就公司現況所為的證明。',
    'What the business register says of a company on the day of issue.',
  ],
  authority: 'authority',
  fields: [
    { name: 'extract_number', label: ['證明書字號', 'Extract number'], form: 'text', seen: 'number' },
    { name: 'authority', label: ['登記機關', 'Registry'], form: 'text', seen: 'always' },
    {
      name: 'business_number',
      label: ['統一編號', 'Business number'],
      form: 'business-number',
      seen: 'holder',
    },
    { name: 'company_name', label: ['公司名稱', 'Company'], form: 'text', seen: 'holder' },
    {
      name: 'standing',
      label: ['登記現況', 'Standing'],
      form: 'text',
      seen: 'holder',
      choices: {
        active: ['核准設立', 'Active'],
        suspended: ['停業', 'Business suspended'],
        dissolved: ['解散', 'Dissolved'],
        revoked: ['廢止', 'Registration revoked'],
      },
    },
    { name: 'organisation', label: ['組織類型', 'Kind of company'], form: 'text', seen: 'holder' },
    { name: 'representative_name', label: ['代表人', 'Representative'], form: 'text', seen: 'holder' },
    { name: 'address', label: ['公司所在地', 'Address'], form: 'text', seen: 'holder' },
    {
      name: 'capital',
      label: ['資本總額', 'Authorised capital'],
      form: 'integer',
      seen: 'holder',
      unit: ['元（新臺幣）', 'TWD'],
    },
    {
      name: 'paid_in_capital',
      label: ['實收資本額', 'Paid-in capital'],
      form: 'integer',
      seen: 'holder',
      optional: true,
      unit: ['元（新臺幣）', 'TWD'],
    },
    { name: 'founded_on', label: ['核准設立日期', 'Founded on'], form: 'day', seen: 'holder' },
    {
      name: 'changed_on',
      label: ['最後核准變更日期', 'Last change on'],
      form: 'day',
      seen: 'holder',
      optional: true,
    },
  ],
  closing: ['上開公司登記事項，與登記資料相符，特此證明。', 'The particulars above agree with the register.'],
} as const satisfies PaperType;

/** 補助紀錄: the subsidies that a company or person was granted. */
export const subsidyHistory = {
  vct: 'urn:xinlu:credential:subsidy-history:1',
  name: ['補助紀錄證明', 'Subsidy History'],
  description: [
    '政府機關核給補助的紀錄。',
    'The subsidies that public bodies granted to a company or person.',
  ],
  authority: 'authority',
  fields: [
    { name: 'record_number', label: ['證明字號', 'Record number'], form: 'text', seen: 'number' },
    { name: 'authority', label: ['證明機關', 'Authority'], form: 'text', seen: 'always' },
    { name: 'recipient_name', label: ['受補助者', 'Recipient'], form: 'text', seen: 'holder' },
    {
      name: 'business_number',
      label: ['統一編號', 'Business number'],
      form: 'business-number',
      seen: 'holder',
      optional: true,
    },
    { name: 'from', label: ['紀錄起日', 'Record from'], form: 'day', seen: 'holder' },
    { name: 'until', label: ['紀錄迄日', 'Record until'], form: 'day', seen: 'holder' },
    {
      name: 'grants',
      label: ['補助明細', 'Grants'],
      form: 'rows',
      seen: 'holder',
      columns: [
        { name: 'granted_on', label: ['核定日期', 'Granted on'], form: 'day' },
        { name: 'programme', label: ['補助計畫', 'Programme'], form: 'text' },
        { name: 'agency', label: ['補助機關', 'Agency'], form: 'text' },
        { name: 'amount', label: ['金額', 'Amount'], form: 'integer', unit: ['元', 'TWD'] },
      ],
    },
  ],
  closing: [
    '上開期間內核給之補助如明細所列，特此證明。',
    'The subsidies granted in the period above are those listed.',
  ],
} as const satisfies PaperType;
