import { createOidcClient, type LoginResult, type LoginStart } from '@xinlu/common/oidc-client';
import { SoftAuthenticator } from './authenticator.ts';
import { type Answer, Browser, type PageData, pageData } from './browser.ts';
import type { Card } from './cards.ts';
import type { World } from './world.ts';

export function clientOf(world: World, id: 'school' | 'broker' | 'bank', scope = 'openid profile') {
  return createOidcClient({
    issuer: world.url,
    clientId: id,
    keys: world.keys[id],
    redirectUri: `https://${id}.example/login/callback`,
    scope,
    allowHttp: true,
  });
}

export type Begun = { start: LoginStart; page: PageData; complete(next: string): Promise<LoginResult> };

/** Opens the sign-in page for a relying party in a browser. */
export async function begin(
  world: World,
  browser: Browser,
  id: 'school' | 'broker' | 'bank' = 'school',
  parameters: Record<string, string> = {},
  scope?: string,
): Promise<Begun> {
  const client = clientOf(world, id, scope);
  const start = await client.begin({ parameters });
  const { page } = await browser.follow(start.url);
  return {
    start,
    page: pageData(page, 'sign-in-data'),
    async complete(next) {
      const back = await browser.follow(next.replace(/\/enrol$/, '/continue'));
      return client.complete(new URL(back.url), start.pending);
    },
  };
}

export async function cardLogin(
  world: World,
  card: Card,
  nationalId: string,
  browser = new Browser(world.url),
) {
  const begun = await begin(world, browser);
  const answer = await browser.useCard(begun.page, card, nationalId);
  if (answer.status !== 200) throw new Error(`card login refused: ${answer.json.code}`);
  return { browser, ...begun, answer };
}

/** Card login, passkey enrolment, and on to the relying party. */
export async function enrolled(world: World, card: Card, nationalId: string) {
  const { browser, page, answer, complete } = await cardLogin(world, card, nationalId);
  const authenticator = new SoftAuthenticator();
  const data = await enrolPageData(browser, answer);
  const { json: options } = await browser.post(`${page.place}/passkeys/options`, data.csrfToken);
  const created = await browser.post(`${page.place}/passkeys`, data.csrfToken, {
    name: '我的手機',
    answer: authenticator.create(options, world.url),
  });
  if (created.status !== 200) throw new Error(`enrolment refused: ${created.json.code}`);
  return { browser, authenticator, result: await complete(created.json.next) };
}

export async function enrolPageData(browser: Browser, answer: Answer): Promise<PageData> {
  const { page } = await browser.follow(answer.json.next.replace(/\/continue$/, '/enrol'));
  return pageData(page, 'enrol-data');
}
