import type { CertificateAuthority, Participant } from '@xinlu/common/wire';
import { parseCertificate, type UnverifiedCertificate, validateCertificate } from '@xinlu/pki';
import type { Fault, Rule, RuleContext } from './rule.ts';

const PATH = '/certificateAuthority/certificate';
const KEY_CERT_SIGN = 5;

function parse(entry: CertificateAuthority): UnverifiedCertificate | undefined {
  try {
    return parseCertificate(Buffer.from(entry.certificate, 'base64'));
  } catch {
    return undefined;
  }
}

/** RFC 5280 4.2.1.9 and 4.2.1.3: who signs certificates says so. */
function isAuthority({ extensions: { basicConstraints, keyUsage } }: UnverifiedCertificate): boolean {
  const signs = keyUsage === undefined || (keyUsage & (1 << KEY_CERT_SIGN)) !== 0;
  return basicConstraints?.isAuthority === true && signs;
}

function leadsToRoot(certificate: UnverifiedCertificate, { roots = [], others, now }: RuleContext): boolean {
  const between = others.flatMap((other) => {
    const known = other.certificateAuthority === undefined ? undefined : parse(other.certificateAuthority);
    return known === undefined ? [] : [known];
  });
  return (
    roots.length > 0 &&
    validateCertificate({ leaf: certificate, intermediates: between, anchors: roots, time: now }).valid
  );
}

function faultOfCertificate(entry: CertificateAuthority, context: RuleContext): Fault | undefined {
  const fault = (code: string, message: string): Fault => ({ path: PATH, code, message });
  const certificate = parse(entry);
  if (certificate === undefined)
    return /PRIVATE KEY/.test(Buffer.from(entry.certificate, 'base64').toString('latin1'))
      ? fault('private-key-given', 'is a private key')
      : fault('certificate-malformed', 'is not one X.509 certificate in DER');
  if (!isAuthority(certificate)) return fault('certificate-no-authority', 'may not sign certificates');
  if (context.roots?.some(({ fingerprint }) => fingerprint === certificate.fingerprint))
    return fault('certificate-is-root', 'is a root; roots come from configuration');
  if (!leadsToRoot(certificate, context))
    return fault('certificate-not-rooted', 'does not lead to a root that is trusted here');
  const taken = context.others.some(
    ({ certificateAuthority: other }: Participant) =>
      other !== undefined && parse(other)?.fingerprint === certificate.fingerprint,
  );
  return taken ? fault('certificate-taken', 'belongs to another participant') : undefined;
}

function faultsOfAddresses({ crls, ocsp }: CertificateAuthority): Fault[] {
  const addresses: [path: string, address: string][] = crls.map((url, index) => [`crls/${index}`, url]);
  if (ocsp !== undefined) addresses.push(['ocsp/url', ocsp.url]);
  return addresses.flatMap(([path, address]) => {
    const at = `/certificateAuthority/${path}`;
    if (!URL.canParse(address))
      return [{ path: at, code: 'address-malformed', message: 'is not an address' }];
    const { username, password } = new URL(address);
    return username === '' && password === ''
      ? []
      : [{ path: at, code: 'address-with-password', message: 'must not carry a user name or password' }];
  });
}

/**
 * An authority's certificate is one, leads to a root that configuration pins (RFC 5280 section 6), and is admitted once.
 * Its lists and OCSP answers are signed, so plain http is good for their addresses (RFC 5280 section 8).
 */
export const checkCertificateAuthority: Rule = ({ certificateAuthority: entry, validUntil }, context) => {
  // An authority can be ended whatever has become of its root.
  const isEnded = validUntil !== undefined && Date.parse(validUntil) <= context.now.getTime();
  if (entry === undefined || isEnded) return [];
  const fault = faultOfCertificate(entry, context);
  return [...(fault === undefined ? [] : [fault]), ...faultsOfAddresses(entry)];
};
