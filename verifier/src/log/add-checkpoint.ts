import { base64, fromBase64 } from '../encoding/bytes.ts';
import { parseDecimal } from './checkpoint.ts';

/** What a log asks of a witness (C2SP tlog-witness, "add-checkpoint"). */
export type AddCheckpoint = {
  /** Size of the checkpoint that the witness cosigned last; 0 if none. */
  readonly oldSize: number;
  /** Consistency proof from there, 32-byte hashes; empty from 0. */
  readonly proof: readonly Uint8Array[];
  /** The signed note. */
  readonly checkpoint: string;
};

const longestProof = 63;

export function formatAddCheckpoint({ oldSize, proof, checkpoint }: AddCheckpoint): string {
  return `${[`old ${oldSize}`, ...proof.map(base64)].join('\n')}\n\n${checkpoint}`;
}

/** Reads the body of a request; undefined if it is malformed or its proof is longer than any tree needs. */
export function parseAddCheckpoint(body: string): AddCheckpoint | undefined {
  const split = body.indexOf('\n\n');
  if (split < 0) return undefined;
  const [first, ...lines] = body.slice(0, split).split('\n');
  const oldSize = parseDecimal(/^old (.*)$/.exec(first ?? '')?.[1]);
  if (oldSize === undefined || lines.length > longestProof) return undefined;
  const proof: Uint8Array[] = [];
  for (const line of lines) {
    const hash = fromBase64(line, 32);
    if (!hash) return undefined;
    proof.push(hash);
  }
  return { oldSize, proof, checkpoint: body.slice(split + 2) };
}
