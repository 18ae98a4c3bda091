import { base64, fromBase64 } from '../encoding/bytes.ts';
import { parseDecimal } from './checkpoint.ts';

/** An offline proof that an entry stands in a log (C2SP tlog-proof), without extra data. */
export type TlogProof = {
  readonly index: number;
  /** Inclusion proof, 32-byte hashes. */
  readonly path: readonly Uint8Array[];
  /** The signed checkpoint, verbatim. */
  readonly checkpoint: string;
};

const heading = 'c2sp.org/tlog-proof@v1';
const longestPath = 64;

export function formatTlogProof({ index, path, checkpoint }: TlogProof): string {
  return `${[heading, `index ${index}`, ...path.map(base64)].join('\n')}\n\n${checkpoint}`;
}

/** Reads a tlog-proof; undefined if it is malformed or longer than any tree needs. */
export function parseTlogProof(text: string): TlogProof | undefined {
  const split = text.indexOf('\n\n');
  if (split < 0) return undefined;
  const [first, indexLine, ...hashes] = text.slice(0, split).split('\n');
  const index = parseDecimal(/^index (.*)$/.exec(indexLine ?? '')?.[1]);
  if (first !== heading || index === undefined || hashes.length > longestPath) return undefined;
  const path: Uint8Array[] = [];
  for (const line of hashes) {
    const hash = fromBase64(line, 32);
    if (!hash) return undefined;
    path.push(hash);
  }
  return { index, path, checkpoint: text.slice(split + 2) };
}
