import { ExtensionOid } from '../asn1/oids.ts';
import { type DerElement, DerError, DerReader, readWhole, Tag } from '../asn1/reader.ts';
import { readIntegerBytes } from '../asn1/values.ts';
import { parseExtensions, unknownCritical } from '../certificate/extension-list.ts';
import { parseGeneralNames } from '../certificate/general-name.ts';
import type { DistinguishedName } from '../certificate/name.ts';
import { EntryTimeReader } from './entry-time.ts';
import { bucketOf, RevokedTable } from './revoked-table.ts';

/** RFC 5280 4.1.2.2 asks for at most 20 octets; some authorities exceeded it. */
const MAX_SERIAL_BYTES = 64;
const MAX_ISSUERS = 0xffff;

const KNOWN_ENTRY_EXTENSIONS: ReadonlySet<string> = new Set([
  ExtensionOid.reasonCode,
  ExtensionOid.invalidityDate,
  ExtensionOid.certificateIssuer,
]);

/** A list of extensions that holds a reason code and nothing else, as almost every entry has it, up to the code. */
const ONLY_REASON = Uint8Array.of(
  0x30,
  0x0c,
  0x30,
  0x0a,
  0x06,
  0x03,
  0x55,
  0x1d,
  0x15,
  0x04,
  0x03,
  0x0a,
  0x01,
);

/** What an entry's extensions say. */
type EntryExtensions = {
  reason: number;
  certificateIssuer: DistinguishedName | undefined;
  unknownCritical: boolean;
};

/**
 * Reads `revokedCertificates` (RFC 5280 5.1.2.6) of any length in three passes over its octets: measure, give each entry
 * its place by the hash of its serial, read it into that place. No object per entry, and nothing is held twice.
 * @throws DerError
 */
export function scanRevoked(list: DerElement | undefined, crlIssuer: DistinguishedName): RevokedTable {
  const { count, longest } = measure(list);
  const words = Math.ceil(longest / 4);
  const bits = Math.max(1, Math.min(28, Math.ceil(Math.log2(count + 1)) - 1));
  const bytes = list?.bytes ?? new Uint8Array();
  const listStart = list?.contentStart ?? 0;
  const { starts, places } = assignPlaces(bytes, listStart, { count, words, bits });
  const serials = new Uint32Array(count * words);
  const serialOctets = new Uint8Array(serials.buffer);
  const reasons = new Uint8Array(count);
  const dates = new Uint32Array(count);
  let issuerIndexes: Uint16Array | undefined;
  const issuers = [crlIssuer.key];
  let issuerIndex = 0;
  let hasUnknownCritical = false;

  const clock = new EntryTimeReader(bytes);
  let position = listStart;
  for (let i = 0; i < count; i++) {
    const place = places[i] as number;
    const contentStart = contentStartAt(bytes, position);
    const end = contentStart + lengthAt(bytes, position);
    const serialEnd = contentStart + 2 + (bytes[contentStart + 1] as number);
    writeSerial(bytes, contentStart + 2, serialEnd, serialOctets, (place + 1) * words * 4, words * 4);
    dates[place] = clock.secondsAt(serialEnd, end);
    if (clock.position < end) {
      const onlyReason = readOnlyReason(bytes, clock.position, end);
      if (onlyReason >= 0) reasons[place] = onlyReason;
      else {
        const extensions = readEntryExtensions(new DerReader(bytes, clock.position, end));
        reasons[place] = extensions.reason;
        hasUnknownCritical ||= extensions.unknownCritical;
        const { certificateIssuer } = extensions;
        if (certificateIssuer) issuerIndex = indexOfIssuer(issuers, certificateIssuer.key);
      }
    }
    if (issuerIndex > 0) {
      issuerIndexes ??= new Uint16Array(count);
      issuerIndexes[place] = issuerIndex;
    }
    position = end;
  }
  return new RevokedTable({
    words,
    bits,
    starts,
    serials,
    reasons,
    dates,
    issuerIndexes,
    issuers,
    hasUnknownCritical,
  });
}

/** Second pass: entries grouped by bucket, in their own order within each, so that duplicates keep theirs. */
function assignPlaces(
  bytes: Uint8Array,
  listStart: number,
  { count, words, bits }: { count: number; words: number; bits: number },
): { starts: Uint32Array; places: Uint32Array } {
  const starts = new Uint32Array(2 ** bits + 1);
  const places = new Uint32Array(count);
  const serial = new Uint32Array(words);
  const octets = new Uint8Array(serial.buffer);
  let position = listStart;
  for (let i = 0; i < count; i++) {
    const contentStart = contentStartAt(bytes, position);
    const serialStart = contentStart + 2;
    const serialEnd = serialStart + (bytes[contentStart + 1] as number);
    checkSerial(bytes, serialStart, serialEnd);
    octets.fill(0);
    writeSerial(bytes, serialStart, serialEnd, octets, octets.length, octets.length);
    const bucket = bucketOf(serial, 0, words, bits);
    places[i] = bucket;
    starts[bucket + 1] = (starts[bucket + 1] as number) + 1;
    position = contentStart + lengthAt(bytes, position);
  }
  for (let b = 0; b < starts.length - 1; b++)
    starts[b + 1] = (starts[b + 1] as number) + (starts[b] as number);
  const next = starts.slice();
  for (let i = 0; i < count; i++) {
    const bucket = places[i] as number;
    places[i] = next[bucket] as number;
    next[bucket] = (places[i] as number) + 1;
  }
  return { starts, places };
}

/** First pass: the number of entries and the longest serial, with every length checked against what encloses it. */
function measure(list: DerElement | undefined): { count: number; longest: number } {
  let count = 0;
  let longest = 1;
  if (!list) return { count, longest };
  const { bytes, end: listEnd } = list;
  let position = list.contentStart;
  while (position < listEnd) {
    if (bytes[position] !== Tag.sequence || position + 2 > listEnd)
      throw new DerError('Not an entry of a CRL', position);
    const contentStart = contentStartAt(bytes, position);
    const end = contentStart + lengthAt(bytes, position);
    const serialLength = bytes[contentStart + 1] as number;
    if (end > listEnd || contentStart + 2 + serialLength > end)
      throw new DerError('An entry of the CRL is cut off', position);
    if (bytes[contentStart] !== Tag.integer || serialLength === 0 || serialLength > MAX_SERIAL_BYTES) {
      throw new DerError('An entry of the CRL has no usable serial number', position);
    }
    if (serialLength > longest) longest = serialLength;
    count += 1;
    position = end;
  }
  return { count, longest };
}

/** Entries are short: a length of one octet, or two for long extensions, or the general reader for anything else. */
function contentStartAt(bytes: Uint8Array, position: number): number {
  const first = bytes[position + 1] as number;
  return first < 0x80 ? position + 2 : new DerReader(bytes, position).readAny().contentStart;
}

function lengthAt(bytes: Uint8Array, position: number): number {
  const first = bytes[position + 1] as number;
  return first < 0x80 ? first : new DerReader(bytes, position).readAny().length;
}

function checkSerial(bytes: Uint8Array, start: number, end: number): void {
  if (end - start < 2) return;
  const first = bytes[start] as number;
  const second = bytes[start + 1] as number;
  if ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80)) {
    throw new DerError('A serial number is not in its shortest form', start);
  }
}

function writeSerial(
  bytes: Uint8Array,
  start: number,
  end: number,
  target: Uint8Array,
  targetEnd: number,
  width: number,
): void {
  let at = targetEnd;
  for (let i = end; i > start; ) target[--at] = bytes[--i] as number;
  if ((bytes[start] as number) >= 0x80) target.fill(0xff, targetEnd - width, at);
}

/** The reason code when the extensions are exactly one non-critical reason code, otherwise -1. */
function readOnlyReason(bytes: Uint8Array, position: number, end: number): number {
  if (end - position !== ONLY_REASON.length + 1) return -1;
  for (let i = 0; i < ONLY_REASON.length; i++) if (bytes[position + i] !== ONLY_REASON[i]) return -1;
  const reason = bytes[end - 1] as number;
  return isReason(reason) ? reason : -1;
}

/** CRLReason (RFC 5280 5.3.1); 7 is not used. */
function isReason(reason: number): boolean {
  return reason <= 10 && reason !== 7;
}

function readEntryExtensions(reader: DerReader): EntryExtensions {
  const extensions = parseExtensions(reader.read(Tag.sequence));
  reader.finish();
  const reasonValue = extensions.get(ExtensionOid.reasonCode)?.value;
  const issuerValue = extensions.get(ExtensionOid.certificateIssuer)?.value;
  return {
    reason: reasonValue ? readReason(reasonValue) : 0,
    certificateIssuer: issuerValue && readCertificateIssuer(issuerValue),
    unknownCritical: unknownCritical(extensions, KNOWN_ENTRY_EXTENSIONS).length > 0,
  };
}

function readReason(value: Uint8Array): number {
  const reason = readIntegerBytes(readWhole(value, Tag.enumerated));
  if (reason.length !== 1 || !isReason(reason[0] as number))
    throw new DerError('The reason code is unknown', 0);
  return reason[0] as number;
}

function readCertificateIssuer(value: Uint8Array): DistinguishedName {
  for (const name of parseGeneralNames(readWhole(value, Tag.sequence).reader())) {
    if (name.form === 'directory') return name.name;
  }
  throw new DerError('The certificate issuer of an entry is not a directory name', 0);
}

function indexOfIssuer(issuers: string[], key: string): number {
  const known = issuers.indexOf(key);
  if (known >= 0) return known;
  if (issuers.length >= MAX_ISSUERS) throw new DerError('The CRL covers too many issuers', 0);
  return issuers.push(key) - 1;
}
