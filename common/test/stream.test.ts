import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decryptStream, encryptStream, frame, impatiently, readFrames } from '../src/stream/index.ts';

async function* chunks(...parts: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}

async function all(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

/** Cuts into pieces of this size, as a network would. */
function cut(bytes: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) =>
    bytes.subarray(n * size, (n + 1) * size),
  );
}

describe('the content coding aes128gcm', () => {
  test('opens the example of RFC 8188 section 3.1', async () => {
    const key = Buffer.from('yqdlZ-tYemfogSmv7Ws5PQ', 'base64url');
    const body = Buffer.from(
      'I1BsxtFttlv3u_Oo94xnmwAAEAAA-NAVub2qFgBEuQKRapoZu-IxkIva3MEB1PD-ly8Thjg',
      'base64url',
    );
    expect((await all(decryptStream(chunks(body), key))).toString()).toBe('I am the walrus');
  });

  test('gives back what went in, however it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 400 }),
        fc.integer({ min: 18, max: 60 }),
        fc.integer({ min: 1, max: 90 }),
        async (plain, recordBytes, size) => {
          const key = randomBytes(32);
          const sealed = await all(encryptStream(chunks(...cut(Buffer.from(plain), size)), key, recordBytes));
          const opened = await all(decryptStream(chunks(...cut(sealed, size)), key));
          return opened.equals(Buffer.from(plain));
        },
      ),
      { numRuns: 100 },
    );
  });

  const RECORD = 40;
  const HEADER = 21;
  const plain = Buffer.from('0123456789'.repeat(10));
  type Tamper = (sealed: Buffer, records: Buffer[]) => Buffer;
  const header = (sealed: Buffer) => sealed.subarray(0, HEADER);
  test.each<[string, Tamper]>([
    ['cut after a record', (sealed) => sealed.subarray(0, HEADER + 2 * RECORD)],
    ['cut within a record', (sealed) => sealed.subarray(0, HEADER + RECORD + 7)],
    ['cut by its last byte', (sealed) => sealed.subarray(0, -1)],
    ['cut after its header', (sealed) => header(sealed)],
    ['empty', () => Buffer.alloc(0)],
    [
      'two records swapped',
      (sealed, [a, b, ...rest]) => Buffer.concat([header(sealed), b, a, ...rest] as Buffer[]),
    ],
    [
      'a record doubled',
      (sealed, [a, ...rest]) => Buffer.concat([header(sealed), a, a, ...rest] as Buffer[]),
    ],
    ['a record left out', (sealed, [, ...rest]) => Buffer.concat([header(sealed), ...rest])],
    ['something after the last record', (sealed) => Buffer.concat([sealed, randomBytes(20)])],
    [
      'one bit of it changed',
      (sealed) => {
        const copy = Buffer.from(sealed);
        copy[HEADER + 3] = (copy[HEADER + 3] ?? 0) ^ 1;
        return copy;
      },
    ],
    ['another salt', (sealed) => Buffer.concat([randomBytes(16), sealed.subarray(16)])],
    [
      'records said to be larger',
      (sealed) => {
        const copy = Buffer.from(sealed);
        copy.writeUInt32BE(RECORD + 1, 16);
        return copy;
      },
    ],
    [
      'records said to be enormous',
      (sealed) => {
        const copy = Buffer.from(sealed);
        copy.writeUInt32BE(0xffffffff, 16);
        return copy;
      },
    ],
  ])('refuses a stream that is %s, and gives out nothing that is not authentic', async (_what, tamper) => {
    const key = randomBytes(32);
    const sealed = await all(encryptStream(chunks(plain), key, RECORD));
    const given: Buffer[] = [];
    const tampered = tamper(sealed, cut(sealed.subarray(HEADER), RECORD));
    const reading = (async () => {
      for await (const part of decryptStream(chunks(...cut(tampered, 11)), key)) given.push(part);
    })();
    await expect(reading).rejects.toMatchObject({ code: 'stream-broken' });
    expect(plain.toString().startsWith(Buffer.concat(given).toString())).toBe(true);
  });

  test('refuses the stream of another key', async () => {
    const sealed = await all(encryptStream(chunks(plain), randomBytes(32)));
    await expect(all(decryptStream(chunks(sealed), randomBytes(32)))).rejects.toMatchObject({
      code: 'stream-broken',
    });
  });
});

describe('frames', () => {
  const head = frame('head', Buffer.from('{}'));
  const content = frame('content', Buffer.from('abc'));
  const end = frame('end', Buffer.from('x'));
  const kindsOf = async (bytes: Buffer, size = 3) => {
    const kinds: string[] = [];
    for await (const { kind, payload } of readFrames(chunks(...cut(bytes, size))))
      kinds.push(`${kind} ${payload}`);
    return kinds;
  };

  test('come out as they went in, however they are cut', async () => {
    const bytes = Buffer.concat([head, content, content, end]);
    for (const size of [1, 4, 1000]) {
      expect(await kindsOf(bytes, size)).toEqual(['head {}', 'content abc', 'content abc', 'end x']);
    }
  });

  test.each([
    ['without a head', [content, end], 'stream-malformed'],
    ['with two heads', [head, head, end], 'stream-malformed'],
    ['that go on after the end', [head, end, content], 'stream-malformed'],
    ['of unknown kind', [head, Buffer.of(1, 0, 0, 0, 0)], 'stream-malformed'],
    ['too large', [head, Buffer.of(0x43, 255, 255, 255, 255)], 'stream-malformed'],
    ['without an end', [head, content], 'stream-broken'],
    ['cut short', [head, content, end.subarray(0, -1)], 'stream-broken'],
    ['none at all', [], 'stream-broken'],
  ])('are refused %s', async (_what, parts, code) => {
    await expect(kindsOf(Buffer.concat(parts))).rejects.toMatchObject({ code });
  });
});

describe('a source that stands still', () => {
  test('is given up, but not for the time that its reader takes', async () => {
    let returned = false;
    async function* source() {
      try {
        yield 1;
        yield 2;
        await wait(10_000, undefined, { ref: false });
      } finally {
        returned = true;
      }
    }
    const got: number[] = [];
    const reading = (async () => {
      for await (const one of impatiently(source(), 40)) {
        got.push(one);
        await wait(60);
      }
    })();
    await expect(reading).rejects.toMatchObject({ code: 'stream-stalled', kind: 'retryable' });
    expect(got).toEqual([1, 2]);
    for await (const _ of impatiently(source(), 1_000)) break;
    expect(returned).toBe(true);
  });
});
