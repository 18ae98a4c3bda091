import type { CivilRegistry } from '../ports.ts';
import { identityNotConfirmed } from '../refusals.ts';
import type { IssuedCertificate } from './validate-path.ts';

/** The registry says that this certificate was given to this person. Refusal: `identity-not-confirmed`; retryable when it is away. */
export async function confirmWithRegistry(
  registry: CivilRegistry,
  issued: IssuedCertificate,
  claimedNationalId: string,
): Promise<'living' | 'deceased'> {
  const answer = await registry.confirm({
    authority: issued.authority.ca,
    serial: issued.certificate.serial,
    claimedNationalId,
  });
  if (!answer.confirmed) throw identityNotConfirmed('registry');
  return answer.state;
}
