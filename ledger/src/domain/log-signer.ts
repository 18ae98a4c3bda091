import { checkpointText, type NoteKey, signatureLine } from '@xinlu/verifier';

/** Signs the log's checkpoints. Signing the same text twice gives the same signature (Ed25519). */
export interface LogSigner {
  readonly origin: string;
  readonly key: NoteKey;
  /** Raw 64-byte Ed25519 signature. */
  sign(text: string): Promise<Uint8Array>;
}

/** A checkpoint as a signed note (C2SP tlog-checkpoint). */
export async function signCheckpoint(signer: LogSigner, size: number, root: Uint8Array): Promise<string> {
  const text = checkpointText({ origin: signer.origin, size, root });
  return `${text}\n${signatureLine(signer.key, await signer.sign(text))}`;
}
