import { isIP } from 'node:net';
import type { SubtreeMatch } from './match-subtree.ts';

const AUTHORITY = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i;

/** The host of a URI's authority, or undefined when it has none that is a domain name (RFC 3986 3.2). */
function hostOf(uri: string): string | undefined {
  const authority = AUTHORITY.exec(uri)?.[1];
  if (authority === undefined) return undefined;
  const host = authority
    .slice(authority.lastIndexOf('@') + 1)
    .replace(/:\d*$/, '')
    .toLowerCase();
  return host === '' || host.startsWith('[') || isIP(host) !== 0 ? undefined : host;
}

/** RFC 5280 4.2.1.10: the host exactly, or with a leading dot the hosts within a domain. Without a host name: unclear. */
export function matchUri(uri: string, base: string): SubtreeMatch {
  const host = hostOf(uri);
  if (host === undefined) return 'unclear';
  if (base === '') return 'inside';
  const wanted = base.toLowerCase();
  if (wanted.startsWith('.')) return host.endsWith(wanted) ? 'inside' : 'outside';
  return host === wanted ? 'inside' : 'outside';
}
