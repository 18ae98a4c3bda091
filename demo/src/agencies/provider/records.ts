/**
 * What the agencies beside household, welfare and tax keep about an inhabitant, by the inhabitant's id. Who is not named
 * in a register holds nothing of its kind, which is an answer too. All invented.
 */

export type LandRecord = {
  parcels: { section: string; number: string; area_m2: number; share: string; registered: string }[];
  buildings: { number: string; address: string; area_m2: number; completed: string }[];
  mortgages: { holder: string; amount: number; registered: string }[];
};

export const land: Readonly<Record<string, LandRecord>> = {
  'chen-zhiming': {
    parcels: [
      {
        section: '大安區瑞安段二小段',
        number: '0512-0003',
        area_m2: 684,
        share: '215/10000',
        registered: '2018-02-26',
      },
    ],
    buildings: [
      {
        number: '03187-000',
        address: '信路市大安區建國南路一段 210 號 9 樓之 1',
        area_m2: 94.6,
        completed: '2009-11-12',
      },
    ],
    mortgages: [{ holder: '信民商業銀行', amount: 14_400_000, registered: '2018-02-26' }],
  },
  'wang-shufen': {
    parcels: [
      {
        section: '北投區新民段一小段',
        number: '0088-0000',
        area_m2: 121.5,
        share: '1/1',
        registered: '2005-05-30',
      },
    ],
    buildings: [
      {
        number: '00762-000',
        address: '信路市北投區中央北路 41 號',
        area_m2: 168.2,
        completed: '1988-04-08',
      },
    ],
    mortgages: [],
  },
};

export type VehicleRecord = {
  vehicles: {
    plate: string;
    kind: 'car' | 'motorcycle' | 'truck';
    make: string;
    built: string;
    displacement_cc: number;
    state: 'in-use' | 'suspended' | 'scrapped';
  }[];
  licences: {
    kind: 'car' | 'motorcycle' | 'truck' | 'bus';
    valid_until: string;
    state: 'valid' | 'suspended' | 'revoked';
  }[];
  unpaid_fines: number;
};

export const vehicles: Readonly<Record<string, VehicleRecord>> = {
  'lin-yijun': {
    vehicles: [
      {
        plate: 'MKR-5281',
        kind: 'motorcycle',
        make: '光陽',
        built: '2012-06',
        displacement_cc: 125,
        state: 'in-use',
      },
    ],
    licences: [{ kind: 'motorcycle', valid_until: '2059-05-12', state: 'valid' }],
    unpaid_fines: 0,
  },
  'chen-zhiming': {
    vehicles: [
      {
        plate: 'AYB-0936',
        kind: 'car',
        make: '裕隆',
        built: '2017-09',
        displacement_cc: 1798,
        state: 'in-use',
      },
      {
        plate: '6K-3317',
        kind: 'car',
        make: '中華',
        built: '2003-02',
        displacement_cc: 1584,
        state: 'scrapped',
      },
    ],
    licences: [{ kind: 'car', valid_until: '2065-02-18', state: 'valid' }],
    unpaid_fines: 1_200,
  },
  'li-jianhong': {
    vehicles: [],
    licences: [
      { kind: 'car', valid_until: '2061-01-27', state: 'valid' },
      { kind: 'motorcycle', valid_until: '2061-01-27', state: 'valid' },
    ],
    unpaid_fines: 0,
  },
};

export type BusinessRecord = {
  companies: {
    name: string;
    unified_number: string;
    role: 'responsible-person' | 'director' | 'supervisor' | 'manager' | 'shareholder';
    since: string;
    state: 'active' | 'suspended' | 'dissolved';
  }[];
  capital_contributed: number;
};

export const businesses: Readonly<Record<string, BusinessRecord>> = {
  'chen-zhiming': {
    companies: [
      {
        name: '志明軟體設計工作室',
        unified_number: '90524416',
        role: 'responsible-person',
        since: '2022-04-11',
        state: 'active',
      },
    ],
    capital_contributed: 200_000,
  },
};

export type HealthInsuranceRecord = {
  insured: boolean;
  category: '1' | '2' | '3' | '4' | '5' | '6';
  insured_amount: number;
  dependants: number;
  premium_arrears: number;
  catastrophic_illness: boolean;
};

/** Everybody with a household registration is insured; category 6 is for those without a post. */
const INSURED_AS_RESIDENT: HealthInsuranceRecord = {
  insured: true,
  category: '6',
  insured_amount: 0,
  dependants: 0,
  premium_arrears: 0,
  catastrophic_illness: false,
};

const healthInsurance: Readonly<Record<string, Partial<HealthInsuranceRecord>>> = {
  'lin-yijun': { category: '5', dependants: 2 },
  'chen-zhiming': { category: '1', insured_amount: 105_600, dependants: 0 },
  'wang-shufen': { category: '1', insured_amount: 80_200 },
  'li-jianhong': { category: '1', insured_amount: 72_800 },
};

export const healthInsuranceOf = (citizen: string): HealthInsuranceRecord => ({
  ...INSURED_AS_RESIDENT,
  ...healthInsurance[citizen],
});

export type LabourInsuranceRecord = {
  insured: boolean;
  employer: string | null;
  monthly_salary: number;
  years: number;
  periods: { employer: string; start: string; end: string | null }[];
};

export const labourInsurance: Readonly<Record<string, LabourInsuranceRecord>> = {
  'lin-yijun': {
    insured: true,
    employer: '信路市立托兒所',
    monthly_salary: 27_470,
    years: 11.4,
    periods: [
      { employer: '安和成衣廠', start: '2005-07-01', end: '2009-08-31' },
      { employer: '信路市立托兒所', start: '2019-09-01', end: null },
    ],
  },
  'chen-zhiming': {
    insured: true,
    employer: '信川電子股份有限公司',
    monthly_salary: 45_800,
    years: 12.8,
    periods: [{ employer: '信川電子股份有限公司', start: '2014-02-10', end: null }],
  },
};

export type EnergyRecord = {
  customer_number: string;
  service_address: string;
  contract: { kind: 'residential' | 'business'; capacity_kw: number };
  /** The last twelve months, the oldest first. */
  kwh: readonly number[];
};

export const energy: Readonly<Record<string, EnergyRecord>> = {
  'lin-yijun': {
    customer_number: '18530274615',
    service_address: '信路市中正區信義路二段 86 號 3 樓',
    contract: { kind: 'residential', capacity_kw: 10 },
    kwh: [212, 205, 198, 176, 181, 240, 318, 352, 331, 244, 190, 201],
  },
  'chen-zhiming': {
    customer_number: '07416092288',
    service_address: '信路市大安區建國南路一段 210 號 9 樓之 1',
    contract: { kind: 'residential', capacity_kw: 15 },
    kwh: [301, 288, 276, 254, 271, 402, 511, 548, 502, 366, 279, 294],
  },
};

/** The twelve months before `now`, the oldest first, as `YYYY-MM`. */
export const lastTwelveMonths = (now: Date): string[] =>
  Array.from({ length: 12 }, (_, index) =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 12 + index, 1)).toISOString().slice(0, 7),
  );
