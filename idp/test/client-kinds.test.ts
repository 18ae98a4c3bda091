import { BlockList } from 'node:net';
import type { ClientAuthentication } from '@xinlu/common/wire';
import { SignJWT } from 'jose';
import * as oauth from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from './helpers/apache.ts';
import { Browser } from './helpers/browser.ts';
import type { Card } from './helpers/cards.ts';
import { admit, discover, logIn, makeClientKey, makeSecret } from './helpers/parties.ts';
import { makeTlsIdentity, startTlsProxy, tlsFetch } from './helpers/tls-proxy.ts';
import { NATIONAL_ID, startWorld, type World } from './helpers/world.ts';

let world: World;
let proxy: Awaited<ReturnType<typeof startTlsProxy>>;
let who: { card: Card; nationalId: string };

const basic = { profile: 'basic' } as const;

beforeAll(async () => {
  const tlsProxies = new BlockList();
  tlsProxies.addAddress('127.0.0.1');
  const port = await freePort();
  world = await startWorld({ tlsProxies, mtlsUrl: `https://localhost:${port}` });
  proxy = await startTlsProxy(world.url, { port });
  who = {
    card: await world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君' }),
    nationalId: NATIONAL_ID.lin,
  };
});
afterAll(async () => {
  await proxy?.close();
  await world?.close();
});

async function tokenRequest(parameters: Record<string, string>, headers: Record<string, string> = {}) {
  const response = await fetch(`${world.url}/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams(parameters),
  });
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
}

describe('a key of another algorithm', () => {
  test.each(['PS256', 'EdDSA'] as const)('%s signs assertions and request objects', async (alg) => {
    const own = await makeClientKey(alg);
    const id = `agency-${alg.toLowerCase()}`;
    const { key, kid } = await admit(world, id, { keys: [own.entry], signedRequestObjects: true });
    const DPoPKey = await oauth.randomDPoPKeyPair('ES256');
    const config = await discover(world, id, oauth.PrivateKeyJwt({ key: own.key, kid: own.kid }));
    const DPoP = oauth.getDPoPHandle(config, DPoPKey);
    const browser = new Browser(world.url);
    const signed = { par: true, DPoP, sign: { key: own.key, kid: own.kid } };
    const tokens = await logIn(config, browser, who, signed);
    expect(tokens.claims()?.['name']).toBe('林怡君');
    // A request that is not signed, and keys that are not the client's own, are refused.
    await expect(logIn(config, browser, who, { par: true, DPoP })).rejects.toMatchObject({
      error: 'invalid_request',
    });
    const other = { ...signed, sign: { key, kid } };
    await expect(logIn(config, browser, who, other)).rejects.toMatchObject({
      error: 'invalid_request_object',
    });
    const stranger = await discover(world, id, oauth.PrivateKeyJwt({ key, kid }));
    await expect(logIn(stranger, browser, who, signed)).rejects.toMatchObject({ error: 'invalid_client' });
  });
});

describe('a shared secret', () => {
  test.each(['client_secret_basic', 'client_secret_post'] as const)(
    '%s is held against its hash',
    async (method) => {
      const { secret, secretSha256 } = makeSecret();
      const next = makeSecret();
      const id = `shop-${method.slice(14)}`;
      const authentication = { method, secretSha256: [secretSha256, next.secretSha256] };
      await admit(world, id, { authentication }, basic);
      const by = method === 'client_secret_basic' ? oauth.ClientSecretBasic : oauth.ClientSecretPost;
      const browser = new Browser(world.url);
      for (const good of [secret, next.secret]) {
        const tokens = await logIn(await discover(world, id, by(good)), browser, who);
        expect(tokens.claims()?.['name']).toBe('林怡君');
      }
      // Neither another secret nor what stands in the register itself.
      for (const wrong of [`${secret}x`, secretSha256]) {
        const config = await discover(world, id, by(wrong));
        await expect(logIn(config, browser, who), wrong).rejects.toThrow();
      }
      const bare = await discover(world, id, oauth.None());
      await expect(logIn(bare, browser, who)).rejects.toMatchObject({ error: 'invalid_client' });
    },
  );

  test('is no key: what stands in the register signs neither an assertion nor a request object', async () => {
    const { secretSha256 } = makeSecret();
    await admit(
      world,
      'forged',
      { authentication: { method: 'client_secret_basic', secretSha256: [secretSha256] } },
      basic,
    );
    const claims = {
      iss: 'forged',
      sub: 'forged',
      client_id: 'forged',
      aud: world.url,
      jti: '1',
      response_type: 'code',
    };
    for (const text of [secretSha256, Buffer.from(secretSha256, 'hex')]) {
      const now = Math.floor(Date.now() / 1000);
      const jwt = await new SignJWT({
        ...claims,
        nbf: now,
        exp: now + 60,
        redirect_uri: 'https://forged.example/login/callback',
      })
        .setProtectedHeader({ alg: 'HS256' })
        .sign(typeof text === 'string' ? Buffer.from(text) : text);
      const assertion = {
        client_assertion: jwt,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      };
      expect(
        (await tokenRequest({ grant_type: 'authorization_code', code: 'x', ...assertion })).json['error'],
      ).toBe('invalid_client');
      const { page, url } = await new Browser(world.url).follow(
        `/authorize?client_id=forged&request=${jwt}&scope=openid&response_type=code`,
      );
      expect(page ?? url).not.toContain('sign-in-data');
      expect(page ?? url).toContain('invalid_request_object');
    }
  });

  test('with a nonce in place of PKCE, when the register says so and the nonce is there', async () => {
    const { secret, secretSha256 } = makeSecret();
    const authentication: ClientAuthentication = {
      method: 'client_secret_basic',
      secretSha256: [secretSha256],
    };
    await admit(world, 'old-shop', { authentication, codeProtection: 'nonce' }, basic);
    const browser = new Browser(world.url);
    const config = await discover(world, 'old-shop', oauth.ClientSecretBasic(secret));
    expect((await logIn(config, browser, who, { pkce: false })).claims()?.['name']).toBe('林怡君');
    const without = { pkce: false, parameters: { nonce: '' } };
    await expect(logIn(config, browser, who, without)).rejects.toMatchObject({ error: 'invalid_request' });
    await admit(world, 'new-shop', { authentication: { ...authentication } }, basic);
    const strict = await discover(world, 'new-shop', oauth.ClientSecretBasic(secret));
    await expect(logIn(strict, browser, who, { pkce: false })).rejects.toMatchObject({
      error: 'invalid_request',
    });
  });
});

describe('a TLS certificate', () => {
  const dn = 'C=TW, O=Test, CN=client.agency.example';
  const registered = 'CN=client.agency.example,O=Test,C=TW';

  async function tlsClient(id: string, identity: Parameters<typeof tlsFetch>[0]) {
    return discover(
      world,
      id,
      oauth.TlsClientAuth(),
      { use_mtls_endpoint_aliases: true },
      tlsFetch(identity),
    );
  }

  test('of an authority authenticates by its subject and binds the tokens', async () => {
    const subject = { method: 'tls_client_auth', subjectDn: registered } as const;
    await admit(world, 'tls-agency', {
      authentication: subject,
      senderConstraint: 'mtls',
      grants: ['refresh_token'],
    });
    const identity = await makeTlsIdentity(dn, world.authorities.company);
    const browser = new Browser(world.url);
    const config = await tlsClient('tls-agency', identity);
    expect(config.serverMetadata().mtls_endpoint_aliases?.token_endpoint).toBe(`${proxy.url}/token`);
    const tokens = await logIn(config, browser, who, { par: true });
    const sub = tokens.claims()?.sub ?? '';
    expect((await oauth.fetchUserInfo(config, tokens.access_token, sub))['name']).toBe('林怡君');
    const refreshed = await oauth.refreshTokenGrant(config, tokens.refresh_token ?? '');
    expect(refreshed.access_token).not.toBe(tokens.access_token);

    // Another certificate of the same subject is the same client, but not the holder of these tokens.
    const renewed = await tlsClient('tls-agency', await makeTlsIdentity(dn, world.authorities.company));
    await expect(oauth.fetchUserInfo(renewed, tokens.access_token, sub)).rejects.toThrow();
    // No certificate; one of nobody we know; one of another; one that is not for TLS clients.
    const elsewhere = await makeTlsIdentity('C=TW, O=Test, CN=other.example', world.authorities.company);
    const forServers = await makeTlsIdentity(dn, world.authorities.company, '1.3.6.1.5.5.7.3.1' as never);
    for (const wrong of [
      undefined,
      await makeTlsIdentity(dn, world.authorities.stranger),
      await makeTlsIdentity(dn),
      elsewhere,
      forServers,
    ]) {
      const client = await tlsClient('tls-agency', wrong);
      await expect(logIn(client, browser, who, { par: true })).rejects.toMatchObject({
        error: 'invalid_client',
      });
    }
  });

  test('signed by itself authenticates when it is the registered one', async () => {
    const identity = await makeTlsIdentity('CN=self.example');
    const authentication = {
      method: 'self_signed_tls_client_auth' as const,
      certificates: [identity.der.toString('base64')],
    };
    await admit(world, 'self-signed', { authentication, senderConstraint: 'mtls' });
    const browser = new Browser(world.url);
    const tokens = await logIn(await tlsClient('self-signed', identity), browser, who, { par: true });
    expect(tokens.claims()?.['name']).toBe('林怡君');
    const other = await tlsClient('self-signed', await makeTlsIdentity('CN=self.example'));
    await expect(logIn(other, browser, who, { par: true })).rejects.toMatchObject({
      error: 'invalid_client',
    });
  });

  test('that a header claims is worth nothing where no proxy is listed', async () => {
    const bare = await startWorld();
    try {
      const identity = await makeTlsIdentity('CN=self.example');
      const certificates = [identity.der.toString('base64')];
      await admit(bare, 'self-signed', {
        authentication: { method: 'self_signed_tls_client_auth', certificates },
        senderConstraint: 'mtls',
        grants: ['client_credentials'],
      });
      const response = await fetch(`${bare.url}/token`, {
        method: 'POST',
        headers: { 'client-cert': `:${identity.der.toString('base64')}:` },
        body: new URLSearchParams({ grant_type: 'client_credentials', client_id: 'self-signed' }),
      });
      expect(response.status).toBe(401);
    } finally {
      await bare.close();
    }
  });
});
