import { refused } from '@xinlu/common/errors';
import type { Acr } from '@xinlu/common/wire';
import {
  PkiError,
  parseCertificate,
  type UnverifiedCertificate,
  verifyCardAnswer,
  verifyWebEidToken,
} from '@xinlu/pki';
import type { Challenges } from '../challenge/challenges.ts';
import { signedText } from './signed-text.ts';
import type { TlsHandoff } from './tls-handoff.ts';

/** What shows that somebody holds a card's key now: its signature in one of two forms, or a TLS handshake with it. */
export type ClaimedCardProof =
  | {
      way: 'hipki';
      challenge: string;
      signatureType: 'PKCS1' | 'PKCS7';
      signature: Uint8Array;
      certificate: Uint8Array;
    }
  | { way: 'web-eid'; challenge: string; token: unknown }
  | { way: 'tls'; code: string };

/**
 * The most that each way can give. HiPKI signs whatever a page hands it: a phishing page can relay our challenge, so it is
 * never worth `high`. A Web eID token is bound to our origin by the browser, a TLS handshake to our host.
 */
export const HIGHEST_BY_WAY: Readonly<Record<ClaimedCardProof['way'], Acr>> = {
  hipki: 'substantial',
  'web-eid': 'high',
  tls: 'high',
};

/** The challenge as a Web eID application takes it: standard base64 of at least 44 characters. */
export const webEidNonce = (challenge: string): string =>
  Buffer.from(challenge, 'base64url').toString('base64');

export type CardProofServices = { origin: string; challenges: Challenges; handoff: TlsHandoff };

/**
 * The certificate whose key the proof was made with, for this origin, this browser session and this attempt, which is used
 * up, right or wrong. Refusals: `challenge-unknown`, `card-signature-wrong`.
 */
export async function proveCard(
  services: CardProofServices,
  proof: ClaimedCardProof,
  browserSession: string,
): Promise<UnverifiedCertificate> {
  switch (proof.way) {
    case 'hipki':
      await services.challenges.use('card', browserSession, proof.challenge);
      return verified(() =>
        verifyCardAnswer({
          ...proof,
          challenge: Buffer.from(signedText(services.origin, proof.challenge), 'utf8'),
          hashAlgorithm: 'SHA256',
        }),
      );
    case 'web-eid':
      await services.challenges.use('card-web-eid', browserSession, proof.challenge);
      return verified(() =>
        verifyWebEidToken({
          token: proof.token,
          origin: services.origin,
          challenge: webEidNonce(proof.challenge),
        }),
      );
    case 'tls': {
      const certificate = await services.handoff.redeem(proof.code, browserSession);
      return verified(() => ({ unverifiedCertificate: parseCertificate(certificate) }));
    }
  }
}

function verified(verify: () => { unverifiedCertificate: UnverifiedCertificate }): UnverifiedCertificate {
  try {
    return verify().unverifiedCertificate;
  } catch (cause) {
    if (!(cause instanceof PkiError)) throw cause;
    throw refused('card-signature-wrong', 'The answer of the card does not fit this attempt; start again.', {
      cause,
    });
  }
}
