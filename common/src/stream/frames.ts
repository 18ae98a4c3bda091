import { refused } from '../errors/index.ts';

/**
 * The frames in which a large answer travels: one `head`, `content` in order, and at last one `end`, or a `fault` in its place.
 * A byte for the kind, four for the length (big endian), the payload. What they hold is protected by itself.
 */
export const STREAM_MEDIA_TYPE = 'application/vnd.xinlu.stream';

const KINDS = { head: 0x48, content: 0x43, end: 0x45, fault: 0x46 } as const;
export type FrameKind = keyof typeof KINDS;
export type Frame = { kind: FrameKind; payload: Buffer };

const PREFIX = 5;
const LARGEST_FRAME_BYTES = 1_048_576;

export function frame(kind: FrameKind, payload: Uint8Array): Buffer {
  const whole = Buffer.allocUnsafe(PREFIX + payload.length);
  whole[0] = KINDS[kind];
  whole.writeUInt32BE(payload.length, 1);
  whole.set(payload, PREFIX);
  return whole;
}

export function jsonFrame(kind: FrameKind, value: object): Buffer {
  return frame(kind, Buffer.from(JSON.stringify(value)));
}

function malformed(why: string): Error {
  return refused('stream-malformed', `The stream ${why}.`, { status: 502 });
}

/** What a frame of JSON says, unverified. */
export function readJson({ payload }: Frame): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch {
    throw malformed('has a frame that is not JSON');
  }
}

/**
 * Frames in order: a head first, content, and an end or a fault, after which nothing comes. Refusals: `stream-malformed`, and
 * `stream-broken` where it stops before.
 */
export async function* readFrames(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Frame> {
  let waiting = Buffer.alloc(0);
  let next: 'head' | 'content' | 'nothing' = 'head';
  for await (const chunk of bytes) {
    waiting = waiting.length === 0 ? Buffer.from(chunk) : Buffer.concat([waiting, chunk]);
    while (waiting.length >= PREFIX) {
      const length = waiting.readUInt32BE(1);
      if (length > LARGEST_FRAME_BYTES) throw malformed('has a frame that is too large');
      if (waiting.length < PREFIX + length) break;
      const kind = Object.entries(KINDS).find(([, code]) => code === waiting[0])?.[0] as
        | FrameKind
        | undefined;
      if (kind === undefined) throw malformed('has a frame of unknown kind');
      if (next === 'nothing' || (kind === 'head') !== (next === 'head'))
        throw malformed('has a frame out of place');
      next = kind === 'end' || kind === 'fault' ? 'nothing' : 'content';
      const payload = waiting.subarray(PREFIX, PREFIX + length);
      waiting = waiting.subarray(PREFIX + length);
      yield { kind, payload };
    }
  }
  if (next !== 'nothing' || waiting.length > 0) {
    throw refused('stream-broken', 'The stream stopped before its end.', { status: 502 });
  }
}
