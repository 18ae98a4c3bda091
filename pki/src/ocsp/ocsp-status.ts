import type { RevocationContext, RevocationStatus, Subject } from '../revocation/context.ts';
import { reasonName } from '../revocation/reasons.ts';
import { judgeAnswerFreshness } from './answer-freshness.ts';
import { answersAbout } from './certificate-id.ts';
import type { OcspCandidate } from './ocsp-candidate.ts';
import type { OcspAnswer, OcspResponse } from './ocsp-response.ts';
import { ocspTable } from './ocsp-table.ts';

/** RFC 6960 3.2: what the OCSP responses at hand say about a certificate; one that says revoked outweighs any that say good. */
export function statusByOcsp(subject: Subject, context: RevocationContext): RevocationStatus {
  let result: RevocationStatus = {
    status: 'unknown',
    refusal: { code: 'revocation-unknown', reason: 'No OCSP answer is about the certificate' },
    rule: 'RFC 6960 3.2',
  };
  for (const response of context.material.ocsp) {
    const [answer] = answersAbout(response, subject);
    if (answer === undefined) continue;
    const candidate = { response, answer, subject, context };
    const refused = refuse(candidate);
    if (refused !== undefined) {
      if (result.status === 'unknown') result = { status: 'unknown', ...refused };
      continue;
    }
    if (answer.status === 'unknown') continue;
    note(response, answer, subject, context);
    if (answer.status === 'revoked')
      return { status: 'revoked', reason: reasonName(answer.revocationReason) };
    const freshness = judgeAnswerFreshness(candidate);
    context.usedGrace ||= 'grace' in freshness && freshness.grace;
    result = { status: 'good' };
  }
  return result;
}

function refuse(
  candidate: OcspCandidate,
): Pick<RevocationStatus & { status: 'unknown' }, 'refusal' | 'rule'> | undefined {
  for (const check of ocspTable) {
    const refusal = check.run(candidate);
    if (refusal !== undefined) return { refusal, rule: check.rule };
  }
  return undefined;
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
