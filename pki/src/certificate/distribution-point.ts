import {
  contextConstructed,
  contextPrimitive,
  DerError,
  type DerReader,
  readWhole,
  Tag,
} from '../asn1/reader.ts';
import { readNamedBits } from '../asn1/values.ts';
import { type GeneralName, generalNameKey, parseGeneralNames } from './general-name.ts';
import { DistinguishedName, type NameAttribute, parseRelativeName } from './name.ts';

/** DistributionPointName: full names, or a relative name to be hung below the CRL issuer's. */
export type DistributionPointName =
  | { kind: 'full'; names: GeneralName[] }
  | { kind: 'relative'; part: readonly NameAttribute[] };

/** RFC 5280 4.2.1.13. `reasons` is a bit set as in `ReasonFlag`; absent means all reasons. */
export type DistributionPoint = {
  name: DistributionPointName | undefined;
  reasons: number | undefined;
  crlIssuer: GeneralName[] | undefined;
};

/** Bits of ReasonFlags; bit 0 is unused in the standard and stands for no reason. */
export const ALL_REASONS = 0b1_1111_1110;

const MAX_POINTS = 64;

/** The content of a `[0] DistributionPointName`. */
export function parseDistributionPointName(reader: DerReader): DistributionPointName {
  const full = reader.readOptional(contextConstructed(0));
  const relative = full ? undefined : reader.read(contextConstructed(1));
  reader.finish();
  if (full) return { kind: 'full', names: parseGeneralNames(full.reader()) };
  return { kind: 'relative', part: parseRelativeName((relative ?? reader.readAny()).reader()) };
}

export function parseDistributionPoints(value: Uint8Array): DistributionPoint[] {
  const list = readWhole(value, Tag.sequence).reader();
  const points: DistributionPoint[] = [];
  while (!list.done) {
    const reader = list.read(Tag.sequence).reader();
    const name = reader.readOptional(contextConstructed(0));
    const reasons = reader.readOptional(contextPrimitive(1));
    const crlIssuer = reader.readOptional(contextConstructed(2));
    reader.finish();
    if (!name && !crlIssuer)
      throw new DerError('A distribution point names neither place nor issuer', reader.position);
    points.push({
      name: name && parseDistributionPointName(name.reader()),
      reasons: reasons && readNamedBits(reasons) & ALL_REASONS,
      crlIssuer: crlIssuer && parseGeneralNames(crlIssuer.reader()),
    });
    if (points.length > MAX_POINTS)
      throw new DerError('There are too many distribution points', list.position);
  }
  if (points.length === 0) throw new DerError('The list of distribution points is empty', list.position);
  return points;
}

/** The comparable keys of a distribution point name, the relative form resolved below `crlIssuer`. */
export function distributionPointKeys(name: DistributionPointName, crlIssuer: DistinguishedName): string[] {
  if (name.kind === 'full') return name.names.map(generalNameKey);
  const full = new DistinguishedName(new Uint8Array(), [...crlIssuer.parts, name.part]);
  return [`directory:${full.key}`];
}
