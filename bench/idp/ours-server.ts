import { randomBytes } from 'node:crypto';
import type { KeyRing } from '@xinlu/common/keys';
import { openRedisKeyValue } from '@xinlu/common/kv';
import { createLogger } from '@xinlu/common/log';
import { makeKeys } from '@xinlu/common/testing';
import { pino } from 'pino';
import { Browser, pageData } from '../../idp/test/helpers/browser.ts';
import { NATIONAL_ID, participant, rp, startWorld } from '../../idp/test/helpers/world.ts';
import { followOrders } from './orders.ts';
import { PARTIES, PARTY_IDS, RESOURCE } from './parties.ts';
import type { Ready } from './sides.ts';

/** The identity provider as it runs in production, on Redis and PostgreSQL, its log going to nowhere; some browsers have signed in by card. */
const BROWSERS = 24;

const world = await startWorld({
  kv: await openRedisKeyValue(process.env['TEST_REDIS_URL'] ?? '', `ours-${randomBytes(6).toString('hex')}`),
  log: createLogger({ name: 'idp', destination: pino.destination({ dest: '/dev/null', sync: true }) }),
  // The load generator plays many addresses: the limit for one address stays on.
  trustedProxies: ['127.0.0.1', '::1'],
});
const rings: Partial<Record<string, KeyRing>> = {};
for (const id of PARTY_IDS) {
  const { strict, grants, withBrowser } = PARTIES[id];
  const keys = await makeKeys();
  rings[id] = keys;
  const client = { grants: [...grants], ...(withBrowser ? {} : { resources: [RESOURCE] }) };
  const profile = strict ? 'fapi2' : 'basic';
  await world.register.admit(rp(id, keys, { profile, client, ...(withBrowser ? {} : { redirectUris: [] }) }));
}
await world.register.admit({
  ...participant('household', world.keys.household, ['provider']),
  resources: [{ identifier: RESOURCE, accessToken: 'jwt' }],
});
const browsers: string[] = [];
for (let n = 0; n < BROWSERS; n += 1) {
  const card = await world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君' });
  const browser = new Browser(world.url);
  const { page } = await browser.follow('/sign-in');
  const answer = await browser.useCard(pageData(page, 'sign-in-data'), card, NATIONAL_ID.lin);
  if (answer.status !== 200) throw new Error(`the card was refused: ${answer.json.code}`);
  browsers.push(`xinlu_idp=${browser.cookies.get('xinlu_idp')?.value}`);
}
process.send?.({
  url: world.url,
  clients: Object.fromEntries(PARTY_IDS.map((id) => [id, rings[id]?.signing.privateJwk])) as Ready['clients'],
  browsers,
} satisfies Ready);
followOrders(() => world.close());
