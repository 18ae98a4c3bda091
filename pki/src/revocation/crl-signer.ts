import { sameBytes } from '../asn1/values.ts';
import type { DistributionPoint } from '../certificate/distribution-point.ts';
import { KeyUsageBit } from '../certificate/extensions.ts';
import type { UnverifiedCertificate } from '../certificate/parse.ts';
import type { SubjectPublicKey } from '../certificate/public-key.ts';
import { findPath } from '../path/search.ts';
import { signatureVerdict } from '../path/signature-memo.ts';
import type { Refusal } from '../path/state.ts';
import type { AvailableCrl, RevocationContext, Subject } from './context.ts';

export type SignerResult = { key: SubjectPublicKey } | { refusal: Refusal; rule: string };

const RULE = 'RFC 5280 6.3.3 (f), (g)';

/** Finds the trusted key that signed a CRL: that of the certificate's issuer, or of a CRL signer tied to it. */
export function findCrlSigner(
  subject: Subject,
  crl: AvailableCrl,
  point: DistributionPoint,
  context: RevocationContext,
): SignerResult {
  const { issuer } = subject;
  if (issuer.workingIssuerName.equals(crl.head.issuer) && isSignedBy(crl, issuer.workingPublicKey, context)) {
    return maySignCrls(issuer.workingCertificate)
      ? { key: issuer.workingPublicKey }
      : refused('crl-key-usage', 'The key that signed the revocation list may not sign such lists');
  }
  const signers = [subject.anchor, ...context.candidates].filter((c) => c.subjectDn.equals(crl.head.issuer));
  for (const signer of signers) {
    const vouchesForItself = context.signersInProgress.has(signer.fingerprint);
    if (vouchesForItself && !isNamedForItself(signer, subject, point)) continue;
    if (!isSignedBy(crl, signer.subjectPublicKey, context)) continue;
    if (!maySignCrls(signer))
      return refused('crl-key-usage', 'The key that signed the revocation list may not sign such lists');
    if (!isTied(signer, subject)) {
      return refused(
        'crl-signer-other',
        'The revocation list is of another authority that has the same name',
      );
    }
    return vouchesForItself ? { key: signer.subjectPublicKey } : validateSigner(signer, subject, context);
  }
  return refused('crl-signature-invalid', 'No trusted key of its issuer signed the revocation list');
}

function refused(code: string, reason: string): SignerResult {
  return { refusal: { code, reason }, rule: RULE };
}

function isSignedBy(crl: AvailableCrl, key: SubjectPublicKey, context: RevocationContext): boolean {
  return context.budget.take() && crl.verdict(key) === 'valid';
}

function maySignCrls({ extensions, version }: UnverifiedCertificate): boolean {
  return (
    version < 3 || extensions.keyUsage === undefined || (extensions.keyUsage & KeyUsageBit.crlSign) !== 0
  );
}

function maySignCertificates({ extensions }: UnverifiedCertificate): boolean {
  return extensions.keyUsage === undefined || (extensions.keyUsage & KeyUsageBit.keyCertSign) !== 0;
}

/**
 * Generations of an authority may share one name while each keeps its own list, so a list by another key of the name says
 * something about this certificate only when the keys are tied: one of them cannot do the other's work, or one
 * certified the other (self-issued, RFC 5280 3.2). A list for other issuers is tied by the certificate that names it.
 */
function isTied(signer: UnverifiedCertificate, subject: Subject): boolean {
  const issuer = subject.issuer.workingCertificate;
  if (!signer.subjectDn.equals(issuer.subjectDn)) return true;
  if (!maySignCertificates(signer) || !maySignCrls(issuer)) return true;
  const certified = (upper: UnverifiedCertificate, lower: UnverifiedCertificate): boolean =>
    lower.isSelfIssued && signatureVerdict(lower, upper.subjectPublicKey) === 'valid';
  return (
    sameBytes(signer.subjectPublicKey.der, issuer.subjectPublicKey.der) ||
    certified(signer, issuer) ||
    certified(issuer, signer)
  );
}

/**
 * A list cannot vouch for the key that signs it, unless the authority itself put the signer's certificate on that very
 * list by naming the signer in its distribution point: then no other list exists, and the question is one of absence.
 */
function isNamedForItself(
  signer: UnverifiedCertificate,
  subject: Subject,
  point: DistributionPoint,
): boolean {
  const names = point.crlIssuer ?? [];
  const isSubject = signer.fingerprint === subject.certificate.fingerprint;
  return isSubject && names.some((name) => name.form === 'directory' && name.name.equals(signer.subjectDn));
}

/** RFC 5280 6.3.3 (f): the signer's own path, from the same anchor, its revocation included. */
function validateSigner(
  signer: UnverifiedCertificate,
  subject: Subject,
  context: RevocationContext,
): SignerResult {
  if (signer.fingerprint === subject.anchor.fingerprint) return { key: signer.subjectPublicKey };
  const inner: RevocationContext = {
    ...context,
    signersInProgress: new Set([...context.signersInProgress, signer.fingerprint]),
  };
  const found = findPath({
    leaf: signer,
    candidates: context.candidates,
    anchors: [subject.anchor],
    settings: { ...context.settings, initialPolicies: undefined, explicitPolicy: false },
    budget: context.budget,
    accept: (path) => context.refuseRevoked(path, inner),
  });
  context.usedGrace ||= inner.usedGrace;
  if ('path' in found && !('refusal' in found)) return { key: found.path.final.workingPublicKey };
  return 'refusal' in found
    ? {
        refusal: {
          code: 'crl-signer-invalid',
          reason: `The signer of the revocation list: ${found.refusal.reason}`,
        },
        rule: found.refusal.rule,
      }
    : refused('crl-signer-invalid', 'The signer of the revocation list has no valid path');
}
