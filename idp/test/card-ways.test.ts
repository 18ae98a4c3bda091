import { request as httpRequest } from 'node:http';
import { peers } from '@xinlu/common/config';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Browser } from './helpers/browser.ts';
import { type Card, webEidToken } from './helpers/cards.ts';
import { begin } from './helpers/journey.ts';
import { startTlsProxy, tlsFetch } from './helpers/tls-proxy.ts';
import { freePort, NATIONAL_ID, startWorld, type World } from './helpers/world.ts';

let world: World;
let lin: Card;
let front: Awaited<ReturnType<typeof startTlsProxy>>;

const field = (der: Uint8Array) => `:${Buffer.from(der).toString('base64')}:`;

beforeAll(async () => {
  const port = await freePort();
  world = await startWorld({
    cardTlsOrigin: `https://localhost:${port}`,
    tlsProxies: peers().read('127.0.0.1'),
  });
  front = await startTlsProxy(world.url, { port });
  lin = await world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君' });
});
afterAll(async () => {
  await front?.close();
  await world?.close();
});

async function open(parameters: Record<string, string> = {}) {
  const browser = new Browser(world.url);
  const begun = await begin(world, browser, 'school', parameters);
  const { place, csrfToken } = begun.page;
  const post = (path: string, body: unknown = {}) => browser.post(`${place}/card/${path}`, csrfToken, body);
  return { browser, post, complete: begun.complete };
}
type Opened = Awaited<ReturnType<typeof open>>;

const HIGH = { acr_values: 'high' };

describe('by Web eID', () => {
  async function ask({ post }: Opened) {
    return (await post('web-eid/challenge')).json as unknown as { challenge: string; nonce: string };
  }
  async function answer(
    { post }: Opened,
    challenge: string,
    token: object,
    nationalId: string | undefined = NATIONAL_ID.lin,
  ) {
    return post('web-eid/answer', { challenge, token, national_id: nationalId });
  }

  test('a card of an authority that is taken for high reaches it, and the same person as by HiPKI', async () => {
    const own = await open(HIGH);
    const { challenge, nonce } = await ask(own);
    expect(nonce).toMatch(/^[A-Za-z0-9+/]{43}=$/);
    const { json } = await answer(own, challenge, webEidToken(lin, world.url, nonce));
    const { claims } = await own.complete(json.next);
    expect(claims).toMatchObject({ acr: 'high', amr: ['sc', 'pin', 'mfa'], name: '林怡君' });

    const other = new Browser(world.url);
    const begun = await begin(world, other);
    const byHipki = await other.useCard(begun.page, lin, NATIONAL_ID.lin);
    const { claims: same } = await begun.complete(byHipki.json.next);
    expect(same).toMatchObject({ sub: claims.sub, acr: 'substantial' });
  });

  test('a card of an authority that is taken for less reaches no more', async () => {
    const { health } = world.authorities;
    const card = await world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君', authority: health });
    const own = await open();
    const { challenge, nonce } = await ask(own);
    const { json } = await answer(own, challenge, webEidToken(card, world.url, nonce));
    expect((await own.complete(json.next)).claims['acr']).toBe('low');
  });

  test('where high is asked for, HiPKI is not enough and is not offered', async () => {
    const browser = new Browser(world.url);
    const begun = await begin(world, browser, 'school', HIGH);
    const { page } = await browser.follow(begun.page.place);
    expect(page).not.toContain('id="field-pin"');
    expect(page).toContain('這項服務要求高保證等級');
    const byHipki = await browser.useCard(begun.page, lin, NATIONAL_ID.lin);
    expect(byHipki.json.next).toBe(begun.page.place);
    expect((await browser.follow(`${begun.page.place}/continue`)).url).toBe(
      `${world.url}${begun.page.place}`,
    );
  });

  test('a token for another origin, challenge or card, or of another form, is refused and uses the challenge up', async () => {
    const other = await world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君' });
    const own = await open();
    const wrong = async (make: (nonce: string) => object) => {
      const { challenge, nonce } = await ask(own);
      const first = await answer(own, challenge, make(nonce));
      const again = await answer(own, challenge, webEidToken(lin, world.url, nonce));
      return [first.json.code, again.json.code];
    };
    const both = ['card-signature-wrong', 'challenge-unknown'];
    expect(await wrong((nonce) => webEidToken(lin, 'https://phish.example', nonce))).toEqual(both);
    expect(await wrong((nonce) => webEidToken(lin, `${world.url}/`, nonce))).toEqual(both);
    expect(await wrong(() => webEidToken(lin, world.url, 'A'.repeat(44)))).toEqual(both);
    expect(
      await wrong((nonce) => ({
        ...webEidToken(lin, world.url, nonce),
        unverifiedCertificate: other.der.toString('base64'),
      })),
    ).toEqual(both);
    expect(await wrong((nonce) => ({ ...webEidToken(lin, world.url, nonce), format: 'web-eid:2' }))).toEqual(
      both,
    );
    expect(await wrong((nonce) => ({ ...webEidToken(lin, world.url, nonce), algorithm: 'none' }))).toEqual(
      both,
    );
    expect(await wrong(() => ({}))).toEqual(both);
  });

  test('a token relayed from another browser, or made for the other way, is refused', async () => {
    const [victim, thief] = [await open(), await open()];
    const { challenge, nonce } = await ask(victim);
    const token = webEidToken(lin, world.url, nonce);
    expect((await answer(thief, challenge, token)).json.code).toBe('challenge-unknown');
    // A challenge for HiPKI says nothing to Web eID, and the other way round.
    const hipki = (await victim.post('challenge')).json.challenge;
    const asNonce = Buffer.from(hipki, 'base64url').toString('base64');
    expect((await answer(victim, hipki, webEidToken(lin, world.url, asNonce))).json.code).toBe(
      'challenge-unknown',
    );
  });

  test('of fifty parallel answers to one challenge exactly one gets in', async () => {
    const own = await open();
    const { challenge, nonce } = await ask(own);
    const token = webEidToken(lin, world.url, nonce);
    const answers = await Promise.all(Array.from({ length: 50 }, () => answer(own, challenge, token)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });
});

describe('by TLS certificate', () => {
  const pem = (der: Buffer) =>
    `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replaceAll(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
  async function visit(url: string, card: Card | undefined, headers: Record<string, string> = {}) {
    const identity = card && {
      cert: pem(card.der),
      key: card.key.export({ type: 'pkcs8', format: 'pem' }) as string,
      der: card.der,
    };
    const response = await tlsFetch(identity)(url.replace('localhost', '127.0.0.1'), {
      method: 'GET',
      headers: { accept: 'text/html', ...headers },
      body: null,
      redirect: 'manual',
    });
    return { status: response.status, page: await response.text() };
  }
  const dataOf = ({ page }: { page: string }) =>
    JSON.parse(/id="card-tls-data"[^>]*>([^<]*)</.exec(page)?.[1] ?? '{}') as {
      code?: string;
      fault?: string;
      origin: string;
    };
  const urlFor = async ({ post }: Opened) =>
    ((await post('tls/ticket')).json as unknown as { url: string }).url;
  const answer = ({ post }: Opened, code: string | undefined) =>
    post('tls/answer', { code, national_id: NATIONAL_ID.lin });

  test('the key of the handshake signs her in, for what its authority is taken for', async () => {
    const own = await open(HIGH);
    const shown = dataOf(await visit(await urlFor(own), lin));
    expect(shown.origin).toBe(world.url);
    const { json } = await answer(own, shown.code);
    const { claims } = await own.complete(json.next);
    expect(claims).toMatchObject({ acr: 'high', name: '林怡君' });
  });

  test('ticket and code are good once, and the code in no other browser', async () => {
    const [own, thief] = [await open(), await open()];
    const url = await urlFor(own);
    const { code } = dataOf(await visit(url, lin));
    expect((await visit(url, lin)).status).toBe(400);
    expect((await answer(thief, code)).json.code).toBe('challenge-unknown');
    // A thief's try uses the code up as well.
    expect((await answer(own, code)).json.code).toBe('challenge-unknown');
    const next = dataOf(await visit(await urlFor(own), lin));
    const answers = await Promise.all(Array.from({ length: 20 }, () => answer(own, next.code)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  test('without a certificate there is no code, whatever header the browser sends, and the ticket stays good', async () => {
    const own = await open();
    const url = await urlFor(own);
    const forged = { 'client-cert': field(lin.der), 'x-forwarded-for': '127.0.0.1' };
    for (const headers of [{}, forged]) {
      const shown = dataOf(await visit(url, undefined, headers));
      expect(shown).toMatchObject({ fault: 'tls-no-certificate' });
      expect(shown.code).toBeUndefined();
    }
    expect(dataOf(await visit(url, lin, { 'client-cert': 'nonsense' })).code).toBeDefined();
  });

  test('a forged header that does not come through the proxy is never believed', async () => {
    const own = await open();
    const path = new URL(await urlFor(own)).pathname;
    const direct = await new Promise<string>((resolve, reject) => {
      const sent = httpRequest(
        new URL(path, world.url.replace('localhost', '127.0.0.1')),
        // Another peer than the listed proxy.
        { localAddress: '127.0.0.2', headers: { 'client-cert': field(lin.der) } },
        (response) => {
          let page = '';
          response.on('data', (part) => {
            page += part;
          });
          response.on('end', () => resolve(page));
        },
      );
      sent.on('error', reject);
      sent.end();
    });
    expect(dataOf({ page: direct })).toMatchObject({ fault: 'tls-no-certificate' });
  });

  test('a certificate that is not a card of ours signs nobody in', async () => {
    const { stranger } = world.authorities;
    const foreign = await world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君', authority: stranger });
    const own = await open();
    const { code } = dataOf(await visit(await urlFor(own), foreign));
    expect((await answer(own, code)).json.code).toBe('card-not-trusted');
  });
});
