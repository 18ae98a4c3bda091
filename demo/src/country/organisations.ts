import type { Localized } from '@xinlu/common/wire';

/** A company, group or agency that has cards of its own. `oid` below the demo's arc, or an eight-digit business number. */
export type Organisation = { id: string; name: Localized } & ({ businessNumber: string } | { oid: string });

export const organisations: readonly Organisation[] = [
  {
    id: 'xinchuan',
    name: { 'zh-TW': '信川電子股份有限公司', en: 'Xinchuan Electronics Co., Ltd.' },
    businessNumber: '12345675',
  },
  {
    id: 'parents',
    name: { 'zh-TW': '信路高級中學家長會', en: "Parents' Association of Xinlu Senior High School" },
    oid: '2.16.886.101.99999.6000.1',
  },
  {
    id: 'zhongzheng-office',
    name: { 'zh-TW': '信路市中正戶政事務所', en: 'Zhongzheng Household Registration Office' },
    oid: '2.16.886.101.99999.5000.1',
  },
];

export const organisationById = (id: string): Organisation | undefined =>
  organisations.find((organisation) => organisation.id === id);
