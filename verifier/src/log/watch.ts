import { isObject } from '../document/jws.ts';
import { equalBytes, fromBase64 } from '../encoding/bytes.ts';
import { verifyConsistency } from '../merkle/consistency.ts';
import { type Checkpoint, parseCheckpoint } from './checkpoint.ts';
import { cosignersOf } from './cosignature.ts';
import { type NoteKey, parseNote, verifyNote } from './signed-note.ts';

/** A log as a stranger sees it. Each method rejects if the log does not answer. */
export interface LogView {
  /** The newest checkpoint, a signed note. */
  checkpoint(): Promise<string>;
  /** The newest checkpoint that enough witnesses cosigned, with their lines; undefined if there is none. */
  witnessed(): Promise<string | undefined>;
  /** The hashes, in base64, that should prove the larger tree to contain the smaller; undefined if refused. */
  consistency(from: number, to: number): Promise<unknown>;
}

export type Sighting =
  /** The log grew, or stood still, without changing what was. */
  | {
      readonly outcome: 'consistent';
      readonly note: string;
      readonly size: number;
      /** Entries that enough witnesses have seen; undefined if the trust list asks for none. */
      readonly witnessed: number | undefined;
    }
  /** An older checkpoint of the same history. */
  | { readonly outcome: 'behind'; readonly size: number }
  /** Not signed by the log, or not a checkpoint of it: no evidence against anybody. */
  | { readonly outcome: 'not-signed'; readonly note: string }
  /** Two signed checkpoints for which the log shows no common history: both are the evidence. */
  | { readonly outcome: 'split'; readonly before: string; readonly note: string };

type Known = {
  readonly origin: string;
  readonly key: NoteKey;
  readonly witnesses?: { readonly quorum: number; readonly keys: readonly NoteKey[] };
};

function readSigned(note: string, { origin, key }: Known): Checkpoint | undefined {
  const parsed = parseNote(note);
  if (!parsed || !verifyNote(parsed, key)) return undefined;
  const checkpoint = parseCheckpoint(parsed.text);
  return checkpoint?.origin === origin ? checkpoint : undefined;
}

/**
 * Looks at a log once and compares it with the last checkpoint that was seen.
 *
 * @param before the last good checkpoint, a signed note; undefined at the first look
 * @throws what the view throws, and RangeError if `before` is not a checkpoint of this log
 */
export async function watchOnce(view: LogView, log: Known, before: string | undefined): Promise<Sighting> {
  const note = await view.checkpoint();
  const now = readSigned(note, log);
  if (!now) return { outcome: 'not-signed', note };
  if (before === undefined) return seenByWitnesses(view, log, { note, now });
  const last = readSigned(before, log);
  if (!last) throw new RangeError('the kept checkpoint is not one of this log');
  const [older, newer] = now.size < last.size ? [now, last] : [last, now];
  if (!(await grewInto(view, older, newer))) return { outcome: 'split', before, note };
  return now.size < last.size
    ? { outcome: 'behind', size: now.size }
    : seenByWitnesses(view, log, { note, now });
}

/**
 * How far the witnesses of the policy have come. A log publishes before they sign, so the newest checkpoint that they
 * signed is another one most of the time; it must be of the same history.
 */
async function seenByWitnesses(
  view: LogView,
  log: Known,
  { note, now }: { note: string; now: Checkpoint },
): Promise<Sighting> {
  const consistent = { outcome: 'consistent', note, size: now.size } as const;
  if (!log.witnesses) return { ...consistent, witnessed: undefined };
  if (isWitnessed(note, log.witnesses)) return { ...consistent, witnessed: now.size };
  const cosigned = await view.witnessed();
  if (cosigned === undefined) return { ...consistent, witnessed: 0 };
  const seen = readSigned(cosigned, log);
  if (!seen) return { outcome: 'not-signed', note: cosigned };
  if (!isWitnessed(cosigned, log.witnesses)) return { ...consistent, witnessed: 0 };
  const [older, newer] = seen.size < now.size ? [seen, now] : [now, seen];
  if (!(await grewInto(view, older, newer))) return { outcome: 'split', before: cosigned, note };
  return { ...consistent, witnessed: seen.size };
}

function isWitnessed(note: string, { quorum, keys }: NonNullable<Known['witnesses']>): boolean {
  const parsed = parseNote(note);
  return parsed !== undefined && cosignersOf(parsed, keys).length >= quorum;
}

async function grewInto(view: LogView, older: Checkpoint, newer: Checkpoint): Promise<boolean> {
  if (older.size === newer.size) return equalBytes(older.root, newer.root);
  if (older.size === 0) return true;
  const answer = await view.consistency(older.size, newer.size);
  if (!Array.isArray(answer)) return false;
  const proof: Uint8Array[] = [];
  for (const item of answer) {
    const hash = fromBase64(item, 32);
    if (!hash) return false;
    proof.push(hash);
  }
  const sizes = { size1: older.size, size2: newer.size, root1: older.root, root2: newer.root };
  return verifyConsistency({ ...sizes, proof });
}

/** A log behind its public address, for example `http://localhost:4003`. */
export function logViewOver(
  address: string,
  options: { fetch?: typeof fetch; timeoutMs?: number } = {},
): LogView {
  const { fetch: ask = fetch, timeoutMs = 10_000 } = options;
  const get = (path: string) =>
    ask(`${address}${path}`, { redirect: 'error', signal: AbortSignal.timeout(timeoutMs) });
  return {
    async checkpoint() {
      const response = await get('/log/checkpoint');
      if (!response.ok) throw new Error(`the log answered ${response.status}`);
      return response.text();
    },
    async witnessed() {
      const response = await get('/log/checkpoint/witnessed');
      if (response.status === 404) return undefined;
      if (!response.ok) throw new Error(`the log answered ${response.status}`);
      return response.text();
    },
    async consistency(from, to) {
      const response = await get(`/log/consistency?from=${from}&to=${to}`);
      // A refusal is an answer: the log does not prove what it signed. Trouble on its side is not.
      if (response.status >= 500 || response.status === 429)
        throw new Error(`the log answered ${response.status}`);
      const value: unknown = await response.json();
      return isObject(value) ? value['proof'] : undefined;
    },
  };
}
