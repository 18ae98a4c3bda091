import {
  contextConstructed,
  contextPrimitive,
  type DerElement,
  DerError,
  type DerReader,
  Tag,
} from '../asn1/reader.ts';
import { readOid, readString, toHex } from '../asn1/values.ts';
import { type DistinguishedName, parseName } from './name.ts';

/** GeneralName (RFC 5280 4.2.1.6). Forms that this library does not read keep their DER as hexadecimal. */
export type GeneralName =
  | { form: 'email' | 'dns' | 'uri'; text: string }
  | { form: 'directory'; name: DistinguishedName }
  | { form: 'ip'; octets: Uint8Array }
  | { form: 'registeredId'; oid: string }
  | { form: 'other' | 'x400' | 'ediParty'; hex: string };

const MAX_NAMES = 2048;

export function parseGeneralName(element: DerElement): GeneralName {
  switch (element.tag) {
    case contextConstructed(0):
      return { form: 'other', hex: toHex(element.der) };
    case contextPrimitive(1):
      return { form: 'email', text: readString(element, Tag.ia5String) };
    case contextPrimitive(2):
      return { form: 'dns', text: readString(element, Tag.ia5String) };
    case contextConstructed(3):
      return { form: 'x400', hex: toHex(element.der) };
    case contextConstructed(4): {
      const reader = element.reader();
      const name = parseName(reader.read(Tag.sequence));
      reader.finish();
      return { form: 'directory', name };
    }
    case contextConstructed(5):
      return { form: 'ediParty', hex: toHex(element.der) };
    case contextPrimitive(6):
      return { form: 'uri', text: readString(element, Tag.ia5String) };
    case contextPrimitive(7):
      return { form: 'ip', octets: element.content };
    case contextPrimitive(8):
      return { form: 'registeredId', oid: readOid(element) };
    default:
      throw new DerError('Not a GeneralName', element.start);
  }
}

/** The names inside a GeneralNames, whose own tag the caller has read; at least one. */
export function parseGeneralNames(reader: DerReader): GeneralName[] {
  const names: GeneralName[] = [];
  while (!reader.done) {
    names.push(parseGeneralName(reader.readAny()));
    if (names.length > MAX_NAMES) throw new DerError('There are too many names', reader.position);
  }
  if (names.length === 0) throw new DerError('A list of names is empty', reader.position);
  return names;
}

/** Two general names are the same exactly when these texts are equal. */
export function generalNameKey(name: GeneralName): string {
  switch (name.form) {
    case 'directory':
      return `directory:${name.name.key}`;
    case 'ip':
      return `ip:${toHex(name.octets)}`;
    case 'registeredId':
      return `registeredId:${name.oid}`;
    case 'email':
    case 'dns':
    case 'uri':
      return `${name.form}:${name.text}`;
    default:
      return `${name.form}:${name.hex}`;
  }
}
