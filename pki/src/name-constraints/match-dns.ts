import type { SubtreeMatch } from './match-subtree.ts';

/** True when `host` is `domain` or ends in a dot and `domain`; both without regard to case. */
export function isHostWithin(host: string, domain: string): boolean {
  const a = host.toLowerCase();
  const b = domain.toLowerCase();
  return a === b || a.endsWith(`.${b}`);
}

/** RFC 5280 4.2.1.10: any name that arises by adding labels on the left. A leading dot asks for at least one label. */
export function matchDnsName(name: string, base: string): SubtreeMatch {
  if (base === '') return 'inside';
  if (base.startsWith('.')) return name.toLowerCase().endsWith(base.toLowerCase()) ? 'inside' : 'outside';
  return isHostWithin(name, base) ? 'inside' : 'outside';
}
