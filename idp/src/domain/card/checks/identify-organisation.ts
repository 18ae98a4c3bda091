import type { HolderKind } from '@xinlu/common/wire';
import { PkiError, readTaiwanSubject, type TaiwanSubject, type UnverifiedCertificate } from '@xinlu/pki';
import { type OrganisationId, organisationIdOf } from '../../person/organisation.ts';
import { organisationUnnamed } from '../refusals.ts';

/**
 * Which organisation the checked certificate was given to: its authority looked at the papers, so nothing is asked of
 * whoever holds the card. Refusal: `card-without-organisation`.
 */
export function identifyOrganisation(
  certificate: UnverifiedCertificate,
  kind: Exclude<HolderKind, 'citizen'>,
): { name: string; organisation: OrganisationId } {
  const subject = read(certificate);
  const organisation = organisationIdOf(kind, subject);
  if (organisation === undefined) throw organisationUnnamed(new Error('neither business number nor OID'));
  return { name: subject.name, organisation };
}

function read(certificate: UnverifiedCertificate): TaiwanSubject {
  try {
    return readTaiwanSubject(certificate);
  } catch (cause) {
    if (cause instanceof PkiError) throw organisationUnnamed(cause);
    throw cause;
  }
}
