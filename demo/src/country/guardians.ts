import { type Citizen, citizenById, citizenByNationalId } from './citizens.ts';
import { makeNationalId } from './national-id.ts';

/** A child of the demo country, known to the civil registry alone: he has no card yet. All invented. */
export type Ward = {
  name: string;
  nationalId: string;
  born: string;
  /** National ID of the parent or guardian, by the id of the citizen. */
  guardian: string;
};

export const wards: readonly Ward[] = [
  { name: '林子喆', nationalId: makeNationalId('A', '13120478'), born: '2009-09-03', guardian: 'lin-yijun' },
];

/** 民法 12: one is of age at eighteen; by the clock of Taipei. */
const AGE_OF_MAJORITY = 18;

export const majorityOf = ({ born }: Pick<Ward, 'born'>): Date =>
  new Date(`${Number(born.slice(0, 4)) + AGE_OF_MAJORITY}${born.slice(4)}T00:00:00+08:00`);

/** The inhabitant whose household somebody belongs to: herself, or a ward's guardian. */
export const headOf = (nationalId: string): Citizen | undefined => {
  const ward = wards.find((one) => one.nationalId === nationalId);
  return ward === undefined ? citizenByNationalId(nationalId) : citizenById(ward.guardian);
};
