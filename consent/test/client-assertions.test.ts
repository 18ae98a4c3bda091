import { SignJWT } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Country, startCountry } from './support/country.ts';

let country: Country;
beforeAll(async () => {
  country = await startCountry();
});
afterAll(() => country.close());

type Over = { audience?: string | string[]; header?: object; seconds?: number };

/** A token's introspection, by an assertion that differs in one thing from a good one. */
async function status({ audience, header, seconds = 60 }: Over): Promise<number> {
  const issuer = country.url('consent');
  const { kid, privateKey } = country.keys.school.signing;
  const now = Math.floor(Date.now() / 1000);
  const assertion = await new SignJWT({})
    .setProtectedHeader({ alg: 'ES256', kid, ...header })
    .setIssuer('school')
    .setSubject('school')
    .setAudience(audience ?? issuer)
    .setJti(crypto.randomUUID())
    .setIssuedAt(now)
    .setExpirationTime(now + seconds)
    .sign(privateKey, { crit: { b64: true } });
  const answer = await fetch(`${issuer}/oauth/introspect`, {
    method: 'POST',
    body: new URLSearchParams({
      token: 'x'.repeat(43),
      client_id: 'school',
      client_assertion: assertion,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    }),
  });
  return answer.status;
}

test('an assertion made for the broker alone, for a moment, is taken', async () => {
  expect(await status({})).toBe(200);
});

test.each<[string, () => Over]>([
  ['another server', () => ({ audience: 'https://id.example' })],
  ['another server too', () => ({ audience: [country.url('consent'), 'https://id.example'] })],
  ['the token endpoint, not the issuer', () => ({ audience: `${country.url('consent')}/oauth/token` })],
  ['a list, where FAPI 2.0 wants a string', () => ({ audience: [country.url('consent')] })],
  ['a day', () => ({ seconds: 86_400 })],
  ['who understands its extension', () => ({ header: { crit: ['b64'], b64: true } })],
])('one made for %s is refused', async (_for, over) => {
  expect(await status(over())).toBe(401);
});
