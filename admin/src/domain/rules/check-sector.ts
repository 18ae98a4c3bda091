import type { Participant } from '@xinlu/common/wire';
import type { Rule } from './rule.ts';

const LOOPBACK = new Set(['localhost', '127.0.0.1']);

function belongs(host: string, hostname: string, sector: string, demo: boolean): boolean {
  if (host === sector || hostname === sector || hostname.endsWith(`.${sector}`)) return true;
  // On localhost all parties share one host; names under .test (RFC 6761) tell their sectors apart.
  return demo && LOOPBACK.has(hostname) && sector.endsWith('.test');
}

/** The sectors in which a participant learns subjects: of the party, else the hosts of the resources that it serves. */
export function sectorsOf({ relyingParty, resources }: Participant): string[] {
  const sectors = relyingParty
    ? [relyingParty.sector]
    : (resources ?? []).flatMap(({ identifier }) =>
        URL.canParse(identifier) ? [new URL(identifier).host] : [],
      );
  return sectors.map((sector) => sector.toLowerCase());
}

/**
 * The sector is the host of the party's own redirect addresses (OpenID Connect Core section 8.1), and its alone: two
 * parties in one sector would see the same subject and could match their citizens.
 */
export const checkSector: Rule = (participant, { others, demo }) => {
  const party = participant.relyingParty;
  if (party === undefined) return [];
  const faults = [];
  if (!party.sector.includes('.') && !(demo && party.sector.startsWith('localhost'))) {
    faults.push({
      path: '/relyingParty/sector',
      code: 'sector-too-wide',
      message: 'must be a full host name',
    });
  }
  for (const [index, address] of party.redirectUris.entries()) {
    if (!URL.canParse(address)) continue;
    const { host, hostname } = new URL(address);
    if (!belongs(host, hostname, party.sector, demo)) {
      faults.push({
        path: `/relyingParty/redirectUris/${index}`,
        code: 'sector-other-host',
        message: `does not lie within the sector ${party.sector}`,
      });
    }
  }
  const wanted = party.sector.toLowerCase();
  if (others.some((other) => sectorsOf(other).includes(wanted))) {
    faults.push({
      path: '/relyingParty/sector',
      code: 'sector-taken',
      message: 'belongs to another participant',
    });
  }
  return faults;
};
