import { fromBase64 } from '../encoding/bytes.ts';
import { verifyConsistency } from './consistency.ts';
import { verifyInclusion } from './inclusion.ts';

export type BatchAnswer = { readonly id: unknown; readonly valid: boolean };

/**
 * Judges one line of `merkle verify --batch`. A line that is not of the documented form is not valid;
 * nothing that a line can hold makes this throw.
 */
export function judgeLine(line: string): BatchAnswer {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { id: null, valid: false };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { id: null, valid: false };
  const request = value as Record<string, unknown>;
  const { id = null } = request;
  // An id that is no scalar could be nested too deep to be written out again.
  if (typeof id === 'object' && id !== null) return { id: null, valid: false };
  return { id, valid: judge(request) };
}

function judge(request: Record<string, unknown>): boolean {
  const proof = hashes(request['proof']);
  if (!proof) return false;
  if (request['kind'] === 'inclusion') {
    const root = fromBase64(request['root'], 32);
    const leafHash = fromBase64(request['leafHash'], 32);
    const [leafIndex, treeSize] = [size(request['leafIndex']), size(request['treeSize'])];
    if (!root || !leafHash || leafIndex === undefined || treeSize === undefined) return false;
    return verifyInclusion({ leafIndex, treeSize, root, leafHash, proof });
  }
  if (request['kind'] === 'consistency') {
    const root1 = fromBase64(request['root1'], 32);
    const root2 = fromBase64(request['root2'], 32);
    const [size1, size2] = [size(request['size1']), size(request['size2'])];
    if (!root1 || !root2 || size1 === undefined || size2 === undefined) return false;
    return verifyConsistency({ size1, size2, root1, root2, proof });
  }
  return false;
}

function size(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : undefined;
}

function hashes(value: unknown): Uint8Array[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const all: Uint8Array[] = [];
  for (const item of value) {
    const hash = fromBase64(item, 32);
    if (!hash) return undefined;
    all.push(hash);
  }
  return all;
}
