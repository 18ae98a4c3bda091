import { LOGOUT_PATH } from '@xinlu/common/oidc-client';
import type { Localized, Participant, PublicKey } from '@xinlu/common/wire';
import { paperTypes } from '@xinlu/verifier';
import type { Addresses, Site } from './addresses.ts';
import { organisationById } from './organisations.ts';

/** A register entry before its keys and dates are known. */
type Plan = Omit<Participant, 'keys' | 'validFrom' | 'oid'>;

export const OID_ARC = '2.16.886.101.99999.4000';

const relyingParty = (
  addresses: Addresses,
  site: Site,
  purposes: string[] = [],
): NonNullable<Participant['relyingParty']> => ({
  sector: `${site}.xinlu.test`,
  redirectUris: [`${addresses.url(site)}/login/callback`],
  postLogoutRedirectUris: [`${addresses.url(site)}/`],
  backchannelLogoutUri: `${addresses.url(site)}${LOGOUT_PATH}`,
  profile: 'fapi2',
  minimumAcr: 'substantial',
  consentRedirectUris: purposes.length > 0 ? [`${addresses.url(site)}/consent/callback`] : [],
  purposes,
});

export const agencyNames = {
  idp: { 'zh-TW': '身分驗證中心', en: 'Identity Provider' },
  consent: { 'zh-TW': '我的資料同意平臺', en: 'MyData Consent Service' },
  ledger: { 'zh-TW': '公開存證簿', en: 'Public Ledger' },
  admin: { 'zh-TW': '參與機關登記處', en: 'Participant Register' },
  school: { 'zh-TW': '信路高級中學', en: 'Xinlu Senior High School' },
  bank: { 'zh-TW': '信民商業銀行', en: 'Xinmin Commercial Bank' },
  'land-office': { 'zh-TW': '信路地政事務所', en: 'Xinlu Land Office' },
  household: { 'zh-TW': '內政部戶政司', en: 'Department of Household Registration' },
  welfare: { 'zh-TW': '信路市政府社會局', en: 'Xinlu City Department of Social Welfare' },
  tax: { 'zh-TW': '財政部財政資訊中心', en: 'Fiscal Information Agency' },
  land: { 'zh-TW': '內政部地政司', en: 'Department of Land Administration' },
  vehicle: { 'zh-TW': '交通部公路局', en: 'Highway Bureau (vehicles and drivers)' },
  business: { 'zh-TW': '經濟部商業發展署', en: 'Administration of Commerce' },
  'health-insurance': { 'zh-TW': '衛生福利部中央健康保險署', en: 'National Health Insurance Administration' },
  'labour-insurance': { 'zh-TW': '勞動部勞工保險局', en: 'Bureau of Labor Insurance' },
  energy: { 'zh-TW': '信路電力股份有限公司', en: 'Xinlu Power Company' },
  'civil-registry': { 'zh-TW': '內政部戶役政查核介面', en: 'Civil Registry Confirmation Service' },
  library: { 'zh-TW': '信路市立圖書館', en: 'Xinlu City Library' },
  'district-office': { 'zh-TW': '信路市大安區公所', en: 'Da’an District Office, Xinlu City' },
} satisfies Record<string, Localized>;

/** Who releases data; one dataset each. */
export type ProviderSite =
  | 'household'
  | 'welfare'
  | 'tax'
  | 'land'
  | 'vehicle'
  | 'business'
  | 'health-insurance'
  | 'labour-insurance'
  | 'energy';

/** What a guardian may do for a child at the school. */
export const tuitionWaiver = {
  code: 'tuition-waiver',
  name: { 'zh-TW': '學雜費減免', en: 'Tuition waiver' },
};

/** Registered by either parent, or by whom they send. */
const birthBenefits = {
  code: 'birth-benefits',
  name: { 'zh-TW': '出生登記一站式給付', en: 'Benefits on birth registration' },
};

const plans = (addresses: Addresses): Plan[] => {
  const government = (
    site: Site & keyof typeof agencyNames,
    rest: Pick<Plan, 'roles'> & Partial<Plan>,
  ): Plan => ({
    id: site,
    name: agencyNames[site],
    kind: 'government',
    homepage: addresses.url(site),
    ...rest,
  });
  const provider = (site: ProviderSite, dataset: string, rest: Partial<Plan> = {}): Plan =>
    government(site, {
      roles: ['provider'],
      provider: { endpoint: addresses.url(site), datasets: [dataset] },
      ...rest,
    });
  return [
    government('idp', { roles: ['identity-provider'] }),
    government('consent', {
      roles: ['broker', 'rp', 'submitter'],
      // Which purposes somebody may consent to for another: the action is the purpose.
      relyingParty: {
        ...relyingParty(addresses, 'consent'),
        delegation: { kinds: ['guardian', 'representative'], actions: [tuitionWaiver, birthBenefits] },
      },
    }),
    government('ledger', { roles: ['operator'] }),
    government('admin', {
      roles: ['register', 'rp', 'submitter'],
      relyingParty: relyingParty(addresses, 'admin'),
    }),
    government('school', {
      roles: ['rp'],
      relyingParty: {
        ...relyingParty(addresses, 'school', ['tuition-waiver']),
        delegation: { kinds: ['guardian'], actions: [tuitionWaiver] },
      },
    }),
    government('bank', {
      kind: 'private',
      roles: ['rp'],
      relyingParty: relyingParty(addresses, 'bank', ['credit-card-application']),
    }),
    government('land-office', {
      roles: ['rp', 'issuer', 'submitter'],
      relyingParty: relyingParty(addresses, 'land-office'),
      issuer: {
        credentialTypes: [paperTypes['land-title-deed'].vct, paperTypes['mortgage-certificate'].vct],
      },
    }),
    provider('household', 'household.members'),
    provider('welfare', 'welfare.low-income-status'),
    provider('tax', 'tax.income'),
    government('civil-registry', { roles: ['civil-registry'] }),
    provider('land', 'land.holdings'),
    provider('vehicle', 'vehicle.registration'),
    provider('business', 'business.roles'),
    provider('health-insurance', 'health-insurance.coverage'),
    provider('labour-insurance', 'labour-insurance.record'),
    provider('energy', 'energy.usage', { kind: 'private' }),
    government('district-office', {
      roles: ['rp'],
      relyingParty: relyingParty(addresses, 'district-office', ['residence-check']),
    }),
  ];
};

const libraryPlan = (addresses: Addresses): Plan => ({
  id: 'library',
  name: agencyNames.library,
  kind: 'government',
  roles: ['rp'],
  homepage: addresses.url('library'),
  relyingParty: {
    ...relyingParty(addresses, 'library'),
    minimumAcr: 'low',
    // Companies and agencies borrow as well.
    holders: ['citizen', 'organisation', 'agency'],
    organisationIds: true,
  },
});

/** Ids of the participants whose private keys the demo process itself holds. */
export const demoKeyHolders = [
  'school',
  'bank',
  'land-office',
  'household',
  'welfare',
  'tax',
  'civil-registry',
  'library',
  'land',
  'vehicle',
  'business',
  'health-insurance',
  'labour-insurance',
  'energy',
  'zhongzheng-office',
  'district-office',
] as const;
export type DemoKeyHolder = (typeof demoKeyHolders)[number];

/** Participants that run in services of their own; the launcher makes their keys. */
export const serviceKeyHolders = ['idp', 'consent', 'ledger', 'admin'] as const;

type KeysOf = (participant: string) => PublicKey[];

const complete = (plan: Plan, number: number, keysOf: KeysOf, founded: Date): Participant => ({
  ...plan,
  oid: `${OID_ARC}.${number}`,
  keys: keysOf(plan.id),
  validFrom: founded.toISOString(),
});

/** An agency that runs a counter; it is known by the OID in its clerks' cards. */
const counterOffice = (addresses: Addresses, keysOf: KeysOf, founded: Date): Participant => {
  const id = 'zhongzheng-office';
  const office = organisationById(id);
  if (office === undefined || !('oid' in office)) throw new Error('the counter has no OID');
  const plan: Plan = {
    id,
    name: office.name,
    kind: 'government',
    roles: ['counter'],
    homepage: addresses.url('portal'),
  };
  return { ...complete(plan, 0, keysOf, founded), oid: office.oid };
};

/** Whom the register knows from its first day. */
export const firstParticipants = (addresses: Addresses, keysOf: KeysOf, founded: Date): Participant[] => [
  ...plans(addresses).map((plan, index) => complete(plan, index + 1, keysOf, founded)),
  counterOffice(addresses, keysOf, founded),
];

/** The library is not in the register: this is what it hands to an operator so that she can propose it. */
export const libraryApplication = (addresses: Addresses, keysOf: KeysOf, founded: Date): Participant =>
  complete(libraryPlan(addresses), 90, keysOf, founded);
