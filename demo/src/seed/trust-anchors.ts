import { existsSync } from 'node:fs';
import type { Addresses } from '../country/addresses.ts';
import { type CountryFiles, readJson } from '../country/files.ts';
import { authorityPlans } from '../pki/authorities.ts';
import { openAuthority } from '../pki/open.ts';
import { crlAddress } from './authorities.ts';

type Former = {
  intermediates: string[];
  authorities: { ca: string; identity: string; maximumAcr: string; policies: string[] }[];
};

/** What the IdP is configured with: the roots and their lists. Whose cards count below them, the register says. */
export type TrustAnchors = { anchors: string[]; crls: { issuer: string; url: string }[] } & Partial<Former>;

/**
 * A country that was founded before its register listed authorities keeps them in this file, or nobody could sign in to
 * admit them.
 */
export const describeTrustAnchors = (files: CountryFiles, addresses: Addresses): TrustAnchors => {
  const former = existsSync(files.pki) ? readJson<TrustAnchors>(files.pki).authorities : undefined;
  const all = authorityPlans.map((plan) => ({ plan, authority: openAuthority(files, plan.id) }));
  const roots = all.filter(({ plan }) => plan.issuer === plan.id);
  const listed = all.filter(({ authority }) => former?.some(({ ca }) => ca === authority.fingerprint));
  const encoded = (some: typeof all) => some.map(({ authority }) => authority.certificate.toString('base64'));
  return {
    anchors: encoded(roots),
    crls: [...roots, ...listed].map(({ plan, authority }) => ({
      issuer: authority.fingerprint,
      url: crlAddress(addresses, plan.id),
    })),
    ...(former === undefined ? {} : { intermediates: encoded(listed), authorities: former }),
  };
};
