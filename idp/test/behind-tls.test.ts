import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorld, type World } from './helpers/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ issuer: 'https://id.example' });
});
afterAll(() => world?.close());

const authorize = `/authorize?${new URLSearchParams({
  client_id: 'bank',
  response_type: 'code',
  redirect_uri: 'https://bank.example/login/callback',
  scope: 'openid',
  code_challenge: 'c'.repeat(43),
  code_challenge_method: 'S256',
})}`;

test('behind a TLS proxy addresses are https and cookies Secure, whatever the headers say', async () => {
  for (const headers of [{}, { 'x-forwarded-proto': 'http', 'x-forwarded-host': 'phish.example' }]) {
    const { app } = world.composed;
    const discovery = (await app.inject({ url: '/.well-known/openid-configuration', headers })).json();
    expect(discovery.issuer).toBe('https://id.example');
    expect(discovery.token_endpoint).toBe('https://id.example/token');
    const start = await app.inject({ url: authorize, headers });
    expect(start.statusCode).toBe(303);
    const cookies = start.cookies as { name: string; value: string; secure?: boolean }[];
    const interaction = cookies.find(({ name }) => name === '__Secure-xinlu_idp_interaction');
    expect(interaction?.secure).toBe(true);
    const sent = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
    const page = await app.inject({
      url: String(start.headers.location),
      headers: { ...headers, cookie: sent },
    });
    expect(page.statusCode).toBe(200);
    const own = (page.cookies as { name: string; secure?: boolean; path?: string }[]).find(
      ({ name }) => name === '__Host-xinlu_idp',
    );
    expect(own).toMatchObject({ secure: true, path: '/' });
    expect(page.headers['strict-transport-security']).toBeDefined();
    expect(page.headers['cross-origin-opener-policy']).toBe('same-origin-allow-popups');
  }
});

test('only the sign-in page lets its window be reached by a popup', async () => {
  const home = await world.composed.app.inject({ url: '/' });
  expect(home.headers['cross-origin-opener-policy']).toBe('same-origin');
});
