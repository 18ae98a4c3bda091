import { readFile } from 'node:fs/promises';
import { Acr, CardIdentity, Oid, parser } from '@xinlu/common/wire';
import { pinAnchor, type UnverifiedCertificate } from '@xinlu/pki';
import { Type } from 'typebox';
import type { CardTrust } from '../domain/card/ports.ts';

const Der = Type.String({ pattern: '^[A-Za-z0-9+/]+={0,2}$', maxLength: 200_000 });
const Fingerprint = Type.String({ pattern: '^[0-9a-f]{64}$' });

const TrustFile = parser(
  Type.Object(
    {
      anchors: Type.Array(Der, { minItems: 1, maxItems: 50 }),
      /** From before the register listed authorities; each counts until the register has an entry for it. */
      intermediates: Type.Array(Der, { maxItems: 200 }),
      authorities: Type.Array(
        Type.Object({
          ca: Fingerprint,
          identity: CardIdentity,
          maximumAcr: Acr,
          policies: Type.Array(Oid, { minItems: 1, maxItems: 20 }),
        }),
        { maxItems: 200 },
      ),
      crls: Type.Array(
        Type.Object({ issuer: Fingerprint, url: Type.String({ pattern: '^https?://', maxLength: 2048 }) }),
        {
          minItems: 1,
          maxItems: 1000,
        },
      ),
    },
    { additionalProperties: false },
  ),
  'card-trust-malformed',
  'The card trust file',
);

/** Where an authority publishes its revocation list. */
export type ListAddress = { issuer: UnverifiedCertificate; url: string };
export type LoadedTrust = { trust: CardTrust; lists: ListAddress[] };

/**
 * Reads the roots of the government PKI with their lists, and authorities from before the register listed them. Throws
 * when a list or an authority names a certificate that the file does not hold.
 */
export async function loadCardTrust(path: string): Promise<LoadedTrust> {
  return readCardTrust(JSON.parse(await readFile(path, 'utf8')));
}

/** The file holds roots alone once the register lists the authorities. */
const withoutAuthorities = (unverified: unknown): unknown =>
  typeof unverified === 'object' && unverified !== null
    ? { intermediates: [], authorities: [], ...unverified }
    : unverified;

export function readCardTrust(unverified: unknown): LoadedTrust {
  const file = TrustFile.parse(withoutAuthorities(unverified));
  const load = (encoded: string) => pinAnchor({ certificate: Buffer.from(encoded, 'base64') });
  const anchors = file.anchors.map(load);
  const intermediates = file.intermediates.map(load);
  const byFingerprint = new Map([...anchors, ...intermediates].map((known) => [known.fingerprint, known]));
  const known = (fingerprint: string): UnverifiedCertificate => {
    const certificate = byFingerprint.get(fingerprint);
    if (certificate === undefined)
      throw new Error(`the card trust file names an unknown authority ${fingerprint}`);
    return certificate;
  };
  for (const authority of file.authorities) known(authority.ca);
  return {
    trust: { anchors, intermediates, authorities: file.authorities },
    lists: file.crls.map(({ issuer, url }) => ({ issuer: known(issuer), url })),
  };
}
