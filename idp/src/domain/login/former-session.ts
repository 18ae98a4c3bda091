import { reaches } from '../assurance/acr.ts';
import type { Login, NewLogin } from './logins.ts';

/**
 * What becomes of the provider's session of a login when a newer login in the same browser replaces it.
 *
 * `carried`: the newer login takes it over, and ends it when it ends. `left`: another person signs in at an authorization
 * request that waits on this very session; the provider ends it before it goes on. `ended`: everything else.
 * Without an authorization request to write the newer login into the session, the session keeps saying how the former one
 * was made; it is carried only where that stays true: same person, same card (or, without one, same passkey), no less assurance.
 *
 * @param waiting the session on which an authorization request waits, if the sign-in is for one
 */
export function fateOfFormerSession(
  former: Login,
  next: NewLogin,
  waiting: string | undefined,
): 'carried' | 'left' | 'ended' {
  const samePerson = former.personId === next.personId;
  if (former.providerSession !== undefined && former.providerSession === waiting)
    return samePerson ? 'carried' : 'left';
  const sameOrigin =
    former.certificateId === next.certificateId &&
    (next.certificateId !== undefined || former.passkeyId === next.passkeyId);
  const stillTrue = sameOrigin && reaches(next.acr, former.acr);
  return samePerson && stillTrue ? 'carried' : 'ended';
}
