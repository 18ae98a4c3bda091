import { createHash, createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { CountryFiles } from '../country/files.ts';
import { type AuthorityId, authorityPlan } from './authorities.ts';
import type { Issuer } from './certificate.ts';

/** A certification authority as it stands on disk after the seed. */
export type Authority = { id: AuthorityId; certificate: Buffer; fingerprint: string; issuer: Issuer };

/** SHA-256 of a certificate's DER in lower-case hex: how services name an authority. */
export const fingerprint = (certificate: Uint8Array): string =>
  createHash('sha256').update(certificate).digest('hex');

export const readPrivateKey = (path: string): KeyObject => createPrivateKey(readFileSync(path));

export const openAuthority = (files: CountryFiles, id: AuthorityId): Authority => {
  const certificate = readFileSync(files.authority(id, 'certificate.der'));
  return {
    id,
    certificate,
    fingerprint: fingerprint(certificate),
    issuer: { name: authorityPlan(id).name, key: readPrivateKey(files.authority(id, 'key.pem')) },
  };
};
