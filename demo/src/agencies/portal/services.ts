import type { Localized } from '@xinlu/common/wire';
import type { Addresses, Site } from '../../country/addresses.ts';
import type { Country } from '../../country/country.ts';

/** A service as the portal lists it: the trust layer's own first, then the agencies that use it. */
export type ListedService = {
  id: string;
  name: Localized;
  what: Localized;
  url: string;
  group: 'core' | 'agency';
};

const core: { id: Site; name: Localized; what: Localized }[] = [
  {
    id: 'idp',
    name: { 'zh-TW': '身分驗證中心', en: 'Identity' },
    what: {
      'zh-TW': '用自然人憑證或通行金鑰登入，一次登入各機關',
      en: 'Sign in with a citizen card or a passkey, once for every agency',
    },
  },
  {
    id: 'consent',
    name: { 'zh-TW': '資料同意', en: 'Consent' },
    what: {
      'zh-TW': '誰要看我的哪些資料、為了什麼，由我決定；隨時可以撤回',
      en: 'Who sees which of my data and why is mine to decide, and to withdraw',
    },
  },
  {
    id: 'ledger',
    name: { 'zh-TW': '公開存證簿', en: 'Ledger' },
    what: {
      'zh-TW': '同意、調閱與證書的存證，只存無法反推的指紋',
      en: 'Evidence of consents, accesses and papers, as fingerprints that reveal nothing',
    },
  },
  {
    id: 'admin',
    name: { 'zh-TW': '機關登記', en: 'Register' },
    what: {
      'zh-TW': '哪些機關可以參與；任何變更都要兩位營運人員',
      en: 'Which parties may take part; every change needs two operators',
    },
  },
  {
    id: 'verifier',
    name: { 'zh-TW': '文件查驗', en: 'Verifier' },
    what: {
      'zh-TW': '檢查一份數位文件的真偽，不需要帳號，離線也可以',
      en: 'Check whether a digital paper is genuine, without an account, even offline',
    },
  },
];

const agencies: { id: Site; name: Localized; what: Localized }[] = [
  {
    id: 'school',
    name: { 'zh-TW': '信路高級中學', en: 'Xinlu Senior High School' },
    what: { 'zh-TW': '學雜費減免申請', en: 'Tuition waiver' },
  },
  {
    id: 'bank',
    name: { 'zh-TW': '信民商業銀行', en: 'Xinmin Commercial Bank' },
    what: { 'zh-TW': '信用卡線上申辦', en: 'Credit card application' },
  },
  {
    id: 'district-office',
    name: { 'zh-TW': '信路市大安區公所', en: 'Da’an District Office, Xinlu City' },
    what: { 'zh-TW': '居民停車證：電子查驗，只問是或否', en: 'Resident parking permit: yes or no, no data' },
  },
  {
    id: 'land-office',
    name: { 'zh-TW': '信路地政事務所', en: 'Xinlu Land Office' },
    what: { 'zh-TW': '核發數位權狀', en: 'Digital title deeds' },
  },
  {
    id: 'library',
    name: { 'zh-TW': '信路市立圖書館', en: 'Xinlu City Library' },
    what: { 'zh-TW': '尚未登記的機關', en: 'Not registered yet' },
  },
  {
    id: 'household',
    name: { 'zh-TW': '戶政司', en: 'Household Registration' },
    what: { 'zh-TW': '提供戶籍資料', en: 'Provides household data' },
  },
  {
    id: 'welfare',
    name: { 'zh-TW': '社會局', en: 'Social Welfare' },
    what: { 'zh-TW': '提供低收入戶資格', en: 'Provides low-income status' },
  },
  {
    id: 'tax',
    name: { 'zh-TW': '財政資訊中心', en: 'Fiscal Information' },
    what: { 'zh-TW': '提供綜合所得資料', en: 'Provides income data' },
  },
  {
    id: 'land',
    name: { 'zh-TW': '地政司', en: 'Land Administration' },
    what: { 'zh-TW': '提供土地與建物登記', en: 'Provides land and building records' },
  },
  {
    id: 'vehicle',
    name: { 'zh-TW': '公路局', en: 'Highway Bureau' },
    what: { 'zh-TW': '提供車籍與駕籍', en: 'Provides vehicle and licence records' },
  },
  {
    id: 'business',
    name: { 'zh-TW': '商業發展署', en: 'Commerce' },
    what: { 'zh-TW': '提供商工登記職務', en: 'Provides roles in companies' },
  },
  {
    id: 'health-insurance',
    name: { 'zh-TW': '健保署', en: 'Health Insurance' },
    what: { 'zh-TW': '提供健保投保狀況', en: 'Provides health insurance coverage' },
  },
  {
    id: 'labour-insurance',
    name: { 'zh-TW': '勞保局', en: 'Labor Insurance' },
    what: { 'zh-TW': '提供勞保投保紀錄', en: 'Provides labour insurance records' },
  },
  {
    id: 'energy',
    name: { 'zh-TW': '信路電力公司', en: 'Xinlu Power' },
    what: { 'zh-TW': '提供用電資料', en: 'Provides electricity use' },
  },
  {
    id: 'government-pki',
    name: { 'zh-TW': '憑證機構', en: 'Government PKI' },
    what: { 'zh-TW': '憑證與廢止清冊', en: 'Certificates and revocation lists' },
  },
  {
    id: 'civil-registry',
    name: { 'zh-TW': '戶役政查核', en: 'Civil registry' },
    what: { 'zh-TW': '確認憑證屬於誰', en: 'Confirms whose a certificate is' },
  },
];

export const listedServices = (country: Country): ListedService[] => {
  const { idpIssuer, consentIssuer, ledgerUrl, adminUrl } = country.services;
  const configured: Partial<Record<Site, string>> = {
    idp: idpIssuer,
    consent: consentIssuer,
    ledger: ledgerUrl,
    admin: adminUrl,
  };
  const at = (addresses: Addresses, id: Site) => configured[id] ?? addresses.url(id);
  return [
    ...core.map((one) => ({ ...one, group: 'core' as const })),
    ...agencies.map((one) => ({ ...one, group: 'agency' as const })),
  ].map((one) => ({ ...one, url: at(country.addresses, one.id) }));
};

const isReady = async (url: string): Promise<boolean> => {
  try {
    const answer = await fetch(`${url}/ready`, { redirect: 'error', signal: AbortSignal.timeout(1500) });
    await answer.body?.cancel();
    return answer.status === 200;
  } catch {
    return false;
  }
};

const KEEP_MILLISECONDS = 2000;

/** Asks every service whether it is ready; answers are kept for two seconds, so that reloading costs nothing. */
export const openServiceWatch = (
  country: Country,
): (() => Promise<(ListedService & { ready: boolean })[]>) => {
  const services = listedServices(country);
  let last: { at: number; states: Promise<(ListedService & { ready: boolean })[]> } | undefined;
  return () => {
    const now = country.clock.now().getTime();
    if (!last || now - last.at > KEEP_MILLISECONDS)
      last = {
        at: now,
        states: Promise.all(services.map(async (one) => ({ ...one, ready: await isReady(one.url) }))),
      };
    return last.states;
  };
};
