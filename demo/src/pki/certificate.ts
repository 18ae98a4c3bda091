import { createHash, createPublicKey, type KeyObject, sign } from 'node:crypto';
import {
  bits,
  boolean,
  type Der,
  explicit,
  implicitConstructed,
  implicitPrimitive,
  integer,
  namedBits,
  nullValue,
  octets,
  oid,
  printable,
  sequence,
  setOf,
  time,
  utf8,
} from './der.ts';
import { Oid } from './oids.ts';

/** A distinguished name: attribute OID and value, most general first. */
export type DistinguishedName = readonly (readonly [oid: string, value: string])[];

export type Extension = { id: string; critical: boolean; value: Der };

/** The one who signs: her name as it stands in her own certificate, and her private key. */
export type Issuer = { name: DistinguishedName; key: KeyObject };

/** PrintableString for the attributes that RFC 5280 wants so (country, serial number), UTF8String otherwise. */
export const encodeName = (name: DistinguishedName): Der =>
  sequence(
    ...name.map(([id, value]) =>
      setOf(
        sequence(oid(id), id === Oid.country || id === Oid.serialNumber ? printable(value) : utf8(value)),
      ),
    ),
  );

export const encodeExtension = ({ id, critical, value }: Extension): Der =>
  critical ? sequence(oid(id), boolean(true), octets(value)) : sequence(oid(id), octets(value));

/** The AlgorithmIdentifier that goes with a signing key: RSA PKCS#1 v1.5 or ECDSA, both with SHA-256. */
export const signatureAlgorithm = (key: KeyObject): Der =>
  key.asymmetricKeyType === 'rsa'
    ? sequence(oid(Oid.sha256WithRsa), nullValue())
    : sequence(oid(Oid.ecdsaWithSha256));

/** `SIGNED{}` of RFC 5280: the content, the algorithm, the signature. */
export const signStructure = (content: Der, key: KeyObject): Der =>
  sequence(content, signatureAlgorithm(key), bits(sign('sha256', content, key)));

const subjectPublicKeyInfo = (key: KeyObject): Der =>
  createPublicKey(key.export({ type: 'pkcs8', format: 'pem' })).export({ type: 'spki', format: 'der' });

/** SHA-1 of the public key bit string (RFC 5280 section 4.2.1.2, method 1): a name for a key, not a protection. */
export const keyIdentifier = (key: KeyObject): Buffer => {
  const spki = subjectPublicKeyInfo(key);
  const keyBytes =
    key.asymmetricKeyType === 'rsa'
      ? createPublicKey({ key: spki, format: 'der', type: 'spki' }).export({ type: 'pkcs1', format: 'der' })
      : spki.subarray(spki.length - 65);
  return createHash('sha1').update(keyBytes).digest();
};

/** Signs a version 3 certificate (RFC 5280 section 4.1). `serial` is up to 20 bytes, big-endian. */
export const signCertificate = (parts: {
  serial: Uint8Array;
  issuer: Issuer;
  subject: DistinguishedName;
  subjectKey: KeyObject;
  notBefore: Date;
  notAfter: Date;
  extensions: Extension[];
}): Der =>
  signStructure(
    sequence(
      explicit(0, integer(2)),
      integer(parts.serial),
      signatureAlgorithm(parts.issuer.key),
      encodeName(parts.issuer.name),
      sequence(time(parts.notBefore), time(parts.notAfter)),
      encodeName(parts.subject),
      subjectPublicKeyInfo(parts.subjectKey),
      explicit(3, sequence(...parts.extensions.map(encodeExtension))),
    ),
    parts.issuer.key,
  );

export const authorityExtensions = (pathLength?: number): Extension[] => [
  {
    id: Oid.basicConstraints,
    critical: true,
    value: pathLength === undefined ? sequence(boolean(true)) : sequence(boolean(true), integer(pathLength)),
  },
  { id: Oid.keyUsage, critical: true, value: namedBits(5, 6) },
];

export const digitalSignatureUsage = (): Extension => ({
  id: Oid.keyUsage,
  critical: true,
  value: namedBits(0),
});

export const keyIdentifiers = (issuerKey: KeyObject, subjectKey: KeyObject): Extension[] => [
  authorityKeyIdentifier(issuerKey),
  { id: Oid.subjectKeyIdentifier, critical: false, value: octets(keyIdentifier(subjectKey)) },
];

export const authorityKeyIdentifier = (issuerKey: KeyObject): Extension => ({
  id: Oid.authorityKeyIdentifier,
  critical: false,
  value: sequence(implicitPrimitive(0, keyIdentifier(issuerKey))),
});

export const certificatePolicies = (...policies: string[]): Extension => ({
  id: Oid.certificatePolicies,
  critical: false,
  value: sequence(...policies.map((policy) => sequence(oid(policy)))),
});

const uniformResourceIdentifier = (url: string): Der => implicitPrimitive(6, Buffer.from(url, 'latin1'));

export const crlDistributionPoint = (url: string): Extension => ({
  id: Oid.crlDistributionPoints,
  critical: false,
  value: sequence(sequence(implicitConstructed(0, implicitConstructed(0, uniformResourceIdentifier(url))))),
});

export const issuerCertificateAddress = (url: string): Extension => ({
  id: Oid.authorityInfoAccess,
  critical: false,
  value: sequence(sequence(oid(Oid.caIssuers), uniformResourceIdentifier(url))),
});

/** What a citizen's certificate says about her beside the name: subject class, card kind, last four of the national ID. */
export const citizenAttributes = (citizen: {
  lastFour: string;
  cardKind: 'primary' | 'secondary';
}): Extension => ({
  id: Oid.subjectDirectoryAttributes,
  critical: false,
  value: sequence(
    sequence(oid(Oid.subjectClass), setOf(oid(Oid.citizenClass))),
    sequence(oid(Oid.cardKind), setOf(printable(citizen.cardKind))),
    sequence(oid(Oid.tailOfCitizenId), setOf(printable(citizen.lastFour))),
  ),
});

/** By what an organisation's certificate names it beside the name. */
export const organisationAttributes = (
  organisation: { businessNumber: string } | { oid: string },
): Extension => ({
  id: Oid.subjectDirectoryAttributes,
  critical: false,
  value: sequence(
    'oid' in organisation
      ? sequence(oid(Oid.organisationOid), setOf(oid(organisation.oid)))
      : sequence(oid(Oid.businessNumber), setOf(printable(organisation.businessNumber))),
  ),
});
