import { contextConstructed, type DerElement, DerError, Tag } from '../asn1/reader.ts';
import { readOid, readSmallInteger } from '../asn1/values.ts';

export type KeyKind =
  | 'rsa'
  | 'rsa-pss'
  | 'ec'
  | 'dsa'
  | 'ed25519'
  | 'ed448'
  | 'ml-dsa-44'
  | 'ml-dsa-65'
  | 'ml-dsa-87';

/** How a signature is made: the scheme, the hash (none where the scheme has its own), the PSS salt in octets. */
export type SignatureScheme = {
  scheme: 'rsa-pkcs1' | 'rsa-pss' | 'ecdsa' | 'dsa' | 'eddsa' | 'ml-dsa';
  hash: string | null;
  keyKinds: readonly KeyKind[];
  saltLength?: number;
};

/** An AlgorithmIdentifier as it stands, for comparison, with what this library makes of it. */
export type AlgorithmIdentifier = { oid: string; der: Uint8Array; parameters: DerElement | undefined };

const rsa = (hash: string): SignatureScheme => ({ scheme: 'rsa-pkcs1', hash, keyKinds: ['rsa'] });
const ecdsa = (hash: string): SignatureScheme => ({ scheme: 'ecdsa', hash, keyKinds: ['ec'] });
const dsa = (hash: string): SignatureScheme => ({ scheme: 'dsa', hash, keyKinds: ['dsa'] });
const mlDsa = (kind: KeyKind): SignatureScheme => ({ scheme: 'ml-dsa', hash: null, keyKinds: [kind] });

const SCHEMES: ReadonlyMap<string, SignatureScheme> = new Map([
  ['1.2.840.113549.1.1.5', rsa('sha1')],
  ['1.2.840.113549.1.1.14', rsa('sha224')],
  ['1.2.840.113549.1.1.11', rsa('sha256')],
  ['1.2.840.113549.1.1.12', rsa('sha384')],
  ['1.2.840.113549.1.1.13', rsa('sha512')],
  ['1.2.840.10045.4.1', ecdsa('sha1')],
  ['1.2.840.10045.4.3.1', ecdsa('sha224')],
  ['1.2.840.10045.4.3.2', ecdsa('sha256')],
  ['1.2.840.10045.4.3.3', ecdsa('sha384')],
  ['1.2.840.10045.4.3.4', ecdsa('sha512')],
  ['1.2.840.10040.4.3', dsa('sha1')],
  ['2.16.840.1.101.3.4.3.1', dsa('sha224')],
  ['2.16.840.1.101.3.4.3.2', dsa('sha256')],
  ['1.3.101.112', { scheme: 'eddsa', hash: null, keyKinds: ['ed25519'] }],
  ['1.3.101.113', { scheme: 'eddsa', hash: null, keyKinds: ['ed448'] }],
  ['2.16.840.1.101.3.4.3.17', mlDsa('ml-dsa-44')],
  ['2.16.840.1.101.3.4.3.18', mlDsa('ml-dsa-65')],
  ['2.16.840.1.101.3.4.3.19', mlDsa('ml-dsa-87')],
]);

const HASHES: ReadonlyMap<string, string> = new Map([
  ['1.3.14.3.2.26', 'sha1'],
  ['2.16.840.1.101.3.4.2.4', 'sha224'],
  ['2.16.840.1.101.3.4.2.1', 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
]);

const RSA_PSS = '1.2.840.113549.1.1.10';
const MGF1 = '1.2.840.113549.1.1.8';

export function parseAlgorithm(element: DerElement): AlgorithmIdentifier {
  const reader = element.reader();
  const oid = readOid(reader.read(Tag.oid));
  const parameters = reader.done ? undefined : reader.readAny();
  reader.finish();
  return { oid, der: element.der, parameters };
}

/** Name of the hash that an AlgorithmIdentifier asks for (parameters absent or NULL, RFC 5754 2). */
export function hashOf(algorithm: AlgorithmIdentifier): string | undefined {
  return isNullOrAbsent(algorithm.parameters) ? HASHES.get(algorithm.oid) : undefined;
}

function isNullOrAbsent(parameters: DerElement | undefined): boolean {
  return parameters === undefined || (parameters.tag === Tag.null && parameters.length === 0);
}

/**
 * The scheme that an AlgorithmIdentifier names, or undefined when it is unknown here or has parameters that
 * it must not have (RFC 4055 5 lets RSA carry NULL or nothing; RFC 5758 3, 8410 3 and 9881 2 let the others carry nothing).
 */
export function schemeOf(algorithm: AlgorithmIdentifier): SignatureScheme | undefined {
  if (algorithm.oid === RSA_PSS) return pssScheme(algorithm.parameters);
  const scheme = SCHEMES.get(algorithm.oid);
  if (scheme === undefined) return undefined;
  const lenient = scheme.scheme === 'rsa-pkcs1' || scheme.scheme === 'dsa';
  return algorithm.parameters === undefined || (lenient && isNullOrAbsent(algorithm.parameters))
    ? scheme
    : undefined;
}

/** RFC 4055 3.1: hash and mask generation must use the same hash here, as `node:crypto` verifies only that. */
function pssScheme(parameters: DerElement | undefined): SignatureScheme | undefined {
  if (parameters?.tag !== Tag.sequence) return undefined;
  try {
    const reader = parameters.reader();
    const hashField = reader.readOptional(contextConstructed(0));
    const maskField = reader.readOptional(contextConstructed(1));
    const saltField = reader.readOptional(contextConstructed(2));
    const trailerField = reader.readOptional(contextConstructed(3));
    reader.finish();
    const hash = hashField ? hashOf(parseAlgorithm(hashField.reader().read(Tag.sequence))) : 'sha1';
    const mask = maskField ? maskHash(maskField) : 'sha1';
    const saltLength = saltField ? readSmallInteger(saltField.reader().read(Tag.integer)) : 20;
    const trailer = trailerField ? readSmallInteger(trailerField.reader().read(Tag.integer)) : 1;
    if (hash === undefined || hash !== mask || trailer !== 1) return undefined;
    return { scheme: 'rsa-pss', hash, keyKinds: ['rsa', 'rsa-pss'], saltLength };
  } catch (error) {
    if (error instanceof DerError) return undefined;
    throw error;
  }
}

function maskHash(field: DerElement): string | undefined {
  const generator = parseAlgorithm(field.reader().read(Tag.sequence));
  if (generator.oid !== MGF1 || generator.parameters?.tag !== Tag.sequence) return undefined;
  return hashOf(parseAlgorithm(generator.parameters));
}
