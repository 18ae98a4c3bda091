import { AttributeOid } from '../asn1/oids.ts';
import { type DerElement, DerError, type DerReader, Tag } from '../asn1/reader.ts';
import { isStringTag, readOid, readString, sameBytes, toHex } from '../asn1/values.ts';

export type NameAttribute = {
  type: string;
  /** The text, or `#` and the hexadecimal DER for values that are not strings (RFC 4514 2.4). */
  value: string;
  isText: boolean;
};

type RelativeName = readonly NameAttribute[];

const MAX_ATTRIBUTES = 128;

const SHORT_NAMES: ReadonlyMap<string, string> = new Map([
  [AttributeOid.commonName, 'CN'],
  [AttributeOid.serialNumber, 'serialNumber'],
  [AttributeOid.country, 'C'],
  [AttributeOid.locality, 'L'],
  [AttributeOid.state, 'ST'],
  [AttributeOid.street, 'STREET'],
  [AttributeOid.organization, 'O'],
  [AttributeOid.organizationalUnit, 'OU'],
  [AttributeOid.userId, 'UID'],
  [AttributeOid.domainComponent, 'DC'],
]);

/** A distinguished name (RFC 5280 4.1.2.4), compared by the rules of section 7.1. */
export class DistinguishedName {
  readonly der: Uint8Array;
  readonly parts: readonly RelativeName[];
  #keys: readonly string[] | undefined;
  #key: string | undefined;
  #text: string | undefined;

  constructor(der: Uint8Array, parts: readonly RelativeName[]) {
    this.der = der;
    this.parts = parts;
  }

  get isEmpty(): boolean {
    return this.parts.length === 0;
  }

  /** One comparable text per relative name: two relative names match exactly when these are equal. */
  get partKeys(): readonly string[] {
    this.#keys ??= this.parts.map((part) =>
      part
        .map(
          (attribute) => `${attribute.type}=${attribute.isText ? prepare(attribute.value) : attribute.value}`,
        )
        .sort()
        .join('\u0001'),
    );
    return this.#keys;
  }

  /** Two names match exactly when their keys are equal. */
  get key(): string {
    this.#key ??= this.partKeys.join('\u0000');
    return this.#key;
  }

  equals(other: DistinguishedName): boolean {
    return sameBytes(this.der, other.der) || this.key === other.key;
  }

  /** True when `base` is this name or stands above it in the tree (RFC 5280 7.1, subtree matching). */
  isWithin(base: DistinguishedName): boolean {
    return (
      base.partKeys.length <= this.partKeys.length &&
      base.partKeys.every((key, i) => key === this.partKeys[i])
    );
  }

  /** The first text value of an attribute type, searched from the most significant end. */
  first(type: string): string | undefined {
    for (const part of this.parts) {
      for (const attribute of part) if (attribute.type === type && attribute.isText) return attribute.value;
    }
    return undefined;
  }

  all(type: string): string[] {
    return this.parts
      .flat()
      .filter((attribute) => attribute.type === type && attribute.isText)
      .map((a) => a.value);
  }

  /** RFC 4514 text: least significant first, as directory tools print it. */
  toString(): string {
    this.#text ??= [...this.parts].reverse().map(partText).join(',');
    return this.#text;
  }
}

function partText(part: RelativeName): string {
  return part
    .map((a) => `${SHORT_NAMES.get(a.type) ?? a.type}=${a.isText ? escapeValue(a.value) : a.value}`)
    .join('+');
}

/** Insignificant differences removed (RFC 5280 7.1 by RFC 4518): compatibility forms, case, runs of spaces, ignorables. */
function prepare(text: string): string {
  return text
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFKC')
    .replace(/\s+/g, ' ')
    .trim();
}

function escapeValue(text: string): string {
  return text
    .replace(/[\\",+<>;=]/g, (found) => `\\${found}`)
    .replace(/\p{Cc}/gu, (found) => `\\${found.charCodeAt(0).toString(16).padStart(2, '0')}`)
    .replace(/^[ #]/, (found) => `\\${found}`)
    .replace(/ $/, '\\ ');
}

function parseAttribute(element: DerElement): NameAttribute {
  const reader = element.reader();
  const type = readOid(reader.read(Tag.oid));
  const value = reader.readAny();
  reader.finish();
  return isStringTag(value.tag)
    ? { type, value: readString(value), isText: true }
    : { type, value: `#${toHex(value.der)}`, isText: false };
}

/** A SET of attributes without its tag, as in `nameRelativeToCRLIssuer`. */
export function parseRelativeName(reader: DerReader): RelativeName {
  const attributes: NameAttribute[] = [];
  while (!reader.done) {
    attributes.push(parseAttribute(reader.read(Tag.sequence)));
    if (attributes.length > MAX_ATTRIBUTES)
      throw new DerError('The name has too many attributes', reader.position);
  }
  if (attributes.length === 0) throw new DerError('A relative name is empty', reader.position);
  return attributes;
}

/** Parses a Name. @throws DerError */
export function parseName(element: DerElement): DistinguishedName {
  const reader = element.reader();
  const parts: RelativeName[] = [];
  while (!reader.done) {
    parts.push(parseRelativeName(reader.read(Tag.set).reader()));
    if (parts.length > MAX_ATTRIBUTES) throw new DerError('The name has too many parts', element.start);
  }
  return new DistinguishedName(element.der, parts);
}
