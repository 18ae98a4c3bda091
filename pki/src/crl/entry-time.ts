import { DerReader, Tag } from '../asn1/reader.ts';
import { readTime } from '../asn1/values.ts';

const MAX_SECONDS = 0xffffffff;
const DAYS_BEFORE_MONTH = Uint16Array.of(0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334);
const DAYS_IN_MONTH = Uint8Array.of(0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31);
const UTC_TIME_LENGTH = 15;

/** Reads the times of entries; a UTCTime of this century without any object. */
export class EntryTimeReader {
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
