import { createOidcClient } from '@xinlu/common/oidc-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SoftAuthenticator } from './helpers/authenticator.ts';
import { Browser, pageData } from './helpers/browser.ts';
import type { Card } from './helpers/cards.ts';
import { NATIONAL_ID, startWorld, type World } from './helpers/world.ts';

let world: World;
let lin: Card;

beforeAll(async () => {
  world = await startWorld();
  lin = await world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君' });
});
afterAll(() => world?.close());

const clientOf = (id: 'school' | 'broker', scope = 'openid profile') =>
  createOidcClient({
    issuer: world.url,
    clientId: id,
    keys: world.keys[id],
    redirectUri: `https://${id}.example/login/callback`,
    scope,
    allowHttp: true,
  });

describe('a card login at a FAPI 2.0 relying party', () => {
  test('brings name, pairwise subject, acr, amr and auth_time', async () => {
    const client = clientOf('school');
    const browser = new Browser(world.url);
    const start = await client.begin();
    const { page } = await browser.follow(start.url);
    const answer = await browser.useCard(pageData(page, 'sign-in-data'), lin, NATIONAL_ID.lin);
    expect(answer, world.logLines.join('')).toMatchObject({ status: 200 });
    expect(answer.json.next).toMatch(/^\/interaction\/[\w-]+\/enrol$/);
    const back = await browser.follow(answer.json.next.replace('/enrol', '/continue'));
    expect(back.url).toMatch(/^https:\/\/school\.example\/login\/callback\?/);
    const { claims } = await client.complete(new URL(back.url), start.pending);
    expect(claims).toMatchObject({ name: '林怡君', acr: 'substantial', amr: ['sc', 'pin', 'mfa'] });
    expect(claims.sub).toMatch(/^[\w-]{43}$/);
  });
});

void SoftAuthenticator;
