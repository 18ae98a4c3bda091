import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { refused } from '../errors/index.ts';

/**
 * The `aes128gcm` content coding (RFC 8188) over streams: records of AES-128-GCM under nonces that count, the last one marked.
 * Each record is authenticated before anything of it is given out; records that are missing, doubled, swapped, or of another
 * stream do not open, and a stream that ends before its last record is refused. One key serves one stream.
 */
const SALT = 16;
const TAG = 16;
const MORE = 0x01;
const LAST = 0x02;
export const RECORD_BYTES = 65_536;
const LARGEST_RECORD_BYTES = 1_048_576;
/** Bytes that the coding adds to each record, and before the first. */
export const RECORD_OVERHEAD = TAG + 1;
export const HEADER_BYTES = SALT + 5;

function hmac(key: Uint8Array, data: Uint8Array): Buffer {
  return createHmac('sha256', key).update(data).digest();
}

/** RFC 8188 sections 2.2 and 2.3. */
function derive(key: Uint8Array, salt: Uint8Array): { contentKey: Buffer; nonce: Buffer } {
  const prk = hmac(salt, key);
  const expand = (info: string, size: number) =>
    hmac(prk, Buffer.from(`Content-Encoding: ${info}\0\x01`, 'latin1')).subarray(0, size);
  return { contentKey: expand('aes128gcm', 16), nonce: expand('nonce', 12) };
}

function nonceOf(base: Buffer, sequence: number): Buffer {
  const nonce = Buffer.from(base);
  // The lower 48 bits count: more than any stream of ours has.
  const counted = Buffer.alloc(6);
  counted.writeUIntBE(sequence, 0, 6);
  for (let at = 0; at < 6; at += 1) nonce[6 + at] = (nonce[6 + at] ?? 0) ^ (counted[at] ?? 0);
  return nonce;
}

/** @param key 32 random bytes, for this stream alone */
export async function* encryptStream(
  plain: AsyncIterable<Uint8Array>,
  key: Uint8Array,
  recordBytes: number = RECORD_BYTES,
): AsyncGenerator<Buffer> {
  const salt = randomBytes(SALT);
  const { contentKey, nonce } = derive(key, salt);
  const header = Buffer.alloc(HEADER_BYTES);
  salt.copy(header);
  header.writeUInt32BE(recordBytes, SALT);
  yield header;
  const room = recordBytes - RECORD_OVERHEAD;
  let sequence = 0;
  function seal(content: Uint8Array, delimiter: number): Buffer {
    const cipher = createCipheriv('aes-128-gcm', contentKey, nonceOf(nonce, sequence));
    sequence += 1;
    const sealed = [cipher.update(content), cipher.update(Buffer.of(delimiter)), cipher.final()];
    return Buffer.concat([...sealed, cipher.getAuthTag()]);
  }
  let waiting = Buffer.alloc(0);
  for await (const chunk of plain) {
    waiting = waiting.length === 0 ? Buffer.from(chunk) : Buffer.concat([waiting, chunk]);
    while (waiting.length > room) {
      yield seal(waiting.subarray(0, room), MORE);
      waiting = waiting.subarray(room);
    }
  }
  yield seal(waiting, LAST);
}

function broken(why: string, cause?: unknown): Error {
  return refused('stream-broken', `The stream ${why}.`, { status: 502, cause });
}

/** Refusal: `stream-broken`, also at the end of a stream that lacks its last record. */
export async function* decryptStream(
  unverified: AsyncIterable<Uint8Array>,
  key: Uint8Array,
): AsyncGenerator<Buffer> {
  let waiting = Buffer.alloc(0);
  let opened: { contentKey: Buffer; nonce: Buffer; recordBytes: number } | undefined;
  let sequence = 0;
  let ended = false;

  function open(record: Buffer): Buffer {
    if (ended) throw broken('goes on after its last record');
    if (opened === undefined || record.length < RECORD_OVERHEAD)
      throw broken('has a record that is too short');
    const decipher = createDecipheriv('aes-128-gcm', opened.contentKey, nonceOf(opened.nonce, sequence));
    sequence += 1;
    decipher.setAuthTag(record.subarray(-TAG));
    let content: Buffer;
    try {
      content = Buffer.concat([decipher.update(record.subarray(0, -TAG)), decipher.final()]);
    } catch (cause) {
      throw broken('has a record that does not open', cause);
    }
    // RFC 8188 section 2: padding is zero bytes after the delimiter.
    let end = content.length - 1;
    while (end >= 0 && content[end] === 0) end -= 1;
    const delimiter = content[end];
    if (delimiter !== MORE && delimiter !== LAST) throw broken('has a record without delimiter');
    ended = delimiter === LAST;
    return content.subarray(0, end);
  }

  for await (const chunk of unverified) {
    waiting = waiting.length === 0 ? Buffer.from(chunk) : Buffer.concat([waiting, chunk]);
    if (opened === undefined) {
      if (waiting.length < HEADER_BYTES) continue;
      const recordBytes = waiting.readUInt32BE(SALT);
      const keyIdBytes = waiting.readUInt8(SALT + 4);
      if (recordBytes <= RECORD_OVERHEAD || recordBytes > LARGEST_RECORD_BYTES || keyIdBytes !== 0) {
        throw broken('has a header of another form');
      }
      opened = { ...derive(key, waiting.subarray(0, SALT)), recordBytes };
      waiting = waiting.subarray(HEADER_BYTES);
    }
    while (waiting.length >= opened.recordBytes) {
      const record = waiting.subarray(0, opened.recordBytes);
      waiting = waiting.subarray(opened.recordBytes);
      yield open(record);
    }
  }
  if (waiting.length > 0 || !ended) yield open(waiting);
  if (!ended) throw broken('ends before its last record');
}
