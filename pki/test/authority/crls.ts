import { bits, bool, constructed, enumerated, implicit, int, namedBits, seq, time } from './der.ts';
import { authorityKeyId, type Ext, encodeExtension, ext } from './extensions.ts';
import { day, type Signer } from './issue.ts';
import { type SignatureHash, signatureAlgorithm, signOctets } from './keys.ts';
import { nameOf } from './names.ts';

export type Entry = { serial: bigint | number; date?: Date; reason?: number; extensions?: Ext[] };

export type CrlRequest = {
  issuer: Signer;
  entries?: Entry[];
  number?: number | bigint;
  baseNumber?: number;
  thisUpdate?: Date;
  nextUpdate?: Date | null;
  extensions?: Ext[];
  hash?: SignatureHash;
};

export const reasonCode = (reason: number): Ext => ext('2.5.29.21', enumerated(reason));
export const certificateIssuer = (name: string): Ext =>
  ext('2.5.29.29', seq(constructed(4, nameOf(name))), true);

export type Scope = {
  fullName?: Uint8Array[];
  onlyUser?: boolean;
  onlyAuthority?: boolean;
  onlyAttribute?: boolean;
  reasons?: number[];
  indirect?: boolean;
};

export const issuingDistributionPoint = (scope: Scope): Ext =>
  ext(
    '2.5.29.28',
    seq(
      ...(scope.fullName ? [constructed(0, constructed(0, ...scope.fullName))] : []),
      ...(scope.onlyUser ? [implicit(1, bool(true).subarray(2))] : []),
      ...(scope.onlyAuthority ? [implicit(2, bool(true).subarray(2))] : []),
      ...(scope.reasons ? [implicit(3, namedBits(...scope.reasons).subarray(2))] : []),
      ...(scope.indirect ? [implicit(4, bool(true).subarray(2))] : []),
      ...(scope.onlyAttribute ? [implicit(5, bool(true).subarray(2))] : []),
    ),
    true,
  );

export function makeCrl(request: CrlRequest): Uint8Array {
  const { issuer, entries = [], number = 1, baseNumber, hash = 'sha256', extensions = [] } = request;
  const algorithm = signatureAlgorithm(issuer.key, hash);
  const nextUpdate = request.nextUpdate === undefined ? day(7) : request.nextUpdate;
  const all = [
    authorityKeyId(issuer.key.keyId),
    ext('2.5.29.20', int(number)),
    ...(baseNumber === undefined ? [] : [ext('2.5.29.27', int(baseNumber), true)]),
    ...extensions,
  ];
  const tbs = seq(
    int(1),
    algorithm,
    nameOf(issuer.name),
    time(request.thisUpdate ?? day(-1)),
    ...(nextUpdate ? [time(nextUpdate)] : []),
    ...(entries.length > 0 ? [seq(...entries.map(encodeEntry))] : []),
    constructed(0, seq(...all.map(encodeExtension))),
  );
  return seq(tbs, algorithm, bits(signOctets(issuer.key, tbs, hash)));
}

function encodeEntry({ serial, date = day(-10), reason, extensions = [] }: Entry): Uint8Array {
  const all = [...(reason === undefined ? [] : [reasonCode(reason)]), ...extensions];
  return seq(int(serial), time(date), ...(all.length > 0 ? [seq(...all.map(encodeExtension))] : []));
}
