import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { Addresses } from '../country/addresses.ts';
import { type CountryFiles, keepJson, writePrivate } from '../country/files.ts';
import { type AuthorityPlan, authorityPlans } from '../pki/authorities.ts';
import {
  authorityExtensions,
  certificatePolicies,
  crlDistributionPoint,
  issuerCertificateAddress,
  keyIdentifiers,
  signCertificate,
} from '../pki/certificate.ts';
import { Oid } from '../pki/oids.ts';
import { openAuthority } from '../pki/open.ts';
import type { RevocationRecord } from '../pki/revocations.ts';

export const crlAddress = (addresses: Addresses, authority: string): string =>
  `${addresses.url('government-pki')}/crl/${authority}.crl`;

export const ocspAddress = (addresses: Addresses): string => `${addresses.url('government-pki')}/ocsp`;

export const certificateAddress = (addresses: Addresses, authority: string): string =>
  `${addresses.url('government-pki')}/certificates/${authority}.cer`;

export const generateKey = (plan: { type: 'rsa'; bits: number } | { type: 'ec' }): KeyObject =>
  plan.type === 'rsa'
    ? generateKeyPairSync('rsa', { modulusLength: plan.bits }).privateKey
    : generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

/** A positive serial of 16 bytes, no leading zero, so that its hexadecimal form is the same everywhere. */
export const newSerial = (): Buffer => {
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  return serial;
};

export const writeKey = (path: string, key: KeyObject): void =>
  writePrivate(path, key.export({ type: 'pkcs8', format: 'pem' }));

const yearsAfter = (start: Date, years: number): Date => {
  const end = new Date(start);
  end.setUTCFullYear(end.getUTCFullYear() + years);
  return end;
};

const foundOne = (files: CountryFiles, addresses: Addresses, plan: AuthorityPlan, founded: Date): void => {
  const key = generateKey(plan.key);
  const isRoot = plan.issuer === plan.id;
  const issuer = isRoot ? { name: plan.name, key } : openAuthority(files, plan.issuer).issuer;
  const certificate = signCertificate({
    serial: newSerial(),
    issuer,
    subject: plan.name,
    subjectKey: key,
    notBefore: founded,
    notAfter: yearsAfter(founded, plan.years),
    extensions: [
      ...authorityExtensions(isRoot ? undefined : 0),
      ...keyIdentifiers(issuer.key, key),
      ...(isRoot
        ? []
        : [
            certificatePolicies(Oid.policyClass3),
            crlDistributionPoint(crlAddress(addresses, plan.issuer)),
            issuerCertificateAddress(certificateAddress(addresses, plan.issuer)),
          ]),
    ],
  });
  writeKey(files.authority(plan.id, 'key.pem'), key);
  writePrivate(files.authority(plan.id, 'certificate.der'), certificate);
};

/** Root, citizen authorities of two generations, organisation authority; those that stand already are kept. */
export const foundAuthorities = (files: CountryFiles, addresses: Addresses, founded: Date): void => {
  for (const plan of authorityPlans) {
    if (!existsSync(files.authority(plan.id, 'certificate.der'))) foundOne(files, addresses, plan, founded);
    keepJson<RevocationRecord>(files.authority(plan.id, 'revoked.json'), () => ({ number: 0, revoked: [] }));
  }
};
