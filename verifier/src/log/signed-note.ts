import { ed25519 } from '@noble/curves/ed25519.js';
import { base64, concat, equalBytes, fromBase64, hex, sha256, utf8 } from '../encoding/bytes.ts';

/** A key that signs notes with Ed25519 (C2SP signed-note). */
export type NoteKey = {
  /** No spaces, no plus. */
  readonly name: string;
  readonly type: KeyType;
  /** First four bytes of SHA-256(name || 0x0A || type || public key). */
  readonly id: Uint8Array;
  readonly publicKey: Uint8Array;
};

export type NoteSignature = {
  readonly name: string;
  readonly keyId: Uint8Array;
  readonly signature: Uint8Array;
};

export type SignedNote = {
  /** Ends with a newline; unverified until `verifyNote` says so. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
};

const keyName = /^[^\s+\p{Cc}]+$/u;

/** What a key signs, by its first byte in a verifier key (C2SP signed-note, "Signatures"). */
const keyTypes = { note: 1, cosignature: 4 } as const;
export type KeyType = keyof typeof keyTypes;

/** A key by its name and its 32 bytes; a cosigner's key is another key than the same bytes as a log's. */
export function noteKey(name: string, publicKey: Uint8Array, type: KeyType = 'note'): NoteKey {
  if (!keyName.test(name)) throw new RangeError('a note key name has no spaces and no plus');
  if (publicKey.length !== 32) throw new RangeError('an Ed25519 public key has 32 bytes');
  const typed = concat(Uint8Array.of(keyTypes[type]), publicKey);
  return { name, type, publicKey, id: sha256(concat(utf8(`${name}\n`), typed)).slice(0, 4) };
}

/** A verifier key as one text: `name+hex id+base64(type || public key)`. */
export function formatVerifierKey(key: NoteKey): string {
  const typed = concat(Uint8Array.of(keyTypes[key.type]), key.publicKey);
  return `${key.name}+${hex(key.id)}+${base64(typed)}`;
}

/** Reads a verifier key of one type; undefined if it is malformed or its id does not belong to its key. */
export function parseVerifierKey(text: unknown, type: KeyType = 'note'): NoteKey | undefined {
  if (typeof text !== 'string') return undefined;
  const [, name, id, encoded] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text) ?? [];
  const bytes = fromBase64(encoded, 33);
  if (!name || !keyName.test(name) || !bytes || bytes[0] !== keyTypes[type]) return undefined;
  const key = noteKey(name, bytes.slice(1), type);
  return hex(key.id) === id ? key : undefined;
}

/** Splits a note into text and signatures (C2SP signed-note, "Format"); undefined if it is malformed. */
export function parseNote(note: string): SignedNote | undefined {
  if (/\p{Cc}/u.test(note.replaceAll('\n', ''))) return undefined;
  const split = note.lastIndexOf('\n\n');
  if (split < 1 || !note.endsWith('\n')) return undefined;
  const lines = note.slice(split + 2, -1).split('\n');
  if (lines.length > 64) return undefined;
  const signatures: NoteSignature[] = [];
  for (const line of lines) {
    const [, name, encoded] = /^— (\S+) (\S+)$/u.exec(line) ?? [];
    const bytes = fromBase64(encoded);
    if (!name || !keyName.test(name) || !bytes || bytes.length < 5) return undefined;
    signatures.push({ name, keyId: bytes.slice(0, 4), signature: bytes.slice(4) });
  }
  return { text: note.slice(0, split + 1), signatures };
}

/** Whether a known key signed the note; every signature that claims that key must verify. */
export function verifyNote(note: SignedNote, key: NoteKey): boolean {
  const claimed = note.signatures.filter(({ name, keyId }) => name === key.name && equalBytes(keyId, key.id));
  return (
    claimed.length > 0 && claimed.every(({ signature }) => isSignedByKey(key.publicKey, note.text, signature))
  );
}

/** Whether an Ed25519 key signed this text; nothing that a signature can hold makes it throw. */
export function isSignedByKey(publicKey: Uint8Array, text: string, signature: Uint8Array): boolean {
  if (signature.length !== 64) return false;
  try {
    // RFC 8032 acceptance, not ZIP-215: one signature has one spelling.
    return ed25519.verify(signature, utf8(text), publicKey, { zip215: false });
  } catch {
    return false;
  }
}

/** One signature line for a note, from the raw 64-byte Ed25519 signature over its text. */
export function signatureLine(key: NoteKey, signature: Uint8Array): string {
  return `— ${key.name} ${base64(concat(key.id, signature))}\n`;
}
