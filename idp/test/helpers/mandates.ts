import { randomUUID } from 'node:crypto';
import { signJwt } from '@xinlu/common/keys';
import type { MandateKind } from '@xinlu/common/wire';
import { Browser, pageData } from './browser.ts';
import type { Card } from './cards.ts';
import { clientOf } from './journey.ts';
import { type LogoutListener, startLogoutListener } from './logout-listener.ts';
import { NATIONAL_ID, rp, startWorld, type World } from './world.ts';

const action = (code: string, zh: string) => ({ code, name: { 'zh-TW': zh, en: code } });

/** The school and the bank take people who act for others, each in actions of its own. */
export async function openDelegation(
  world: World,
  redirectUri?: string,
  backchannelLogoutUri?: string,
): Promise<void> {
  const kinds: MandateKind[] = ['guardian', 'representative', 'company-agent'];
  await world.register.admit(
    rp('school', world.keys.school, {
      ...(redirectUri === undefined ? {} : { redirectUris: [redirectUri] }),
      ...(backchannelLogoutUri === undefined ? {} : { backchannelLogoutUri }),
      delegation: { kinds, actions: [action('tuition-waiver', '學雜費減免'), action('leave', '請假')] },
    }),
  );
  await world.register.admit(
    rp('bank', world.keys.bank, {
      profile: 'basic',
      delegation: { kinds: ['representative'], actions: [action('tuition-waiver', '學費貸款')] },
    }),
  );
}

export type Delegation = { world: World; listener: LogoutListener; close(): Promise<void> };

/** A world where the school takes people who act for others and is told of logouts. */
export async function startDelegation(): Promise<Delegation> {
  const [world, listener] = await Promise.all([startWorld(), startLogoutListener()]);
  await openDelegation(world, undefined, `${listener.url}/school`);
  return {
    world,
    listener,
    async close() {
      await world.close();
      await listener.close();
    },
  };
}

/** Lin and Chen, each newly signed in and nobody else: a session of before would be told of too. */
export async function freshCitizens({
  world,
  listener,
}: Delegation): Promise<{ lin: Browser; chen: Browser }> {
  await world.database.query(
    "UPDATE login SET ended_at = now(), end_reason = 'logout' WHERE ended_at IS NULL",
  );
  const citizens = await linAndChen(world);
  listener.tokens.length = 0;
  return citizens;
}

/** Lin and Chen, each signed in to her own pages by a new card. */
export async function linAndChen(world: World): Promise<{ lin: Browser; chen: Browser }> {
  const [lin, chen] = await Promise.all([
    world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君' }),
    world.issue({ nationalId: NATIONAL_ID.chen, name: '陳志明' }),
  ]);
  return {
    lin: await ownBrowser(world, lin, NATIONAL_ID.lin),
    chen: await ownBrowser(world, chen, NATIONAL_ID.chen),
  };
}

export const csrfOf = (page: string | undefined) =>
  /name="_csrf" value="([^"]+)"/.exec(page ?? '')?.[1] ?? '';

/** Signed in to her own pages by card; an organisation’s asks for no number. */
export async function ownBrowser(
  world: World,
  card: Card,
  nationalId?: string,
  from?: () => string,
): Promise<Browser> {
  const browser = new Browser(world.url, from);
  const page = pageData((await browser.follow('/sign-in')).page, 'sign-in-data');
  const { status, json } = await browser.useCard(page, card, nationalId);
  if (status !== 200) throw new Error(`sign-in refused: ${json.code}`);
  return browser;
}

/** A form of her own pages, with the token of its page. */
export async function submit(browser: Browser, path: string, fields: Record<string, string>) {
  const { page } = await browser.follow('/account/mandates');
  const response = await browser.form(path, { _csrf: csrfOf(page), ...fields });
  return { status: response.status, location: response.headers.get('location'), page: await response.text() };
}

/** The calendar day of Taipei (UTC+8) so many days from now: what a citizen writes into the form. */
export const day = (days: number) =>
  new Date(Date.now() + days * 86_400_000 + 8 * 3_600_000).toISOString().slice(0, 10);

/** An offer by her to somebody of this name; gives the code. */
export async function offer(
  browser: Browser,
  fields: Partial<{ named: string; scope: string; from: string; until: string }> = {},
) {
  const sent = await submit(browser, '/account/mandates/offer', {
    named: '陳志明',
    scope: 'school:tuition-waiver',
    from: day(0),
    until: day(30),
    ...fields,
  });
  return { ...sent, code: /id="invitation-code">([^<]+)</.exec(sent.page)?.[1] ?? '' };
}

export async function accepted(world: World, from: Browser, to: Browser, fields = {}): Promise<string> {
  const { code } = await offer(from, fields);
  const { location } = await submit(to, '/account/mandates/accept', { code });
  if (location !== '/account/mandates?done=mandate-accepted') throw new Error('not accepted');
  return newestMandate(world);
}

export async function newestMandate(world: World): Promise<string> {
  const row = await world.database.one<{ id: string }>(
    'SELECT id FROM mandate ORDER BY made_at DESC LIMIT 1',
  );
  return row?.id ?? '';
}

/** What a party asks for. */
export const asks = (
  kinds: MandateKind[] = ['guardian', 'representative'],
  actions = ['tuition-waiver'],
) => ({
  authorizationDetails: [{ type: 'mandate', kinds, actions }],
});

/** From a party that asks for a mandate to the choice for whom she acts, in a browser that is signed in. */
export async function toChoice(
  world: World,
  browser: Browser,
  id: 'school' | 'bank' | 'broker' = 'school',
  request: Parameters<ReturnType<typeof clientOf>['begin']>[0] = asks(),
  scope = 'openid profile',
) {
  const client = clientOf(world, id, scope);
  const start = await client.begin(request);
  const { page = '', url } = await browser.follow(start.url);
  const path = new URL(url).pathname;
  return {
    page,
    url,
    choose: async (as: string) => {
      const response = await browser.form(path, { _csrf: csrfOf(page), as });
      return {
        status: response.status,
        location: response.headers.get('location'),
        page: await response.text(),
      };
    },
    /** On to the party, with the code in its address. */
    back: async (location: string | null) => (await browser.follow(location ?? '')).url,
    complete: (url: string) => client.complete(new URL(url), start.pending),
  };
}

/** Signs in for the other, all the way. */
export async function actingFor(world: World, browser: Browser, mandate: string, request = asks()) {
  const { choose, back, complete } = await toChoice(world, browser, 'school', request);
  return complete(await back((await choose(mandate)).location));
}

type Tokens = { accessToken: string; dpopKey: string };

export async function userinfo(world: World, tokens: Tokens, id: 'school' | 'bank' = 'school') {
  const address = new URL(`${world.url}/userinfo`);
  const init = { method: 'GET', headers: new Headers() };
  const answer = await clientOf(world, id).protectedFetch(tokens.accessToken, tokens.dpopKey, address, init);
  return {
    status: answer.status,
    claims: (await answer.json().catch(() => ({}))) as Record<string, unknown>,
  };
}

export async function introspect(world: World, token: string, id: 'school' | 'bank' = 'school') {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: id, sub: id, aud: world.url, jti: randomUUID(), iat: now, exp: now + 60 };
  const response = await fetch(`${world.url}/token/introspection`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      token,
      client_id: id,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await signJwt(world.keys[id], 'JWT', claims),
    }),
  });
  return (await response.json()) as Record<string, unknown>;
}
