/** A value of Ethereum's Recursive Length Prefix encoding: bytes, or a list of values. */
export type Rlp = Uint8Array | readonly Rlp[];

/** Deeper than anything in a block. */
const deepest = 8;

/** Reads exactly one value in its one canonical spelling; undefined if the bytes are anything else. */
export function decodeRlp(bytes: Uint8Array): Rlp | undefined {
  const item = readItem(bytes, 0, 0);
  return item?.end === bytes.length ? item.value : undefined;
}

type Item = { readonly value: Rlp; readonly end: number };

function readItem(bytes: Uint8Array, at: number, depth: number): Item | undefined {
  const first = bytes[at];
  if (first === undefined || depth > deepest) return undefined;
  if (first < 0x80) return { value: bytes.subarray(at, at + 1), end: at + 1 };
  const isList = first >= 0xc0;
  const content = contentOf(bytes, at, first - (isList ? 0xc0 : 0x80));
  if (!content || content.end > bytes.length) return undefined;
  const { start, end } = content;
  if (isList) return readList(bytes, start, end, depth);
  // A single small byte stands for itself.
  if (end - start === 1 && (bytes[start] as number) < 0x80) return undefined;
  return { value: bytes.subarray(start, end), end };
}

function readList(bytes: Uint8Array, start: number, end: number, depth: number): Item | undefined {
  const items: Rlp[] = [];
  const within = bytes.subarray(0, end);
  for (let at = start; at < end; ) {
    const item = readItem(within, at, depth + 1);
    if (!item) return undefined;
    items.push(item.value);
    at = item.end;
  }
  return { value: items, end };
}

/** Where the content stands; above 55 bytes its length is written out, without leading zeros. */
function contentOf(bytes: Uint8Array, at: number, size: number): { start: number; end: number } | undefined {
  if (size <= 55) return { start: at + 1, end: at + 1 + size };
  const start = at + 1 + size - 55;
  const written = bytes.subarray(at + 1, start);
  if (written.length > 4 || written[0] === 0) return undefined;
  const length = written.reduce((sum, byte) => sum * 256 + byte, 0);
  return length > 55 ? { start, end: start + length } : undefined;
}
