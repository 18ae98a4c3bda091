import { existsSync, readFileSync } from 'node:fs';
import { keyRing } from '@xinlu/common/keys';
import { type OfficeSeal, sealWith } from '@xinlu/issuer-kit';
import type { Addresses } from '../country/addresses.ts';
import { type CountryFiles, readJson, writePrivate } from '../country/files.ts';
import { agencyNames } from '../country/participants.ts';
import {
  certificatePolicies,
  crlDistributionPoint,
  digitalSignatureUsage,
  issuerCertificateAddress,
  keyIdentifiers,
  signCertificate,
} from '../pki/certificate.ts';
import { Oid } from '../pki/oids.ts';
import { openAuthority } from '../pki/open.ts';
import { certificateAddress, crlAddress, newSerial } from './authorities.ts';

/** Agencies that issue papers as PDF. */
export const sealHolders = ['land-office'] as const;
export type SealHolder = (typeof sealHolders)[number];

const LIFETIME_YEARS = 8;

const keyOf = (files: CountryFiles, holder: string) =>
  keyRing(readJson<Parameters<typeof keyRing>[0]>(files.key(holder))).signing.privateKey;

/**
 * Certifies the key by which the register knows an agency already, by the government's authority for agencies: readers of
 * PDF who do not know of the register can follow it to the government's root.
 */
export const certifySeals = (files: CountryFiles, addresses: Addresses, founded: Date): void => {
  for (const holder of sealHolders) {
    if (existsSync(files.seal(holder))) continue;
    const authority = openAuthority(files, 'gca');
    const key = keyOf(files, holder);
    const name = agencyNames[holder]['zh-TW'];
    const certificate = signCertificate({
      serial: newSerial(),
      issuer: authority.issuer,
      subject: [
        [Oid.country, 'TW'],
        [Oid.organization, name],
        [Oid.commonName, `${name} 電子印信`],
      ],
      subjectKey: key,
      notBefore: founded,
      notAfter: new Date(Date.UTC(founded.getUTCFullYear() + LIFETIME_YEARS, founded.getUTCMonth(), 1)),
      extensions: [
        ...keyIdentifiers(authority.issuer.key, key),
        digitalSignatureUsage(),
        certificatePolicies(Oid.policyClass3),
        crlDistributionPoint(crlAddress(addresses, 'gca')),
        issuerCertificateAddress(certificateAddress(addresses, 'gca')),
      ],
    });
    writePrivate(files.seal(holder), certificate);
  }
};

/** The seal of an agency: its key, and the certificates up to the root. */
export const openSeal = (files: CountryFiles, holder: SealHolder): OfficeSeal =>
  sealWith(keyOf(files, holder), [
    new Uint8Array(readFileSync(files.seal(holder))),
    new Uint8Array(openAuthority(files, 'gca').certificate),
    new Uint8Array(openAuthority(files, 'grca').certificate),
  ]);
