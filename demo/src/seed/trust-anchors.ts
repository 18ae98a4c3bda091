import type { Addresses } from '../country/addresses.ts';
import type { CountryFiles } from '../country/files.ts';
import { authorityPlans } from '../pki/authorities.ts';
import { Oid } from '../pki/oids.ts';
import { openAuthority } from '../pki/open.ts';
import { crlAddress } from './authorities.ts';

/** What the IdP is configured with: whom it trusts, for what, and where the revocation lists are. */
export type TrustAnchors = {
  anchors: string[];
  intermediates: string[];
  authorities: { ca: string; identity: 'citizen' | 'organisation'; maximumAcr: string; policies: string[] }[];
  crls: { issuer: string; url: string }[];
};

export const describeTrustAnchors = (files: CountryFiles, addresses: Addresses): TrustAnchors => {
  const all = authorityPlans.map((plan) => ({ plan, authority: openAuthority(files, plan.id) }));
  const encoded = (root: boolean) =>
    all
      .filter(({ plan }) => (plan.issuer === plan.id) === root)
      .map(({ authority }) => authority.certificate.toString('base64'));
  return {
    anchors: encoded(true),
    intermediates: encoded(false),
    authorities: all.flatMap(({ plan, authority }) =>
      plan.signs ? [{ ca: authority.fingerprint, ...plan.signs, policies: [Oid.policyClass3] }] : [],
    ),
    crls: all.map(({ plan, authority }) => ({
      issuer: authority.fingerprint,
      url: crlAddress(addresses, plan.id),
    })),
  };
};
