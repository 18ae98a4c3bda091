import { createPublicKey, type KeyObject } from 'node:crypto';
import { type DerElement, DerError, DerReader, Tag } from '../asn1/reader.ts';
import { readIntegerBytes, readOctetAlignedBits, readOid } from '../asn1/values.ts';
import { encodeBitString, encodeSequence } from '../asn1/writer.ts';
import { type AlgorithmIdentifier, type KeyKind, parseAlgorithm } from './algorithm.ts';

const MAX_RSA_BITS = 16_384;

const KINDS: ReadonlyMap<string, KeyKind> = new Map([
  ['1.2.840.113549.1.1.1', 'rsa'],
  ['1.2.840.113549.1.1.10', 'rsa-pss'],
  ['1.2.840.10045.2.1', 'ec'],
  ['1.2.840.10040.4.1', 'dsa'],
  ['1.3.101.112', 'ed25519'],
  ['1.3.101.113', 'ed448'],
  ['2.16.840.1.101.3.4.3.17', 'ml-dsa-44'],
  ['2.16.840.1.101.3.4.3.18', 'ml-dsa-65'],
  ['2.16.840.1.101.3.4.3.19', 'ml-dsa-87'],
]);

const CURVES: ReadonlyMap<string, { name: string; bits: number }> = new Map([
  ['1.2.840.10045.3.1.7', { name: 'P-256', bits: 256 }],
  ['1.3.132.0.34', { name: 'P-384', bits: 384 }],
  ['1.3.132.0.35', { name: 'P-521', bits: 521 }],
]);

/** A SubjectPublicKeyInfo (RFC 5280 4.1.2.7): the octets, what they say, and the key object on demand. */
export class SubjectPublicKey {
  readonly der: Uint8Array;
  readonly algorithm: AlgorithmIdentifier;
  readonly kind: KeyKind | undefined;
  /** Octets of the subjectPublicKey BIT STRING, over which SHA-1 key identifiers are made. */
  readonly keyOctets: Uint8Array;
  #key: KeyObject | undefined;
  #modulusBits: number | undefined;

  constructor(element: DerElement) {
    const reader = element.reader();
    this.der = element.der;
    this.algorithm = parseAlgorithm(reader.read(Tag.sequence));
    this.keyOctets = readOctetAlignedBits(reader.read(Tag.bitString));
    this.kind = KINDS.get(this.algorithm.oid);
    reader.finish();
  }

  /** DSA keys may leave their parameters to the issuer's key (RFC 3279 2.3.2, RFC 5280 6.1.4 (e)). */
  get lacksParameters(): boolean {
    const { parameters } = this.algorithm;
    return this.kind === 'dsa' && (parameters === undefined || parameters.tag === Tag.null);
  }

  /**
   * The key for `node:crypto`.
   * @throws DerError when it is not a key that can be used, or one that would only cost time: RSA beyond what OpenSSL
   * computes with, or a curve that is spelled out instead of named (RFC 5480 2.1.1 forbids that)
   */
  keyObject(): KeyObject {
    if (this.#key) return this.#key;
    if (this.kind === 'ec' && this.algorithm.parameters?.tag !== Tag.oid)
      throw new DerError('The curve is not named', 0);
    if (this.kind !== 'ec' && (this.bits ?? 0) > MAX_RSA_BITS)
      throw new DerError('The RSA modulus is too long', 0);
    this.#key = toKeyObject(this.der);
    return this.#key;
  }

  /** The same key with the DSA parameters that the path hands down. */
  withParameters(parameters: DerElement): SubjectPublicKey {
    const oid = new DerReader(this.algorithm.der).read(Tag.sequence).reader().read(Tag.oid);
    const algorithm = encodeSequence([oid.der, parameters.der]);
    const der = encodeSequence([algorithm, encodeBitString(this.keyOctets)]);
    return new SubjectPublicKey(new DerReader(der).read(Tag.sequence));
  }

  /** Size of the RSA modulus or of a named curve in bits; undefined for other kinds and unnamed curves. */
  get bits(): number | undefined {
    if (this.kind === 'rsa' || this.kind === 'rsa-pss') {
      this.#modulusBits ??= rsaModulusBits(this.keyOctets);
      return this.#modulusBits;
    }
    return this.kind === 'ec' ? this.curve?.bits : undefined;
  }

  get curve(): { name: string; bits: number } | undefined {
    const { parameters } = this.algorithm;
    return this.kind === 'ec' && parameters?.tag === Tag.oid ? CURVES.get(readOid(parameters)) : undefined;
  }
}

function toKeyObject(der: Uint8Array): KeyObject {
  try {
    return createPublicKey({
      key: Buffer.from(der.buffer, der.byteOffset, der.length),
      format: 'der',
      type: 'spki',
    });
  } catch (cause) {
    throw new DerError(
      `The public key cannot be read (${cause instanceof Error ? cause.message : 'unknown'})`,
      0,
    );
  }
}

function rsaModulusBits(keyOctets: Uint8Array): number | undefined {
  try {
    const modulus = readIntegerBytes(new DerReader(keyOctets).read(Tag.sequence).reader().read(Tag.integer));
    const isPadded = modulus[0] === 0;
    const first = modulus[isPadded ? 1 : 0] ?? 0;
    return (modulus.length - (isPadded ? 1 : 0)) * 8 - (Math.clz32(first) - 24);
  } catch (error) {
    if (error instanceof DerError) return undefined;
    throw error;
  }
}
