import type { GeneralName } from '../certificate/general-name.ts';
import { matchDnsName } from './match-dns.ts';
import { matchEmail } from './match-email.ts';
import { matchIpAddress } from './match-ip.ts';
import { matchUri } from './match-uri.ts';

/** `unclear` is always refused: the name or the constraint has no meaning that could be compared. */
export type SubtreeMatch = 'inside' | 'outside' | 'unclear';

/** Compares a name with a subtree of the same form (RFC 5280 4.2.1.10). Forms without a rule are unclear. */
export function matchSubtree(name: GeneralName, base: GeneralName): SubtreeMatch {
  if (name.form === 'directory' && base.form === 'directory') {
    return name.name.isWithin(base.name) ? 'inside' : 'outside';
  }
  if (name.form === 'dns' && base.form === 'dns') return matchDnsName(name.text, base.text);
  if (name.form === 'email' && base.form === 'email') return matchEmail(name.text, base.text);
  if (name.form === 'uri' && base.form === 'uri') return matchUri(name.text, base.text);
  if (name.form === 'ip' && base.form === 'ip') return matchIpAddress(name.octets, base.octets);
  return 'unclear';
}
