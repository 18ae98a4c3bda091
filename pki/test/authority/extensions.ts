import {
  bool,
  constructed,
  implicit,
  int,
  intOctets,
  namedBits,
  octets,
  oid,
  seq,
  set,
  utf8,
} from './der.ts';

export type Ext = { oid: string; critical: boolean; value: Uint8Array };

export const ext = (id: string, value: Uint8Array, critical = false): Ext => ({ oid: id, critical, value });

export function encodeExtension({ oid: id, critical, value }: Ext): Uint8Array {
  return seq(oid(id), ...(critical ? [bool(true)] : []), octets(value));
}

export const basicConstraints = (isAuthority: boolean, pathLength?: number, critical = true): Ext =>
  ext(
    '2.5.29.19',
    seq(...(isAuthority ? [bool(true)] : []), ...(pathLength === undefined ? [] : [int(pathLength)])),
    critical,
  );

export const KU = {
  digitalSignature: 0,
  nonRepudiation: 1,
  keyEncipherment: 2,
  dataEncipherment: 3,
  keyAgreement: 4,
  keyCertSign: 5,
  crlSign: 6,
};

export const keyUsage = (...positions: number[]): Ext => ext('2.5.29.15', namedBits(...positions), true);
export const extendedKeyUsage = (...oids: string[]): Ext => ext('2.5.29.37', seq(...oids.map(oid)));
export const policies = (...oids: string[]): Ext => ext('2.5.29.32', seq(...oids.map((p) => seq(oid(p)))));
export const policyMappings = (...pairs: [string, string][]): Ext =>
  ext('2.5.29.33', seq(...pairs.map(([a, b]) => seq(oid(a), oid(b)))), true);
export const policyConstraints = (explicit?: number, inhibit?: number): Ext =>
  ext(
    '2.5.29.36',
    seq(
      ...(explicit === undefined ? [] : [implicit(0, intOctets(explicit))]),
      ...(inhibit === undefined ? [] : [implicit(1, intOctets(inhibit))]),
    ),
    true,
  );
export const inhibitAnyPolicy = (skip: number): Ext => ext('2.5.29.54', int(skip), true);
export const subjectAltName = (...names: Uint8Array[]): Ext => ext('2.5.29.17', seq(...names));
export const nameConstraints = (permitted: Uint8Array[], excluded: Uint8Array[] = []): Ext =>
  ext(
    '2.5.29.30',
    seq(
      ...(permitted.length > 0 ? [constructed(0, ...permitted.map((n) => seq(n)))] : []),
      ...(excluded.length > 0 ? [constructed(1, ...excluded.map((n) => seq(n)))] : []),
    ),
    true,
  );
export const subjectKeyId = (keyId: Uint8Array): Ext => ext('2.5.29.14', octets(keyId));
export const authorityKeyId = (keyId: Uint8Array): Ext => ext('2.5.29.35', seq(implicit(0, keyId)));
export const ocspNoCheck = (): Ext => ext('1.3.6.1.5.5.7.48.1.5', Uint8Array.of(5, 0));

/** Attributes of Taiwan's profile: dotted type and an encoded value each. */
export const directoryAttributes = (...attributes: [string, Uint8Array][]): Ext =>
  ext('2.5.29.9', seq(...attributes.map(([type, value]) => seq(oid(type), set(value)))));
export const text = utf8;

export type Point = { fullName?: Uint8Array[]; reasons?: number[]; crlIssuer?: Uint8Array[] };

export const distributionPoints = (...points: Point[]): Ext =>
  ext('2.5.29.31', seq(...points.map(encodePoint)));

function encodePoint({ fullName, reasons, crlIssuer }: Point): Uint8Array {
  return seq(
    ...(fullName ? [constructed(0, constructed(0, ...fullName))] : []),
    ...(reasons ? [implicit(1, namedBits(...reasons).subarray(2))] : []),
    ...(crlIssuer ? [constructed(2, ...crlIssuer)] : []),
  );
}
