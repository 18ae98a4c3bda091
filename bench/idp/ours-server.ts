import { createLogger } from '@xinlu/common/log';
import { pino } from 'pino';
import { Browser, pageData } from '../../idp/test/helpers/browser.ts';
import { NATIONAL_ID, startWorld } from '../../idp/test/helpers/world.ts';
import type { Ready } from './sides.ts';

/** The identity provider as it runs in production, on Redis and PostgreSQL, its log going to nowhere; some browsers have signed in by card. */
const BROWSERS = 24;

const world = await startWorld({
  store: 'redis',
  log: createLogger({ name: 'idp', destination: pino.destination({ dest: '/dev/null', sync: true }) }),
  // The load generator plays many addresses: the limit for one address stays on.
  trustedProxies: ['127.0.0.1', '::1'],
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
  clients: { fapi: world.keys.school.signing.privateJwk, basic: world.keys.bank.signing.privateJwk },
  browsers,
} satisfies Ready);
process.once('message', async () => {
  await world.close();
  process.exit(0);
});
