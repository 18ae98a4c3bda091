import type { Participant } from '@xinlu/common/wire';
import type { Fault, Rule } from './rule.ts';

const LOOPBACK = new Set(['localhost', '127.0.0.1']);

function* addressesOf(participant: Participant): Generator<[path: string, address: string]> {
  yield ['/homepage', participant.homepage];
  if (participant.provider !== undefined) yield ['/provider/endpoint', participant.provider.endpoint];
  for (const [index, { identifier }] of (participant.resources ?? []).entries())
    yield [`/resources/${index}/identifier`, identifier];
  const party = participant.relyingParty;
  if (party === undefined) return;
  for (const name of ['redirectUris', 'postLogoutRedirectUris', 'consentRedirectUris'] as const) {
    for (const [index, address] of party[name].entries()) yield [`/relyingParty/${name}/${index}`, address];
  }
  if (party.backchannelLogoutUri !== undefined)
    yield ['/relyingParty/backchannelLogoutUri', party.backchannelLogoutUri];
}

function faultOf(address: string, demo: boolean): Omit<Fault, 'path'> | undefined {
  if (!URL.canParse(address)) return { code: 'address-malformed', message: 'is not an address' };
  const { protocol, hostname, username, password } = new URL(address);
  if (username !== '' || password !== '')
    return { code: 'address-with-password', message: 'must not carry a user name or password' };
  if (address.includes('*')) return { code: 'address-wildcard', message: 'must be one exact address' };
  if (protocol === 'https:' || (demo && LOOPBACK.has(hostname))) return undefined;
  return { code: 'address-not-https', message: 'must be an https address' };
}

/** Every address is https and exact (FAPI 2.0 section 5.3.2.2; RFC 9700 section 2.1). */
export const checkAddresses: Rule = (participant, { demo }) =>
  [...addressesOf(participant)].flatMap(([path, address]) => {
    const fault = faultOf(address, demo);
    return fault === undefined ? [] : [{ path, ...fault }];
  });
