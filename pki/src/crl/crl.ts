import { createHash } from 'node:crypto';
import { contextConstructed, DerError, type DerReader, readWhole, Tag } from '../asn1/reader.ts';
import { readOctetAlignedBits, readSmallInteger, readTime } from '../asn1/values.ts';
import { type AlgorithmIdentifier, parseAlgorithm } from '../certificate/algorithm.ts';
import { PkiError } from '../error.ts';
import { CrlHead } from './crl-head.ts';
import type { RevokedTable } from './revoked-table.ts';
import { scanRevoked } from './scan-revoked.ts';

/** The most octets a CRL may have: far above the largest in Taiwan's hierarchy. */
export const MAX_CRL_BYTES = 512 * 1024 * 1024;

/** A certificate revocation list that parses (RFC 5280 5.1); nobody has checked who signed it. */
export class UnverifiedCrl {
  readonly head: CrlHead;
  readonly revoked: RevokedTable;
  readonly innerAlgorithm: AlgorithmIdentifier;
  readonly outerAlgorithm: AlgorithmIdentifier;
  /** The octets that the signature covers. */
  readonly tbs: Uint8Array;
  readonly signature: Uint8Array;

  /** @throws DerError */
  constructor(der: Uint8Array) {
    const outer = readWhole(der, Tag.sequence).reader();
    const tbs = outer.read(Tag.sequence);
    this.tbs = tbs.der;
    this.outerAlgorithm = parseAlgorithm(outer.read(Tag.sequence));
    this.signature = readOctetAlignedBits(outer.read(Tag.bitString));
    outer.finish();

    const reader = tbs.reader();
    const version = reader.readOptional(Tag.integer);
    if (version && readSmallInteger(version) !== 1)
      throw new DerError('The version is unknown', version.start);
    this.innerAlgorithm = parseAlgorithm(reader.read(Tag.sequence));
    const issuerDer = Uint8Array.from(reader.read(Tag.sequence).der);
    const thisUpdate = readTime(reader.readAny());
    const nextUpdate = isTimeTag(reader.peekTag()) ? readTime(reader.readAny()) : undefined;
    const revokedList = reader.readOptional(Tag.sequence);
    const extensionsDer = readExtensionsDer(reader, version !== undefined);
    reader.finish();
    const fingerprint = createHash('sha256').update(der).digest('hex');
    this.head = new CrlHead({ fingerprint, issuerDer, thisUpdate, nextUpdate, extensionsDer });
    this.revoked = scanRevoked(revokedList, this.head.issuer);
  }
}

function isTimeTag(tag: number): boolean {
  return tag === Tag.utcTime || tag === Tag.generalizedTime;
}

function readExtensionsDer(reader: DerReader, isVersion2: boolean): Uint8Array | undefined {
  const field = reader.readOptional(contextConstructed(0));
  if (!field) return undefined;
  if (!isVersion2) throw new DerError('Only version 2 CRLs have extensions', field.start);
  const inner = field.reader();
  const extensions = inner.read(Tag.sequence);
  inner.finish();
  return Uint8Array.from(extensions.der);
}

/**
 * Parses a DER CRL, strictly, and indexes its revoked list in the same pass. `head` and `revoked` keep no reference
 * into `der`; the signed part and the signature are views of it.
 * @throws PkiError `crl-malformed`
 */
export function parseCrl(der: Uint8Array): UnverifiedCrl {
  if (!(der instanceof Uint8Array)) throw new PkiError('crl-malformed', 'The CRL is not a byte array');
  if (der.length > MAX_CRL_BYTES)
    throw new PkiError('crl-malformed', `The CRL has more than ${MAX_CRL_BYTES} bytes`);
  try {
    return new UnverifiedCrl(der);
  } catch (cause) {
    if (!(cause instanceof DerError)) throw cause;
    throw new PkiError('crl-malformed', 'The CRL is not well-formed DER of RFC 5280', cause);
  }
}
