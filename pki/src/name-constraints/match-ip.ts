import type { SubtreeMatch } from './match-subtree.ts';

/** RFC 5280 4.2.1.10: address and mask, in 8 octets (IPv4) or 32 (IPv6). The mask must be a prefix (RFC 4632). */
export function matchIpAddress(address: Uint8Array, base: Uint8Array): SubtreeMatch {
  const size = address.length;
  if ((size !== 4 && size !== 16) || (base.length !== 8 && base.length !== 32)) return 'unclear';
  if (!isPrefixMask(base.subarray(base.length / 2))) return 'unclear';
  if (base.length !== size * 2) return 'outside';
  for (let i = 0; i < size; i++) {
    const mask = base[size + i] as number;
    if (((address[i] as number) & mask) !== ((base[i] as number) & mask)) return 'outside';
  }
  return 'inside';
}

function isPrefixMask(mask: Uint8Array): boolean {
  let ended = false;
  for (const octet of mask) {
    for (let bit = 0x80; bit > 0; bit >>= 1) {
      const set = (octet & bit) !== 0;
      if (set && ended) return false;
      if (!set) ended = true;
    }
  }
  return true;
}
