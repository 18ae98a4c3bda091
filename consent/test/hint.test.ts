import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '@xinlu/common/clock';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createHintVerifier, type HintVerifier } from '../src/http/oauth/hint.ts';

let issuer: string;
let served: JWK[] = [];
let verify: HintVerifier;
const server = createServer((request, response) => {
  const answer = request.url === '/jwks' ? { keys: served } : { issuer, jwks_uri: `${issuer}/jwks` };
  response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  verify = createHintVerifier({ issuer, clock: systemClock });
});
afterEach(() => vi.useRealTimers());
afterAll(() => server.close());

async function key(alg: string, kid: string) {
  const { publicKey, privateKey } = await generateKeyPair(alg);
  const hint = () =>
    new SignJWT({ sub: 'somebody' })
      .setProtectedHeader({ alg, kid })
      .setIssuer(issuer)
      .setAudience('school')
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(privateKey);
  return { jwk: { ...(await exportJWK(publicKey)), alg, kid, use: 'sig' }, hint };
}

const later = (seconds: number) => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + seconds * 1000 });
};

describe('a hint from the identity provider', () => {
  test('is taken under each algorithm, under a key that came after the last look, and no longer under one that is gone', async () => {
    const [first, rsa, next] = await Promise.all([key('ES256', 'a'), key('PS256', 'b'), key('ES256', 'c')]);
    served = [first.jwk, rsa.jwk];
    expect(await verify(await first.hint(), 'school')).toEqual({ sub: 'somebody' });
    expect(await verify(await rsa.hint(), 'school')).toEqual({ sub: 'somebody' });

    await expect(verify(await next.hint(), 'school')).rejects.toMatchObject({
      code: 'ERR_JWKS_NO_MATCHING_KEY',
    });
    served = [next.jwk, first.jwk];
    later(3);
    expect(await verify(await next.hint(), 'school')).toEqual({ sub: 'somebody' });
    expect(await verify(await first.hint(), 'school')).toEqual({ sub: 'somebody' });

    served = [next.jwk];
    const old = await first.hint();
    vi.useRealTimers();
    later(70);
    await expect(verify(old, 'school')).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' });
  });

  test('is not taken under a foreign key that bears a good kid, nor for another client', async () => {
    const [good, foreign] = await Promise.all([key('ES256', 'd'), key('ES256', 'd')]);
    served = [good.jwk];
    later(200);
    await expect(verify(await foreign.hint(), 'school')).rejects.toMatchObject({
      code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    });
    await expect(verify(await good.hint(), 'bank')).rejects.toMatchObject({
      code: 'ERR_JWT_CLAIM_VALIDATION_FAILED',
    });
  });
});
