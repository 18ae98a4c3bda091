import type { X509Certificate } from 'node:crypto';
import type { Clock } from '@xinlu/common/clock';
import { clientCertificateOf } from '@xinlu/common/http';
import { parseCertificate, validateCertificate } from '@xinlu/pki';
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import type { RevocationSource, TrustedNow } from '../../domain/card/ports.ts';
import { subjectMatches } from './distinguished-name.ts';

type MutualTls = NonNullable<NonNullable<Configuration['features']>['mTLS']>;

export type TlsClientServices = { trust: TrustedNow; revocation: RevocationSource; clock: Clock };

const presentedBy = (ctx: KoaContextWithOIDC): X509Certificate | undefined => clientCertificateOf(ctx.req);

/** RFC 5280 path under the anchors that we trust, not revoked, and for TLS clients if it says what it is for. */
function isTrusted(certificate: X509Certificate, { trust, revocation, clock }: TlsClientServices): boolean {
  const purposes = certificate.keyUsage;
  if (purposes !== undefined && !purposes.includes('1.3.6.1.5.5.7.3.2')) return false;
  try {
    const { intermediates, anchors } = trust();
    return validateCertificate({
      leaf: parseCertificate(certificate.raw),
      intermediates,
      anchors,
      time: clock.now(),
      revocation: 'required',
      revocationIndex: revocation.index(),
    }).valid;
  } catch {
    return false;
  }
}

/** RFC 8705: client authentication by TLS certificate and certificate-bound tokens; the certificate comes from a listed proxy alone. */
export function mutualTls(services: TlsClientServices): MutualTls {
  return {
    enabled: true,
    certificateBoundAccessTokens: true,
    selfSignedTlsClientAuth: true,
    tlsClientAuth: true,
    getCertificate: (ctx) => presentedBy(ctx as KoaContextWithOIDC) as X509Certificate,
    certificateAuthorized(ctx) {
      const certificate = presentedBy(ctx as KoaContextWithOIDC);
      return certificate !== undefined && isTrusted(certificate, services);
    },
    certificateSubjectMatches(ctx, property, expected) {
      const certificate = presentedBy(ctx as KoaContextWithOIDC);
      return (
        certificate !== undefined &&
        property === 'tls_client_auth_subject_dn' &&
        subjectMatches(certificate, expected)
      );
    },
  };
}
