import type { PaperType } from './paper-type.ts';

/** 土地／建物所有權狀, in the order of the printed one. */
export const landTitleDeed = {
  vct: 'urn:xinlu:credential:land-title-deed:1',
  name: ['數位權狀', 'Title deed'],
  description: [
    '地政事務所核發給土地或建物所有權人的權狀。',
    'Issued by a land office to the owner of a parcel or a building.',
  ],
  headings: {
    field: 'property',
    of: {
      land: ['土地所有權狀', 'Land Title Deed'],
      building: ['建物所有權狀', 'Building Title Deed'],
    },
  },
  authority: 'registry',
  fields: [
    { name: 'deed_number', label: ['權狀字號', 'Deed number'], form: 'text', seen: 'number' },
    { name: 'registry', label: ['登記機關', 'Registry'], form: 'text', seen: 'always' },
    {
      name: 'property',
      label: ['標的', 'Property'],
      form: 'text',
      seen: 'always',
      choices: { land: ['土地', 'Land'], building: ['建物', 'Building'] },
    },
    { name: 'owner_name', label: ['所有權人', 'Owner'], form: 'text', seen: 'holder' },
    { name: 'share', label: ['權利範圍', 'Share'], form: 'text', seen: 'holder' },
    { name: 'parcel', label: ['地號／建號', 'Parcel'], form: 'text', seen: 'holder' },
    { name: 'address', label: ['坐落', 'Address'], form: 'text', seen: 'holder' },
    {
      name: 'area_square_metres',
      label: ['面積', 'Area'],
      form: 'decimal',
      seen: 'holder',
      unit: ['平方公尺', 'm²'],
    },
    { name: 'cause', label: ['登記原因', 'Cause'], form: 'text', seen: 'holder' },
    { name: 'cause_on', label: ['原因發生日期', 'Date of cause'], form: 'day', seen: 'holder' },
    { name: 'registered_on', label: ['登記日期', 'Registered on'], form: 'day', seen: 'holder' },
  ],
  closing: [
    '上開不動產經依法登記完竣，合行發給本權狀以憑執管。',
    'The property above is duly registered, and this deed is issued in witness thereof.',
  ],
} as const satisfies PaperType;

/** 他項權利證明書: a right of another on a title, as a mortgage 抵押權. */
export const mortgageCertificate = {
  vct: 'urn:xinlu:credential:mortgage-certificate:1',
  name: ['他項權利證明書', 'Certificate of Other Rights (Mortgage)'],
  description: [
    '地政事務所核發給抵押權人等他項權利人的證明書。',
    'Issued by a land office to the holder of a mortgage or another right on a title.',
  ],
  authority: 'registry',
  fields: [
    { name: 'certificate_number', label: ['證明書字號', 'Certificate number'], form: 'text', seen: 'number' },
    { name: 'registry', label: ['登記機關', 'Registry'], form: 'text', seen: 'always' },
    {
      name: 'right_kind',
      label: ['權利種類', 'Kind of right'],
      form: 'text',
      seen: 'always',
      choices: {
        mortgage: ['普通抵押權', 'Ordinary mortgage'],
        'maximum-mortgage': ['最高限額抵押權', 'Mortgage up to a maximum amount'],
        superficies: ['地上權', 'Superficies'],
        easement: ['不動產役權', 'Easement'],
        'right-of-use': ['典權', 'Dian (right of use)'],
      },
    },
    { name: 'creditor_name', label: ['權利人', 'Holder of the right'], form: 'text', seen: 'holder' },
    { name: 'debtor_name', label: ['債務人', 'Debtor'], form: 'text', seen: 'holder', optional: true },
    { name: 'obligor_name', label: ['設定義務人', 'Obligor'], form: 'text', seen: 'holder' },
    { name: 'parcel', label: ['不動產標示', 'Property'], form: 'text', seen: 'holder' },
    { name: 'share', label: ['設定權利範圍', 'Share encumbered'], form: 'text', seen: 'holder' },
    { name: 'rank', label: ['登記次序', 'Rank'], form: 'text', seen: 'holder' },
    {
      name: 'secured_amount',
      label: ['擔保債權總金額', 'Amount secured'],
      form: 'integer',
      seen: 'holder',
      optional: true,
      unit: ['元（新臺幣）', 'TWD'],
    },
    { name: 'term', label: ['存續期間', 'Term'], form: 'text', seen: 'holder', optional: true },
    { name: 'cause', label: ['登記原因', 'Cause'], form: 'text', seen: 'holder' },
    { name: 'cause_on', label: ['原因發生日期', 'Date of cause'], form: 'day', seen: 'holder' },
    { name: 'registered_on', label: ['登記日期', 'Registered on'], form: 'day', seen: 'holder' },
  ],
  closing: [
    '上開他項權利經依法登記完竣，合行發給本證明書以憑執管。',
    'The right above is duly registered, and this certificate is issued in witness thereof.',
  ],
} as const satisfies PaperType;

/** 使用執照: a finished building may be used. */
export const buildingCertificate = {
  vct: 'urn:xinlu:credential:building-certificate:1',
  name: ['建築物使用執照', 'Building Use Permit'],
  description: [
    '主管建築機關核發的建築物使用執照。',
    'Issued by a building authority when a building may be used.',
  ],
  authority: 'authority',
  fields: [
    { name: 'permit_number', label: ['使用執照字號', 'Permit number'], form: 'text', seen: 'number' },
    { name: 'authority', label: ['主管建築機關', 'Building authority'], form: 'text', seen: 'always' },
    { name: 'applicant_name', label: ['起造人', 'Applicant'], form: 'text', seen: 'holder' },
    { name: 'address', label: ['建築地址', 'Address'], form: 'text', seen: 'holder' },
    { name: 'parcel', label: ['建築地號', 'Parcel'], form: 'text', seen: 'holder' },
    { name: 'structure', label: ['構造', 'Structure'], form: 'text', seen: 'holder' },
    { name: 'storeys', label: ['層棟戶數', 'Storeys, buildings and units'], form: 'text', seen: 'holder' },
    {
      name: 'floor_area_square_metres',
      label: ['總樓地板面積', 'Total floor area'],
      form: 'decimal',
      seen: 'holder',
      unit: ['平方公尺', 'm²'],
    },
    { name: 'use', label: ['核准用途', 'Permitted use'], form: 'text', seen: 'holder' },
    { name: 'architect_name', label: ['設計人', 'Architect'], form: 'text', seen: 'holder', optional: true },
    { name: 'completed_on', label: ['竣工日期', 'Completed on'], form: 'day', seen: 'holder' },
    { name: 'issued_on', label: ['核發日期', 'Issued on'], form: 'day', seen: 'holder' },
  ],
  closing: [
    '上開建築物經查驗合格，依建築法規定發給使用執照。',
    'The building above passed inspection, and this permit is issued under the Building Act.',
  ],
} as const satisfies PaperType;
