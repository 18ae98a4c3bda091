import { createHash } from 'node:crypto';
import { KeyPurposeOid } from '../../asn1/oids.ts';
import { sameBytes } from '../../asn1/values.ts';
import { KeyUsageBit } from '../../certificate/extensions.ts';
import type { UnverifiedCertificate } from '../../certificate/parse.ts';
import type { SubjectPublicKey } from '../../certificate/public-key.ts';
import { verifySignature } from '../../certificate/signature.ts';
import { forkState, type Refusal } from '../../path/state.ts';
import { forTheLast } from '../../path/table.ts';
import type { RevocationContext, Subject } from '../../revocation/context.ts';
import { statusByCrls } from '../../revocation/crl-status.ts';
import type { OcspCheck } from '../ocsp-candidate.ts';
import type { OcspResponse } from '../ocsp-response.ts';

/** The response is signed by the certificate's own issuer, or by one whom that issuer delegated directly. */
export const comeFromResponder: OcspCheck = {
  rule: 'RFC 6960 4.2.2.2',
  run({ response, subject, context }) {
    const { workingCertificate, workingPublicKey } = subject.issuer;
    if (isResponder(response, workingCertificate) && isSignedBy(response, workingPublicKey, context))
      return undefined;
    const delegate = [...response.certificates, ...context.candidates].find(
      (certificate) =>
        isResponder(response, certificate) && isSignedBy(response, certificate.subjectPublicKey, context),
    );
    if (delegate !== undefined) return refuseDelegate(delegate, subject, context);
    return {
      code: 'ocsp-signature-invalid',
      reason: 'The OCSP response is signed neither by the issuer nor by its delegate',
    };
  },
};

function isResponder({ responder }: OcspResponse, certificate: UnverifiedCertificate): boolean {
  if ('name' in responder) return responder.name.equals(certificate.subjectDn);
  const keyHash = createHash('sha1').update(certificate.subjectPublicKey.keyOctets).digest();
  return sameBytes(responder.keyHash, keyHash);
}

function isSignedBy(response: OcspResponse, key: SubjectPublicKey, context: RevocationContext): boolean {
  if (!context.budget.take()) return false;
  return verifySignature(response.algorithm, key, response.tbs, response.signature) === 'valid';
}

/** The delegate's certificate must itself be valid below the same issuer, be meant for OCSP, and not be revoked. */
function refuseDelegate(
  delegate: UnverifiedCertificate,
  subject: Subject,
  context: RevocationContext,
): Refusal | undefined {
  const { extendedKeyUsage, keyUsage, ocspNoCheck } = delegate.extensions;
  if (!extendedKeyUsage?.includes(KeyPurposeOid.ocspSigning)) {
    return {
      code: 'ocsp-responder-not-delegated',
      reason: 'The OCSP responder was not delegated by the issuer',
    };
  }
  if (keyUsage !== undefined && (keyUsage & KeyUsageBit.digitalSignature) === 0) {
    return { code: 'ocsp-responder-key-usage', reason: 'The key of the OCSP responder may not sign' };
  }
  const settings = { ...context.settings, initialPolicies: undefined, explicitPolicy: false };
  const state = { ...forkState(subject.issuer), explicitPolicy: Infinity };
  for (const check of forTheLast) {
    const refusal = check.run({ certificate: delegate, state, settings, isLast: true });
    if (refusal) return { code: 'ocsp-responder-invalid', reason: `The OCSP responder: ${refusal.reason}` };
  }
  if (ocspNoCheck) return undefined;
  const status = statusByCrls({ ...subject, certificate: delegate }, context);
  return status.status === 'good'
    ? undefined
    : {
        code: 'ocsp-responder-revocation',
        reason: 'The OCSP responder is revoked, or nothing tells that it is not',
      };
}
