import { createHash, type KeyObject } from 'node:crypto';
import { AttributeOid } from '../asn1/oids.ts';
import {
  contextConstructed,
  contextPrimitive,
  DerError,
  type DerReader,
  readWhole,
  Tag,
} from '../asn1/reader.ts';
import {
  integerToHex,
  readIntegerBytes,
  readOctetAlignedBits,
  readSmallInteger,
  readTime,
  toHex,
} from '../asn1/values.ts';
import { PkiError } from '../error.ts';
import { type AlgorithmIdentifier, parseAlgorithm } from './algorithm.ts';
import { type Extension, parseExtensions } from './extension-list.ts';
import { type CertificateExtensions, decodeExtensions } from './extensions.ts';
import { type DistinguishedName, parseName } from './name.ts';
import { SubjectPublicKey } from './public-key.ts';

/** The most octets a certificate may have; ML-DSA-87 with generous extensions stays below a fifth of it. */
export const MAX_CERTIFICATE_BYTES = 128 * 1024;

export type ClaimedSubject = {
  commonName: string | undefined;
  country: string | undefined;
  serialNumber: string | undefined;
  organization: string | undefined;
  organizationalUnit: string | undefined;
  emailAddress: string | undefined;
};

/**
 * A certificate that parses. Nothing in it is trusted: every field is a claim until `validateCertificate` says otherwise.
 * The octets are a private copy, so that what was checked cannot change afterwards.
 */
export class UnverifiedCertificate {
  readonly der: Uint8Array;
  /** SHA-256 of the DER in lower-case hexadecimal. */
  readonly fingerprint: string;
  readonly version: 1 | 2 | 3;
  /** Two's complement octets of the serial number. */
  readonly serialBytes: Uint8Array;
  readonly innerAlgorithm: AlgorithmIdentifier;
  readonly issuer: DistinguishedName;
  readonly subjectDn: DistinguishedName;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly subjectPublicKey: SubjectPublicKey;
  readonly extensionList: ReadonlyMap<string, Extension>;
  readonly extensions: Readonly<CertificateExtensions>;
  readonly outerAlgorithm: AlgorithmIdentifier;
  /** The octets that the signature covers. */
  readonly tbs: Uint8Array;
  readonly signature: Uint8Array;
  #serial: string | undefined;

  /** @throws DerError */
  constructor(der: Uint8Array) {
    this.der = Uint8Array.from(der);
    this.fingerprint = createHash('sha256').update(this.der).digest('hex');
    const outer = readWhole(this.der, Tag.sequence).reader();
    const tbs = outer.read(Tag.sequence);
    this.tbs = tbs.der;
    this.outerAlgorithm = parseAlgorithm(outer.read(Tag.sequence));
    this.signature = readOctetAlignedBits(outer.read(Tag.bitString));
    outer.finish();

    const reader = tbs.reader();
    this.version = readVersion(reader);
    this.serialBytes = readIntegerBytes(reader.read(Tag.integer));
    this.innerAlgorithm = parseAlgorithm(reader.read(Tag.sequence));
    this.issuer = parseName(reader.read(Tag.sequence));
    const validity = reader.read(Tag.sequence).reader();
    this.notBefore = new Date(readTime(validity.readAny()));
    this.notAfter = new Date(readTime(validity.readAny()));
    validity.finish();
    this.subjectDn = parseName(reader.read(Tag.sequence));
    this.subjectPublicKey = new SubjectPublicKey(reader.read(Tag.sequence));
    skipUniqueIdentifiers(reader, this.version);
    this.extensionList = readExtensionList(reader, this.version);
    this.extensions = decodeExtensions(this.extensionList);
    reader.finish();
  }

  /** Upper-case hexadecimal without leading zeros, as registers keep it. */
  get serial(): string {
    this.#serial ??= integerToHex(this.serialBytes);
    return this.#serial;
  }

  /** RFC 4514 text. */
  get issuerName(): string {
    return this.issuer.toString();
  }

  /** RFC 4514 text. */
  get subjectName(): string {
    return this.subjectDn.toString();
  }

  get subject(): ClaimedSubject {
    const { subjectDn } = this;
    return {
      commonName: subjectDn.first(AttributeOid.commonName),
      country: subjectDn.first(AttributeOid.country),
      serialNumber: subjectDn.first(AttributeOid.serialNumber),
      organization: subjectDn.first(AttributeOid.organization),
      organizationalUnit: subjectDn.first(AttributeOid.organizationalUnit),
      emailAddress: subjectDn.first(AttributeOid.emailAddress),
    };
  }

  /** @throws PkiError `public-key-unusable` */
  get publicKey(): KeyObject {
    try {
      return this.subjectPublicKey.keyObject();
    } catch (cause) {
      throw new PkiError('public-key-unusable', 'The public key in the certificate cannot be used', cause);
    }
  }

  /** The subject key identifier in lower-case hexadecimal; where the certificate has none, SHA-1 of the key (RFC 5280 4.2.1.2 (1)). */
  get keyId(): string {
    const stated = this.extensions.subjectKeyIdentifier;
    return stated ? toHex(stated) : createHash('sha1').update(this.subjectPublicKey.keyOctets).digest('hex');
  }

  /** Issuer and subject are the same name (RFC 5280 3.2); says nothing about the key. */
  get isSelfIssued(): boolean {
    return this.issuer.equals(this.subjectDn);
  }
}

function readVersion(reader: DerReader): 1 | 2 | 3 {
  const field = reader.readOptional(contextConstructed(0));
  if (!field) return 1;
  const inner = field.reader();
  const version = readSmallInteger(inner.read(Tag.integer));
  inner.finish();
  if (version > 2) throw new DerError('The version is unknown', field.start);
  return (version + 1) as 1 | 2 | 3;
}

function skipUniqueIdentifiers(reader: DerReader, version: number): void {
  for (const tag of [contextPrimitive(1), contextPrimitive(2)]) {
    if (reader.readOptional(tag) && version === 1) {
      throw new DerError('A version 1 certificate has no unique identifiers', reader.position);
    }
  }
}

function readExtensionList(reader: DerReader, version: number): ReadonlyMap<string, Extension> {
  const field = reader.readOptional(contextConstructed(3));
  if (!field) return new Map();
  if (version !== 3) throw new DerError('Only version 3 certificates have extensions', field.start);
  const inner = field.reader();
  const extensions = parseExtensions(inner.read(Tag.sequence));
  inner.finish();
  return extensions;
}

/**
 * Parses a DER certificate (RFC 5280 4.1), strictly, without trusting anything in it.
 * @throws PkiError `certificate-malformed`
 */
export function parseCertificate(der: Uint8Array): UnverifiedCertificate {
  if (!(der instanceof Uint8Array))
    throw new PkiError('certificate-malformed', 'The certificate is not a byte array');
  if (der.length > MAX_CERTIFICATE_BYTES) {
    throw new PkiError(
      'certificate-malformed',
      `The certificate has more than ${MAX_CERTIFICATE_BYTES} bytes`,
    );
  }
  try {
    return new UnverifiedCertificate(der);
  } catch (cause) {
    if (!(cause instanceof DerError)) throw cause;
    throw new PkiError('certificate-malformed', 'The certificate is not well-formed DER of RFC 5280', cause);
  }
}
