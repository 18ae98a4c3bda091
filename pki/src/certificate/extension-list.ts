import { type DerElement, DerError, type DerReader, Tag } from '../asn1/reader.ts';
import { readBoolean, readOid } from '../asn1/values.ts';

export type Extension = { oid: string; critical: boolean; value: Uint8Array };

const MAX_EXTENSIONS = 64;

/** Extensions by OID. One OID twice is refused (RFC 5280 4.2: not more than one instance). */
export function parseExtensions(element: DerElement): ReadonlyMap<string, Extension> {
  const reader = element.reader();
  const extensions = new Map<string, Extension>();
  while (!reader.done) {
    const extension = parseExtension(reader.read(Tag.sequence).reader());
    if (extensions.has(extension.oid))
      throw new DerError(`Extension ${extension.oid} stands twice`, element.start);
    extensions.set(extension.oid, extension);
    if (extensions.size > MAX_EXTENSIONS) throw new DerError('There are too many extensions', element.start);
  }
  if (extensions.size === 0) throw new DerError('The list of extensions is empty', element.start);
  return extensions;
}

function parseExtension(reader: DerReader): Extension {
  const oid = readOid(reader.read(Tag.oid));
  const criticalElement = reader.readOptional(Tag.boolean);
  const critical = criticalElement !== undefined && readBoolean(criticalElement);
  const value = reader.read(Tag.octetString).content;
  reader.finish();
  return { oid, critical, value };
}

/** OIDs of critical extensions that are not among those the caller processes. */
export function unknownCritical(
  extensions: ReadonlyMap<string, Extension>,
  known: ReadonlySet<string>,
): string[] {
  const unknown: string[] = [];
  for (const extension of extensions.values()) {
    if (extension.critical && !known.has(extension.oid)) unknown.push(extension.oid);
  }
  return unknown;
}
