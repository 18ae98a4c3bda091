import type { Acr, HolderKind } from '@xinlu/common/wire';
import type { CardTrust } from '../card/ports.ts';
import { holderKindOf } from '../person/organisation.ts';
import { stronger } from './acr.ts';

/**
 * The most that anybody of these holders can reach now: what the strongest of their authorities is taken for, or what a
 * counter can say of a person.
 */
export function strongestReachable(
  { authorities }: CardTrust,
  holders: readonly HolderKind[],
  hasCounter: boolean,
): Acr {
  const levels = authorities
    .filter(({ identity }) => holders.includes(holderKindOf(identity)))
    .map(({ maximumAcr }) => maximumAcr);
  return levels.reduce(stronger, hasCounter && holders.includes('citizen') ? 'high' : 'low');
}
