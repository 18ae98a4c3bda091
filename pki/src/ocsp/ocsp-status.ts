import { createHash } from 'node:crypto';
import { sameBytes } from '../asn1/values.ts';
import { hashOf } from '../certificate/algorithm.ts';
import { unknownCritical } from '../certificate/extension-list.ts';
import type { Refusal } from '../path/state.ts';
import type { RevocationContext, RevocationStatus, Subject } from '../revocation/context.ts';
import { judgeFreshness } from '../revocation/freshness.ts';
import { reasonName } from '../revocation/reasons.ts';
import { type CertificateId, NONCE, type OcspAnswer, type OcspResponse } from './ocsp-response.ts';
import { authorizeResponder } from './responder.ts';

/** Without nextUpdate newer information is always available (RFC 6960 4.2.2.1), so the answer soon wears off. */
const LIFETIME_WITHOUT_NEXT_UPDATE_MS = 10 * 60 * 1000;
const KNOWN_EXTENSIONS: ReadonlySet<string> = new Set([NONCE]);

type Judged = { answer: OcspAnswer; grace: boolean } | { refusal: Refusal; rule: string } | 'notMeant';

/** RFC 6960 3.2: what the OCSP responses at hand say about a certificate; one that says revoked outweighs any that say good. */
export function statusByOcsp(subject: Subject, context: RevocationContext): RevocationStatus {
  let result: RevocationStatus = {
    status: 'unknown',
    refusal: { code: 'revocation-unknown', reason: 'No OCSP answer is about the certificate' },
    rule: 'RFC 6960 3.2',
  };
  for (const response of context.material.ocsp) {
    const judged = judge(response, subject, context);
    if (judged === 'notMeant') continue;
    if ('refusal' in judged) {
      if (result.status === 'unknown') result = { status: 'unknown', ...judged };
      continue;
    }
    const { answer } = judged;
    if (answer.status === 'unknown') continue;
    note(response, answer, subject, context);
    if (answer.status === 'revoked')
      return { status: 'revoked', reason: reasonName(answer.revocationReason) };
    context.usedGrace ||= judged.grace;
    result = { status: 'good' };
  }
  return result;
}

function judge(response: OcspResponse, subject: Subject, context: RevocationContext): Judged {
  const answers = response.answers.filter((answer) => isAbout(answer.id, subject));
  const [answer] = answers;
  if (!answer) return 'notMeant';
  if (answers.length > 1)
    return refuse('ocsp-ambiguous', 'The OCSP response answers twice', 'RFC 6960 4.2.1');
  const unknown = [
    ...unknownCritical(response.extensions, KNOWN_EXTENSIONS),
    ...unknownCritical(answer.extensions, KNOWN_EXTENSIONS),
  ];
  if (unknown.length > 0)
    return refuse(
      'ocsp-critical-extension-unknown',
      'The OCSP response has an unknown critical extension',
      'RFC 6960 4.4',
    );
  if (!hasNonce(response, context.material.ocspNonce)) {
    return refuse(
      'ocsp-nonce-mismatch',
      'The OCSP response does not carry the nonce that was asked with',
      'RFC 6960 4.4.1',
    );
  }
  const { time } = context.settings;
  if (response.producedAt > time || response.producedAt < answer.thisUpdate) {
    return refuse(
      'ocsp-produced-at',
      'The OCSP response was produced at an impossible time',
      'RFC 6960 4.2.2.1',
    );
  }
  const nextUpdate = answer.nextUpdate ?? answer.thisUpdate + LIFETIME_WITHOUT_NEXT_UPDATE_MS;
  const judged = judgeFreshness('ocsp', { thisUpdate: answer.thisUpdate, nextUpdate }, time, context.graceMs);
  if ('refusal' in judged) return { ...judged, rule: 'RFC 6960 3.2 (5), (6)' };
  const refusal = authorizeResponder(response, subject, context);
  return refusal ? { refusal, rule: 'RFC 6960 4.2.2.2' } : { answer, grace: judged.grace };
}

function refuse(code: string, reason: string, rule: string): Judged {
  return { refusal: { code, reason }, rule };
}

/** RFC 6960 4.1.1: hashes of the issuer's name and key as the path has them, and the serial number. */
function isAbout(id: CertificateId, { certificate, issuer }: Subject): boolean {
  if (!sameBytes(id.serial, certificate.serialBytes)) return false;
  const hash = hashOf(id.hashAlgorithm);
  if (hash === undefined) return false;
  const digest = (octets: Uint8Array): Buffer => createHash(hash).update(octets).digest();
  return (
    sameBytes(id.keyHash, digest(issuer.workingPublicKey.keyOctets)) &&
    (sameBytes(id.nameHash, digest(certificate.issuer.der)) ||
      sameBytes(id.nameHash, digest(issuer.workingIssuerName.der)))
  );
}

function hasNonce(response: OcspResponse, expected: Uint8Array | undefined): boolean {
  if (!expected) return true;
  return response.nonce !== undefined && sameBytes(response.nonce, expected);
}

function note(
  response: OcspResponse,
  answer: OcspAnswer,
  subject: Subject,
  context: RevocationContext,
): void {
  const { responder } = response;
  context.sources.push({
    kind: 'ocsp',
    sha256: response.fingerprint,
    issuer: 'name' in responder ? responder.name.toString() : Buffer.from(responder.keyHash).toString('hex'),
    thisUpdate: new Date(answer.thisUpdate).toISOString(),
    ...(answer.nextUpdate === undefined ? {} : { nextUpdate: new Date(answer.nextUpdate).toISOString() }),
    certificate: subject.certificate.fingerprint,
    result: answer.status === 'revoked' ? 'revoked' : 'good',
  });
}
