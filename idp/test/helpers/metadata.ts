import 'reflect-metadata';
import { createPrivateKey, type KeyObject, randomBytes, webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { CompactSign } from 'jose';
import type { Authority } from './cards.ts';

const EC = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
export const BLOB_HOST = 'metadata.test';

export type Leaf = { der: Buffer; key: KeyObject };

async function makeLeaf(
  authority: Authority,
  subject: string,
  extensions: Extension[],
  notAfter: Date,
): Promise<Leaf> {
  const keys = (await webcrypto.subtle.generateKey(EC, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
  const certificate = await X509CertificateGenerator.create({
    serialNumber: `4${randomBytes(8).toString('hex')}`,
    subject,
    issuer: authority.certificate.subject,
    notBefore: new Date('2020-01-01'),
    notAfter,
    publicKey: keys.publicKey,
    signingKey: authority.keys.privateKey,
    signingAlgorithm: authority.algorithm,
    extensions,
  });
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  return {
    der: Buffer.from(certificate.rawData),
    key: createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }),
  };
}

/** Who signs BLOBs, named for `host`. */
export const makeSigner = (root: Authority, host = BLOB_HOST, notAfter = new Date('2040-01-01')) =>
  makeLeaf(
    root,
    `C=US, O=Test, CN=${host}`,
    [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new SubjectAlternativeNameExtension([{ type: 'dns', value: host }]),
    ],
    notAfter,
  );

/** The certificate inside one model's authenticators (WebAuthn 8.2.1), with its AAGUID. */
export const makeAttester = (authority: Authority, aaguid: string, notAfter = new Date('2040-01-01')) => {
  const id = Buffer.from(aaguid.replaceAll('-', ''), 'hex');
  return makeLeaf(
    authority,
    'C=TW, O=Test, OU=Authenticator Attestation, CN=Model',
    [
      new BasicConstraintsExtension(false, undefined, true),
      new Extension('1.3.6.1.4.1.45724.1.1.4', false, Buffer.concat([Buffer.of(0x04, 0x10), id])),
    ],
    notAfter,
  );
};

export type Entry = {
  aaguid: string;
  reports: [status: string, effectiveDate?: string][];
  roots?: Authority[];
};

export const statement = ({ aaguid, reports, roots = [] }: Entry) => ({
  aaguid,
  metadataStatement: {
    aaguid,
    description: 'Model',
    attestationTypes: ['basic_full'],
    attestationRootCertificates: roots.map(({ certificate }) =>
      Buffer.from(certificate.rawData).toString('base64'),
    ),
  },
  statusReports: reports.map(([status, effectiveDate]) => ({ status, effectiveDate })),
  timeOfLastStatusChange: '2024-01-01',
});

/** A BLOB as FIDO MDS 3.1.6 writes it. */
export async function makeBlob(
  signer: Leaf,
  content: { no: number; nextUpdate: string; entries: Entry[] },
  chain: Buffer[] = [],
): Promise<string> {
  const payload = {
    legalHeader: 'none',
    no: content.no,
    nextUpdate: content.nextUpdate,
    entries: content.entries.map(statement),
  };
  return new CompactSign(Buffer.from(JSON.stringify(payload)))
    .setProtectedHeader({
      alg: 'ES256',
      typ: 'JWT',
      x5c: [signer.der, ...chain].map((der) => der.toString('base64')),
    })
    .sign(signer.key);
}
