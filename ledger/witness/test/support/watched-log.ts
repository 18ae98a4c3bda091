import { generateKeyPairSync, sign } from 'node:crypto';
import { checkpointText, formatAddCheckpoint, type NoteKey, noteKey, signatureLine } from '@xinlu/verifier';
import { sparseTree } from '../../../../verifier/test/support/sparse-tree.ts';

export const largest = 400;

/** A log that can sign any tree, and histories of it that have nothing in common. */
export function newWatchedLog(origin = 'log.example/1') {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const key: NoteKey = noteKey(origin, raw(publicKey.export({ format: 'jwk' }).x));
  const histories = [0, 1].map((seed) =>
    sparseTree(
      Array.from({ length: largest }, (_, i) => i),
      seed,
    ),
  );
  const tree = (history: number) => histories[history] ?? sparseTree([]);

  function checkpoint(size: number, history = 0, name = origin): string {
    const text = checkpointText({ origin: name, size, root: tree(history).root(size) });
    return `${text}\n${signatureLine(key, new Uint8Array(sign(null, Buffer.from(text), privateKey)))}`;
  }
  /** The body that asks a witness to go from one size to another of one history. */
  function growth(oldSize: number, size: number, history = 0): string {
    const proof = oldSize > 0 && oldSize < size ? tree(history).consistency(oldSize, size) : [];
    return formatAddCheckpoint({ oldSize, proof, checkpoint: checkpoint(size, history) });
  }
  return { key, checkpoint, growth, root: (size: number, history = 0) => tree(history).root(size) };
}

export type WatchedLog = ReturnType<typeof newWatchedLog>;

/** A witness's key pair, as PEM for its process and as the key that its readers know. */
export function newWitnessKey(name: string) {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return {
    key: noteKey(name, raw(publicKey.export({ format: 'jwk' }).x), 'cosignature'),
    pem: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
  };
}

function raw(x: string | undefined): Uint8Array {
  return new Uint8Array(Buffer.from(x ?? '', 'base64url'));
}
