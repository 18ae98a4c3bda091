import { base64, fromBase64 } from '../encoding/bytes.ts';

/** A log's tree head (C2SP tlog-checkpoint). */
export type Checkpoint = { readonly origin: string; readonly size: number; readonly root: Uint8Array };

/** The text that the log signs: origin, size and root, a line each. */
export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${base64(root)}\n`;
}

/** Reads the text of a checkpoint; extension lines are allowed and ignored. Undefined if it is malformed. */
export function parseCheckpoint(text: string): Checkpoint | undefined {
  if (!text.endsWith('\n')) return undefined;
  const lines = text.slice(0, -1).split('\n');
  const [origin, sizeText, rootText] = lines;
  const size = parseDecimal(sizeText);
  const root = fromBase64(rootText, 32);
  if (!origin || size === undefined || !root || lines.some((line) => line === '')) return undefined;
  return { origin, size, root };
}

/** A non-negative decimal without leading zeroes that fits a safe integer; undefined if it is not that. */
export function parseDecimal(text: string | undefined): number | undefined {
  if (!text || !/^(0|[1-9][0-9]{0,15})$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}
