import { ACR_ORDER, type Acr } from '@xinlu/common/wire';

/** Levels of assurance from weakest to strongest; their order is the whole policy. */
export const ACR_LEVELS = ACR_ORDER;

export const isAcr = (value: unknown): value is Acr => ACR_LEVELS.some((level) => level === value);

const rank = (acr: Acr): number => ACR_LEVELS.indexOf(acr);

export const reaches = (actual: Acr, wanted: Acr): boolean => rank(actual) >= rank(wanted);

export const weaker = (one: Acr, other: Acr): Acr => (rank(one) <= rank(other) ? one : other);
export const stronger = (one: Acr, other: Acr): Acr => (rank(one) >= rank(other) ? one : other);

/**
 * What a list of acceptable levels asks for: any of them will do, so the weakest. Unknown values ask for nothing that
 * we could give; a list of nothing but unknown values is `undefined`.
 */
export function weakestOf(values: readonly unknown[]): Acr | undefined {
  const known = values.filter(isAcr);
  return known.length === 0 ? undefined : known.reduce(weaker);
}
