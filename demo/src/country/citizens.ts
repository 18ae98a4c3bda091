import type { Lang } from '@xinlu/common/i18n';
import { makeNationalId } from './national-id.ts';

export type HouseholdMember = { name: string; relation: string; born: string };

export type LowIncomeStatus = 'low-income' | 'middle-low-income' | 'none';

/** One invented inhabitant with everything that the agencies of the demo country keep about her. */
export type Citizen = {
  id: string;
  name: string;
  /** Her name for readers who do not read Chinese, as her passport would write it. */
  latinName: string;
  nationalId: string;
  born: string;
  state: 'living' | 'deceased';
  household: { address: string; registeredSince: string; members: HouseholdMember[] };
  welfare: { status: LowIncomeStatus; validUntil: string; caseNumber: string } | undefined;
  /** `year` is the year of the Common Era in which the income was earned, amounts in New Taiwan dollars. */
  tax: { year: number; annualIncome: number; employer: string };
};

/** The people of the demo country. All invented; the check digits of their IDs hold, the persons do not exist. */
export const citizens: readonly Citizen[] = [
  {
    id: 'lin-yijun',
    name: '林怡君',
    latinName: 'Lin Yi-jun',
    nationalId: makeNationalId('A', '29871340'),
    born: '1984-05-12',
    state: 'living',
    household: {
      address: '信路市中正區和平里 12 鄰信義路二段 86 號 3 樓',
      registeredSince: '2011-08-20',
      members: [
        { name: '林怡君', relation: '戶長', born: '1984-05-12' },
        { name: '林子喆', relation: '長子', born: '2009-09-03' },
        { name: '周玉堃', relation: '母', born: '1957-11-30' },
      ],
    },
    welfare: { status: 'low-income', validUntil: '2027-12-31', caseNumber: '社助字第 1150031827 號' },
    tax: { year: 2025, annualIncome: 318_000, employer: '信路市立托兒所' },
  },
  {
    id: 'chen-zhiming',
    name: '陳志明',
    latinName: 'Chen Chih-ming',
    nationalId: makeNationalId('F', '19046285'),
    born: '1990-02-18',
    state: 'living',
    household: {
      address: '信路市大安區光復里 5 鄰建國南路一段 210 號 9 樓之 1',
      registeredSince: '2018-03-02',
      members: [
        { name: '陳志明', relation: '戶長', born: '1990-02-18' },
        { name: '許雅雯', relation: '配偶', born: '1991-07-25' },
      ],
    },
    welfare: undefined,
    tax: { year: 2025, annualIncome: 1_260_000, employer: '信川電子股份有限公司' },
  },
  {
    id: 'wang-shufen',
    name: '王淑芬',
    latinName: 'Wang Shu-fen',
    nationalId: makeNationalId('H', '29350718'),
    born: '1979-10-08',
    state: 'living',
    household: {
      address: '信路市北投區泉源里 3 鄰中央北路 41 號',
      registeredSince: '2005-06-15',
      members: [{ name: '王淑芬', relation: '戶長', born: '1979-10-08' }],
    },
    welfare: undefined,
    tax: { year: 2025, annualIncome: 948_000, employer: '數位發展處' },
  },
  {
    id: 'li-jianhong',
    name: '李建宏',
    latinName: 'Li Chien-hung',
    nationalId: makeNationalId('B', '18620953'),
    born: '1986-01-27',
    state: 'living',
    household: {
      address: '信路市南屯區文心里 8 鄰公益路 305 號 6 樓',
      registeredSince: '2016-12-01',
      members: [{ name: '李建宏', relation: '戶長', born: '1986-01-27' }],
    },
    welfare: undefined,
    tax: { year: 2025, annualIncome: 872_000, employer: '數位發展處' },
  },
  // Has no card: a counter enrols her.
  {
    id: 'zhou-yukun',
    name: '周玉堃',
    latinName: 'Chou Yu-kun',
    nationalId: makeNationalId('A', '20517364'),
    born: '1957-11-30',
    state: 'living',
    household: {
      address: '信路市中正區和平里 12 鄰信義路二段 86 號 3 樓',
      registeredSince: '2011-08-20',
      members: [
        { name: '林怡君', relation: '戶長', born: '1984-05-12' },
        { name: '林子喆', relation: '長子', born: '2009-09-03' },
        { name: '周玉堃', relation: '母', born: '1957-11-30' },
      ],
    },
    welfare: undefined,
    tax: { year: 2025, annualIncome: 186_000, employer: '無' },
  },
];

export const citizenById = (id: string): Citizen | undefined => citizens.find((citizen) => citizen.id === id);

/** A citizen's name as a page shows it: 林怡君, or in English Lin Yi-jun (林怡君). The id itself when nobody has it. */
export const citizenName = (id: string, lang: Lang): string => {
  const citizen = citizenById(id);
  if (!citizen) return id;
  return lang === 'en' ? `${citizen.latinName} (${citizen.name})` : citizen.name;
};

export const citizenByNationalId = (nationalId: string): Citizen | undefined =>
  citizens.find((citizen) => citizen.nationalId === nationalId);
