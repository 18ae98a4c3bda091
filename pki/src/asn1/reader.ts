/** The bytes are not the strict DER (X.690) that the structure calls for. */
export class DerError extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(`${message} at byte ${offset}`);
    this.name = 'DerError';
    this.offset = offset;
  }
}

/** Identifier octets used by X.509, CMS and OCSP; all of them fit one octet. */
export const Tag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  numericString: 0x12,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  visibleString: 0x1a,
  universalString: 0x1c,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

/** Context-specific identifier octets: primitive `[n] IMPLICIT`, constructed `[n]`. */
export const contextPrimitive = (number: number): number => 0x80 | number;
export const contextConstructed = (number: number): number => 0xa0 | number;

/** One tag-length-value within a larger buffer; views, no copies. */
export class DerElement {
  readonly bytes: Uint8Array;
  readonly tag: number;
  readonly start: number;
  readonly contentStart: number;
  readonly end: number;

  constructor(bytes: Uint8Array, tag: number, start: number, contentStart: number, end: number) {
    this.bytes = bytes;
    this.tag = tag;
    this.start = start;
    this.contentStart = contentStart;
    this.end = end;
  }

  get content(): Uint8Array {
    return this.bytes.subarray(this.contentStart, this.end);
  }

  get der(): Uint8Array {
    return this.bytes.subarray(this.start, this.end);
  }

  get length(): number {
    return this.end - this.contentStart;
  }

  reader(): DerReader {
    return new DerReader(this.bytes, this.contentStart, this.end);
  }
}

/**
 * Reads DER from front to back and nothing else: definite lengths in their shortest form, one-octet tags,
 * nothing beyond the enclosing element. It never recurses, so nesting cannot exhaust the stack.
 */
export class DerReader {
  readonly bytes: Uint8Array;
  readonly end: number;
  position: number;

  constructor(bytes: Uint8Array, start = 0, end: number = bytes.length) {
    this.bytes = bytes;
    this.position = start;
    this.end = end;
  }

  get done(): boolean {
    return this.position >= this.end;
  }

  /** The next identifier octet, or -1 at the end. */
  peekTag(): number {
    return this.position < this.end ? (this.bytes[this.position] as number) : -1;
  }

  readAny(): DerElement {
    const { bytes, end, position: start } = this;
    if (start + 2 > end) throw new DerError('The element is cut off', start);
    const tag = bytes[start] as number;
    if ((tag & 0x1f) === 0x1f) throw new DerError('Tags of more than one octet are not used here', start);
    let length = bytes[start + 1] as number;
    let contentStart = start + 2;
    if (length >= 0x80) {
      const count = length & 0x7f;
      if (count === 0) throw new DerError('Indefinite lengths are not DER', start);
      if (count > 4 || contentStart + count > end) throw new DerError('The length does not fit', start);
      length = 0;
      for (let i = 0; i < count; i++) length = length * 256 + (bytes[contentStart + i] as number);
      contentStart += count;
      if (length < 0x80 || (count > 1 && length < 2 ** (8 * (count - 1)))) {
        throw new DerError('The length is not in its shortest form', start);
      }
    }
    const elementEnd = contentStart + length;
    if (elementEnd > end) throw new DerError('The element is longer than what encloses it', start);
    this.position = elementEnd;
    return new DerElement(bytes, tag, start, contentStart, elementEnd);
  }

  read(tag: number): DerElement {
    if (this.peekTag() !== tag) {
      throw new DerError(
        `Expected tag 0x${tag.toString(16)}, found ${this.done ? 'the end' : `0x${this.peekTag().toString(16)}`}`,
        this.position,
      );
    }
    return this.readAny();
  }

  readOptional(tag: number): DerElement | undefined {
    return this.peekTag() === tag ? this.readAny() : undefined;
  }

  /** Nothing may follow. */
  finish(): void {
    if (!this.done) throw new DerError('Bytes follow where none belong', this.position);
  }
}

/** Reads exactly one element of the given tag that fills the whole buffer. */
export function readWhole(bytes: Uint8Array, tag: number): DerElement {
  const reader = new DerReader(bytes);
  const element = reader.read(tag);
  reader.finish();
  return element;
}
