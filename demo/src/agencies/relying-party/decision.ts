import type { Release } from '@xinlu/rp-kit';

/** `field` values by dataset, as they came from the providers; of a verification, yes or no. */
export type Facts = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

/** How an application was decided. `reason` is a key of the site's words, `amount` in New Taiwan dollars. */
export type Decision = {
  outcome: 'approved' | 'declined' | 'by-hand';
  reason: string;
  amount?: number;
};

export const factsFrom = (results: readonly Release[]): Facts =>
  new Map(
    results.flatMap(({ dataset, data, answers }) => {
      if (answers !== undefined)
        return [[dataset, Object.fromEntries(answers.map(({ field, answer }) => [field, answer]))] as const];
      return data ? [[dataset, data] as const] : [];
    }),
  );

export type Member = { name: string; relation: string; born: string };

const isMember = (value: unknown): value is Member =>
  typeof value === 'object' &&
  value !== null &&
  'name' in value &&
  typeof value.name === 'string' &&
  'relation' in value &&
  typeof value.relation === 'string' &&
  'born' in value &&
  typeof value.born === 'string';

/** The household members that came, or undefined when the field is absent or not a list of members. */
export const membersOf = (facts: Facts): Member[] | undefined => {
  const members = facts.get('household.members')?.['members'];
  return Array.isArray(members) && members.every(isMember) ? members : undefined;
};

export const textOf = (facts: Facts, dataset: string, field: string): string | undefined => {
  const value = facts.get(dataset)?.[field];
  return typeof value === 'string' ? value : undefined;
};

export const numberOf = (facts: Facts, dataset: string, field: string): number | undefined => {
  const value = facts.get(dataset)?.[field];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
};
