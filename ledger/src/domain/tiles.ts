/**
 * The public files of the log, by their C2SP tlog-tiles path below the log's prefix (`tile/0/x001/067`,
 * `checkpoint`).
 *
 * `write` is durable once it returns and atomic: a reader sees the whole file or none. All files but
 * `checkpoint` are immutable: writing the same bytes again is allowed, others are refused (fatal, `tile-conflict`).
 */
export interface Tiles {
  write(path: string, content: Uint8Array): Promise<void>;
  /** Undefined if there is no such file. */
  read(path: string): Promise<Uint8Array | undefined>;
}

/** Path of a tile of `width` hashes or entries; below 256 it is a partial one. */
export function tilePath(level: number | 'entries', position: number, width: number): string {
  const digits = String(position).padStart(Math.ceil(String(position).length / 3) * 3, '0');
  const groups = digits.match(/\d{3}/g) ?? [];
  const name = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/');
  return `tile/${level}/${name}${width < 256 ? `.p/${width}` : ''}`;
}

const publicPath =
  /^tile\/(?:[0-9]|[1-5][0-9]|6[0-3]|entries)\/(?:x\d{3}\/)*\d{3}(?:\.p\/(?:[1-9]|[1-9]\d|1\d\d|2[0-4]\d|25[0-5]))?$/;

/** Whether a path from outside names a tile, and nothing else. */
export function isTilePath(path: string): boolean {
  return publicPath.test(path);
}
