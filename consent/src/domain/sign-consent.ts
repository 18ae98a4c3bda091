import { refused } from '@xinlu/common/errors';
import type { Lang } from '@xinlu/common/i18n';
import { verifyJwt } from '@xinlu/common/keys';
import {
  CONFIRMATION_JWT_TYPE,
  type ConfirmationClaims,
  type GrantedDetail,
  parseConfirmationClaims,
} from '@xinlu/common/wire';
import { type Consent, grantedDetails } from './consent.ts';
import type { Domain } from './deps.ts';
import { mustBeSigned, type SignedWords, wordsToSign } from './statement.ts';
import { assertionFault } from './verify-assertion.ts';

/** As long as she may take at the identity provider, and a little. */
const OLDEST_SECONDS = 20 * 60;

/** What she is about to sign: her choice of fields, and what makes its hash a secret and this signature unlike any other. */
export type Signing = { chosen: ReadonlyMap<string, ReadonlySet<string>>; lang: Lang; salt: string };

function words(domain: Domain, consent: Consent, granted: GrantedDetail[], signing: Omit<Signing, 'chosen'>) {
  const { participantId: broker, catalogue } = domain;
  return wordsToSign({ broker, consent, granted, catalogue, ...signing });
}

/** Whether this choice is to be signed, by the sensitivity of what it gives. */
export function needsSignature(domain: Domain, consent: Consent, chosen: Signing['chosen']): boolean {
  return mustBeSigned(grantedDetails(consent, chosen), domain.catalogue);
}

/** Opens the signing at the identity provider; gives where to send her browser. */
export async function askToSign(
  domain: Domain,
  consent: Consent,
  request: Signing & { accessToken: string; returnTo: string },
): Promise<{ id: string; url: string }> {
  const { statement } = words(domain, consent, grantedDetails(consent, request.chosen), request);
  const { accessToken, returnTo } = request;
  return domain.identity.askConfirmation({ accessToken, statement, returnTo });
}

/** A consent that she signed, as its receipt carries it: whoever has the receipt can verify the assertion again. */
export type Signed = Omit<SignedWords, 'hash'> & { confirmation: string };

const invalid = (fault: string, cause?: unknown) =>
  refused('signature-not-good', 'The signature of this consent is not good; start again.', {
    cause: cause ?? new Error(`the confirmation's ${fault} does not fit`),
  });

async function claimsOf(domain: Domain, unverifiedConfirmation: string): Promise<ConfirmationClaims> {
  const { register, clock, identityIssuer, participantId } = domain;
  const providers = register().byRole('identity-provider');
  try {
    const claims = await verifyJwt(unverifiedConfirmation, {
      keys: providers.flatMap(({ id }) => register().signingKeys(id)),
      typ: CONFIRMATION_JWT_TYPE,
      issuer: identityIssuer,
      audience: participantId,
      maxAgeSeconds: OLDEST_SECONDS,
      clock,
    });
    return parseConfirmationClaims.parse(claims);
  } catch (cause) {
    throw invalid('form', cause);
  }
}

/**
 * Takes a confirmation for this consent, this choice and this person, or refuses it (`signature-not-good`). The identity
 * provider says whose passkey it is; that it signed this statement, here and with her verified, is verified anew.
 */
export async function verifySignature(
  domain: Domain,
  consent: Consent,
  granted: GrantedDetail[],
  signature: { lang: Lang; salt: string; confirmation: string },
): Promise<Signed> {
  const { hash, ...signed } = words(domain, consent, granted, signature);
  const claims = await claimsOf(domain, signature.confirmation);
  if (claims.statement_hash !== hash) throw invalid('statement');
  if (claims.sub !== consent.subject) throw invalid('subject');
  if (claims.act?.sub !== consent.acting?.subject) throw invalid('actor');
  const { origin } = new URL(domain.identityIssuer);
  const fault = assertionFault(claims.webauthn, { challenge: hash, origin });
  if (fault !== undefined) throw invalid(fault);
  return { ...signed, confirmation: signature.confirmation };
}
