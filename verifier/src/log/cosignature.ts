import { base64, concat, equalBytes } from '../encoding/bytes.ts';
import { isSignedByKey, type NoteKey, type SignedNote } from './signed-note.ts';

/**
 * What a witness signs (C2SP tlog-cosignature, "Ed25519 signed message"): as of this time, the largest consistent
 * tree that it has seen of this log is the checkpoint's.
 *
 * @param time seconds since the epoch
 * @param text the checkpoint's text, which ends with a newline
 */
export function cosignedText(time: number, text: string): string {
  return `cosignature/v1\ntime ${time}\n${text}`;
}

/** One signature line for a note, from the raw 64-byte Ed25519 signature over `cosignedText`. */
export function cosignatureLine(key: NoteKey, time: number, signature: Uint8Array): string {
  const stamp = new Uint8Array(8);
  new DataView(stamp.buffer).setBigUint64(0, BigInt(time));
  return `— ${key.name} ${base64(concat(key.id, stamp, signature))}\n`;
}

/**
 * When a witness cosigned the note, in seconds since the epoch; undefined if it did not. Every signature that
 * claims its key must verify.
 */
export function verifyCosignature(note: SignedNote, key: NoteKey): number | undefined {
  const claimed = note.signatures.filter(({ name, keyId }) => name === key.name && equalBytes(keyId, key.id));
  const times = claimed.map(({ signature }) => {
    if (signature.length !== 72) return undefined;
    const stamp = new DataView(signature.buffer, signature.byteOffset, 8).getBigUint64(0);
    if (stamp > BigInt(Number.MAX_SAFE_INTEGER)) return undefined;
    const time = Number(stamp);
    return isSignedByKey(key.publicKey, cosignedText(time, note.text), signature.slice(8)) ? time : undefined;
  });
  return times.includes(undefined) ? undefined : times.find((time) => time !== undefined);
}

/** Those of the witnesses that cosigned the note, each once. */
export function cosignersOf(note: SignedNote, witnesses: readonly NoteKey[]): NoteKey[] {
  return witnesses.filter((key) => verifyCosignature(note, key) !== undefined);
}
