import { randomBytes } from 'node:crypto';
import type { Clock } from '@xinlu/common/clock';
import type { Logger } from '@xinlu/common/log';
import { makeOcspRequest, type UnverifiedCertificate, validateCertificate } from '@xinlu/pki';
import type { OnlineAnswer, OnlineStatus } from '../domain/card/online-status.ts';
import type { TrustedNow } from '../domain/card/ports.ts';

const TIMEOUT_MILLISECONDS = 2_000;
const MOST_BYTES = 20_000;
/** RFC 9654 section 2.1. */
const NONCE_BYTES = 32;

/**
 * OCSP (RFC 6960) by POST at the addresses that the register names. An answer counts if the authority itself signed it, or
 * a responder that it delegated directly and marked with id-pkix-ocsp-nocheck, for this very nonce.
 */
export function createOnlineStatus(options: {
  trust: TrustedNow;
  clock: Clock;
  log: Logger;
  fetch?: typeof globalThis.fetch;
}): OnlineStatus {
  const send = options.fetch ?? globalThis.fetch;

  async function post(url: string, body: Uint8Array): Promise<Uint8Array> {
    const response = await send(url, {
      method: 'POST',
      headers: { 'content-type': 'application/ocsp-request', accept: 'application/ocsp-response' },
      body: new Uint8Array(body),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
    });
    if (!response.ok) throw new Error(`the OCSP responder answered ${response.status}`);
    const octets = new Uint8Array(await response.arrayBuffer());
    if (octets.length > MOST_BYTES) throw new Error('the OCSP answer is too long');
    return octets;
  }

  async function ask(
    url: string,
    issuer: UnverifiedCertificate,
    certificate: UnverifiedCertificate,
  ): Promise<OnlineAnswer> {
    const nonce = new Uint8Array(randomBytes(NONCE_BYTES));
    const answer = await post(url, makeOcspRequest({ certificate, issuer, nonce }));
    // The authority is taken as the anchor, without its lists: so the decision is what the answer says and nothing else.
    const decision = validateCertificate({
      leaf: certificate,
      anchors: [issuer],
      time: options.clock.now(),
      revocation: 'required',
      ocsp: [answer],
      ocspNonce: nonce,
    });
    if (decision.valid) return 'good';
    if (decision.code === 'certificate-revoked')
      return decision.reason.includes('certificateHold') ? 'held' : 'revoked';
    throw new Error(`the OCSP answer does not count: ${decision.code}`);
  }

  return {
    authorities: () =>
      options.trust().authorities.flatMap(({ ca, ocsp }) => (ocsp === undefined ? [] : [ca])),
    async ask(authority, certificate) {
      const { authorities, intermediates } = options.trust();
      const url = authorities.find(({ ca }) => ca === authority)?.ocsp?.url;
      const issuer = intermediates.find(({ fingerprint }) => fingerprint === authority);
      if (url === undefined || issuer === undefined) return 'silent';
      try {
        return await ask(url, issuer, certificate);
      } catch (error) {
        options.log.warn({ err: error }, 'ocsp-silent');
        return 'silent';
      }
    },
  };
}
