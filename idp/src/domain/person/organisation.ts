import type { CardIdentity, HolderKind } from '@xinlu/common/wire';
import type { TaiwanSubject } from '@xinlu/pki';

/** By what an organisation or agency is known: 統一編號, or its OID. */
export type OrganisationId = { scheme: 'business-number' | 'oid'; value: string };

export const holderKindOf = (identity: CardIdentity): HolderKind =>
  identity === 'health-insured' ? 'citizen' : identity;

/**
 * The number that a checked certificate gives its organisation; undefined when it gives none. An agency goes by its OID,
 * which every agency has; a company or group by its business number, or by its OID where it has no such number.
 */
export function organisationIdOf(
  kind: Exclude<HolderKind, 'citizen'>,
  { businessNumber, organisationOid }: TaiwanSubject,
): OrganisationId | undefined {
  const number = businessNumber && ({ scheme: 'business-number', value: businessNumber } as const);
  const oid = organisationOid && ({ scheme: 'oid', value: organisationOid } as const);
  return (kind === 'agency' ? oid || number : number || oid) || undefined;
}
