import { sha256Base64url } from '@xinlu/common/canonical';
import { refused } from '@xinlu/common/errors';
import type { Ids } from '@xinlu/common/ids';
import { type KeyRing, signJwt } from '@xinlu/common/keys';
import type { RegisterView } from '@xinlu/common/register';
import { CONFIRMATION_JWT_TYPE, type ConfirmationClaims } from '@xinlu/common/wire';
import { reaches } from '../assurance/acr.ts';
import { type PasskeyAnswer, type PasskeyProofServices, provePasskey } from '../passkey/prove-passkey.ts';
import type { PairwiseSubject } from '../person/pairwise-subject.ts';
import type { Confirmation, Confirmations } from './confirmations.ts';

export type SigningServices = {
  confirmations: Confirmations;
  passkey: PasskeyProofServices;
  subjectOf: PairwiseSubject;
  register: () => RegisterView;
  /** Signs the confirmation: the key of this participant in the register. */
  keys: KeyRing;
  issuer: string;
  ids: Ids;
};

const PURPOSE = 'consent-statement';

const answered = () =>
  refused('confirmation-answered', 'This consent was answered already, or waited too long.', { status: 409 });

/** The question for her passkeys: its challenge is the statement's hash. */
export async function beginSigning(
  services: SigningServices,
  confirmation: Confirmation,
  browserSession: string,
): Promise<object> {
  if (confirmation.answer.state !== 'open') throw answered();
  const own = await services.passkey.passkeys.ofPerson(confirmation.actorId);
  await services.passkey.challenges.give(PURPOSE, browserSession, confirmation.statementHash);
  return services.passkey.webauthn.loginOptions(
    confirmation.statementHash,
    own.filter(({ state }) => state === 'active'),
  );
}

/**
 * Her passkey's answer becomes the confirmation, once. Refusals: those of `provePasskey`; `challenge-unknown` for an answer to
 * another statement; `passkey-of-another`; `passkey-too-weak`; `confirmation-answered`.
 */
export async function finishSigning(
  services: SigningServices,
  confirmation: Confirmation,
  input: PasskeyAnswer,
): Promise<void> {
  const claimed = services.passkey.webauthn.claims(input.unverifiedAnswer);
  if (claimed !== undefined && claimed.challenge !== confirmation.statementHash) {
    throw refused('challenge-unknown', 'This attempt has expired or was already used; start again.');
  }
  const { passkey, acr } = await provePasskey(services.passkey, PURPOSE, input);
  if (passkey.personId !== confirmation.actorId)
    throw refused('passkey-of-another', 'This passkey is not yours.', { status: 403 });
  if (!reaches(acr, 'substantial'))
    throw refused('passkey-too-weak', 'This passkey is not strong enough to sign a consent.', {
      status: 403,
    });
  const claims: ConfirmationClaims = {
    iss: services.issuer,
    aud: confirmation.broker,
    jti: services.ids.uuid(),
    iat: Math.floor(input.now.getTime() / 1000),
    sub: confirmation.statement.subject,
    ...actorAt(services, confirmation),
    statement_hash: confirmation.statementHash,
    acr,
    webauthn: {
      ...services.passkey.webauthn.evidence(input.unverifiedAnswer, passkey),
      credential_id_hash: sha256Base64url(passkey.credentialId),
    },
  };
  const jwt = await signJwt(services.keys, CONFIRMATION_JWT_TYPE, claims);
  if (!(await services.confirmations.answer(confirmation.id, { state: 'signed', confirmation: jwt })))
    throw answered();
  await services.passkey.audit.record({
    kind: 'consent.signed',
    personId: confirmation.actorId,
    detail: {
      passkey: passkey.id,
      broker: confirmation.broker,
      client: confirmation.statement.client_id,
      statement: confirmation.statementHash,
    },
  });
}

function actorAt(
  services: SigningServices,
  { actorId, principalId, statement }: Confirmation,
): { act?: { sub: string } } {
  if (actorId === principalId) return {};
  const sector = services.register().participant(statement.client_id)?.relyingParty?.sector;
  if (sector === undefined) throw new Error('a client without a sector');
  return { act: { sub: services.subjectOf(sector, actorId) } };
}
