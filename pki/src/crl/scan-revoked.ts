import { ExtensionOid } from '../asn1/oids.ts';
import { type DerElement, DerError, DerReader, readWhole, Tag } from '../asn1/reader.ts';
import { readIntegerBytes, readTime } from '../asn1/values.ts';
import { parseExtensions, unknownCritical } from '../certificate/extension-list.ts';
import { parseGeneralNames } from '../certificate/general-name.ts';
import type { DistinguishedName } from '../certificate/name.ts';
import { bucketOf, RevokedTable, type RevokedTableParts } from './revoked-table.ts';

/** RFC 5280 4.1.2.2 asks for at most 20 octets; some authorities exceeded it. */
const MAX_SERIAL_BYTES = 64;
const MAX_ISSUERS = 0xffff;
const MAX_SECONDS = 0xffffffff;

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
 * Reads `revokedCertificates` (RFC 5280 5.1.2.6) of any length in two passes over its octets, without an object per entry.
 * @throws DerError
 */
export function scanRevoked(list: DerElement | undefined, crlIssuer: DistinguishedName): RevokedTable {
  const { count, longest } = measure(list);
  const words = Math.ceil(longest / 4);
  const width = words * 4;
  const serials = new Uint32Array(count * words);
  const serialOctets = new Uint8Array(serials.buffer);
  const reasons = new Uint8Array(count);
  const dates = new Uint32Array(count);
  let issuerIndexes: Uint16Array | undefined;
  const issuers = [crlIssuer.key];
  let issuerIndex = 0;
  let hasUnknownCritical = false;

  const bytes = list?.bytes ?? new Uint8Array();
  const reader = new DerReader(bytes, list?.contentStart ?? 0, list?.end ?? 0);
  const clock = new TimeReader(bytes);
  for (let i = 0; i < count; i++) {
    const contentStart = contentStartAt(bytes, reader.position);
    const end = contentStart + lengthAt(bytes, reader.position);
    reader.position = contentStart;
    const serialStart = contentStart + 2;
    const serialEnd = serialStart + (bytes[contentStart + 1] as number);
    checkSerial(bytes, serialStart, serialEnd);
    writeSerial(bytes, serialStart, serialEnd, serialOctets, (i + 1) * width, width);
    dates[i] = clock.secondsAt(serialEnd, end);
    reader.position = clock.position;
    if (clock.position < end) {
      const onlyReason = readOnlyReason(bytes, clock.position, end);
      if (onlyReason >= 0) reasons[i] = onlyReason;
      else {
        const extensions = readEntryExtensions(new DerReader(bytes, clock.position, end));
        reasons[i] = extensions.reason;
        hasUnknownCritical ||= extensions.unknownCritical;
        if (extensions.certificateIssuer)
          issuerIndex = indexOfIssuer(issuers, extensions.certificateIssuer.key);
      }
    }
    if (issuerIndex > 0) {
      issuerIndexes ??= new Uint16Array(count);
      issuerIndexes[i] = issuerIndex;
    }
    reader.position = end;
  }
  return new RevokedTable(
    group({ words, serials, reasons, dates, issuerIndexes, issuers, hasUnknownCritical }),
  );
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

const DAYS_BEFORE_MONTH = Uint16Array.of(0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334);
const DAYS_IN_MONTH = Uint8Array.of(0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31);
const UTC_TIME_LENGTH = 15;

/** Reads the times of entries; a UTCTime of this century without any object. */
class TimeReader {
  readonly #bytes: Uint8Array;
  position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Seconds since 1970 (never before); `position` is left behind the time. @throws DerError */
  secondsAt(position: number, end: number): number {
    const fast = this.#utcSecondsAt(position, end);
    if (fast >= 0) {
      this.position = position + UTC_TIME_LENGTH;
      return fast;
    }
    const reader = new DerReader(this.#bytes, position, end);
    const value = Math.floor(readTime(reader.readAny()) / 1000);
    this.position = reader.position;
    return Math.min(Math.max(value, 0), MAX_SECONDS);
  }

  /** The seconds of a plain UTCTime from 2000 to 2049, or -1 for the general reader to judge. */
  #utcSecondsAt(position: number, end: number): number {
    const bytes = this.#bytes;
    if (bytes[position] !== Tag.utcTime || bytes[position + 1] !== UTC_TIME_LENGTH - 2) return -1;
    if (position + UTC_TIME_LENGTH > end || bytes[position + UTC_TIME_LENGTH - 1] !== 0x5a) return -1;
    const year = this.#twoDigits(position + 2);
    const month = this.#twoDigits(position + 4);
    const day = this.#twoDigits(position + 6);
    const hour = this.#twoDigits(position + 8);
    const minute = this.#twoDigits(position + 10);
    const second = this.#twoDigits(position + 12);
    if (
      year < 0 ||
      year >= 50 ||
      month < 1 ||
      month > 12 ||
      day < 1 ||
      day > (DAYS_IN_MONTH[month] as number)
    )
      return -1;
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return -1;
    const isLeapYear = year % 4 === 0;
    if (month === 2 && day === 29 && !isLeapYear) return -1;
    const leapDays = ((year + 3) >> 2) + (isLeapYear && month > 2 ? 1 : 0);
    const days = 10957 + year * 365 + leapDays + (DAYS_BEFORE_MONTH[month] as number) + day - 1;
    return ((days * 24 + hour) * 60 + minute) * 60 + second;
  }

  /** The number that two ASCII digits spell, or a negative number. */
  #twoDigits(position: number): number {
    const tens = (this.#bytes[position] as number) - 0x30;
    const ones = (this.#bytes[position + 1] as number) - 0x30;
    return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? -1000 : tens * 10 + ones;
  }
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

/** Counting sort of the entries by bucket; stable, so that duplicates keep their order. */
function group(list: Omit<RevokedTableParts, 'bits' | 'starts'>): RevokedTableParts {
  const { words, serials, reasons, dates, issuerIndexes } = list;
  const count = reasons.length;
  const bits = Math.max(1, Math.min(28, Math.ceil(Math.log2(count + 1)) - 1));
  const starts = new Uint32Array(2 ** bits + 1);
  const buckets = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    const bucket = bucketOf(serials, i * words, words, bits);
    buckets[i] = bucket;
    starts[bucket + 1] = (starts[bucket + 1] as number) + 1;
  }
  for (let b = 0; b < starts.length - 1; b++)
    starts[b + 1] = (starts[b + 1] as number) + (starts[b] as number);
  const next = starts.slice();
  const grouped = {
    serials: new Uint32Array(serials.length),
    reasons: new Uint8Array(count),
    dates: new Uint32Array(count),
    issuerIndexes: issuerIndexes && new Uint16Array(count),
  };
  for (let i = 0; i < count; i++) {
    const bucket = buckets[i] as number;
    const at = next[bucket] as number;
    next[bucket] = at + 1;
    for (let k = 0; k < words; k++) grouped.serials[at * words + k] = serials[i * words + k] as number;
    grouped.reasons[at] = reasons[i] as number;
    grouped.dates[at] = dates[i] as number;
    if (grouped.issuerIndexes && issuerIndexes) grouped.issuerIndexes[at] = issuerIndexes[i] as number;
  }
  return { ...list, ...grouped, bits, starts };
}
