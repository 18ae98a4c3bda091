import type { SubtreeMatch } from './match-subtree.ts';

/** RFC 5280 4.2.1.10: a mailbox, a host (`example.com`) or the hosts within a domain (`.example.com`). */
export function matchEmail(address: string, base: string): SubtreeMatch {
  const at = address.lastIndexOf('@');
  if (at <= 0 || at === address.length - 1) return 'unclear';
  const host = address.slice(at + 1).toLowerCase();
  const baseAt = base.lastIndexOf('@');
  if (baseAt >= 0) {
    const sameHost = base.slice(baseAt + 1).toLowerCase() === host;
    return sameHost && base.slice(0, baseAt) === address.slice(0, at) ? 'inside' : 'outside';
  }
  if (base === '') return 'inside';
  if (base.startsWith('.')) return host.endsWith(base.toLowerCase()) ? 'inside' : 'outside';
  return host === base.toLowerCase() ? 'inside' : 'outside';
}
