import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256Base64url } from '@xinlu/common/canonical';
import { systemClock } from '@xinlu/common/clock';
import { type AppInstance, buildHttp } from '@xinlu/common/http';
import { signRequest } from '@xinlu/common/http-signature';
import { systemIds } from '@xinlu/common/ids';
import { encryptNested, type KeyRing, signJwt } from '@xinlu/common/keys';
import { createLogger } from '@xinlu/common/log';
import { fakeRegister, makeKeys, testKeyValues } from '@xinlu/common/testing';
import type { ConnectorRequest, OrderClaims, Participant } from '@xinlu/common/wire';
import { connector, openReleaseLog } from '../src/index.ts';

const PUBLIC_URL = 'http://localhost:9013';
const GATEWAY_URL = 'http://localhost:9002/gateway/release';
const PURPOSE = 'tuition-waiver';
export const NATIONAL_ID = 'A229871345';

type Id = 'idp' | 'consent' | 'school' | 'bank' | 'household' | 'welfare';
const now = () => Math.floor(Date.now() / 1000);

/** Everything an order stands on, each part open to tampering. */
export type Parts = {
  order: OrderClaims;
  orderKeys: KeyRing;
  orderType: string;
  request: { url: string; body: string; keys: KeyRing; signature?: Record<string, string> };
  envelope: { claims: Record<string, unknown>; keys: KeyRing; to: Id };
  send: { keys: KeyRing; extra?: Record<string, unknown> };
};

/** An agency with a connector, and everybody's keys to try it with. */
export async function startAgency() {
  const ids: Id[] = ['idp', 'consent', 'school', 'bank', 'household', 'welfare'];
  const keys = Object.fromEntries(
    await Promise.all(ids.map(async (id) => [id, await makeKeys()] as const)),
  ) as Record<Id, KeyRing>;
  const outsider = await makeKeys();
  const roles = {
    idp: ['identity-provider'],
    consent: ['broker'],
    household: ['provider'],
    welfare: ['provider'],
  };
  const participants = ids.map(
    (id): Participant => ({
      id,
      name: { 'zh-TW': id, en: id },
      oid: '2.16.886.1',
      kind: 'government',
      roles: (roles[id as keyof typeof roles] ?? ['rp']) as Participant['roles'],
      keys: keys[id].publicJwks.keys,
      homepage: PUBLIC_URL,
      validFrom: '2020-01-01T00:00:00Z',
      ...(id === 'school' || id === 'bank'
        ? {
            relyingParty: {
              sector: id,
              redirectUris: [PUBLIC_URL],
              postLogoutRedirectUris: [],
              profile: 'fapi2',
              minimumAcr: 'substantial',
              consentRedirectUris: [],
              purposes: id === 'school' ? [PURPOSE] : [],
            },
          }
        : {}),
    }),
  );
  const { view } = await fakeRegister(participants);
  const [store, ...others] = await testKeyValues();
  if (store === undefined) throw new Error('no key-value store to test with');
  const lines: string[] = [];
  const log = createLogger({ name: 'connector', destination: { write: (line) => void lines.push(line) } });
  const reads: string[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'xinlu-releases-'));
  const releases = openReleaseLog(folder);
  const app: AppInstance = await buildHttp({
    name: 'household',
    publicUrl: PUBLIC_URL,
    log,
    kv: store.kv,
    requestsPerMinute: 100_000,
    ready: async () => ({}),
  });
  await app.register(async (scope) =>
    connector(scope, {
      participantId: 'household',
      keys: keys.household,
      register: () => view,
      kv: store.kv,
      clock: systemClock,
      ids: systemIds,
      log,
      publicUrl: PUBLIC_URL,
      gatewayUrl: GATEWAY_URL,
      releases,
      datasets: {
        'household.members': {
          fields: { members: { type: 'array' }, address: { type: 'string' }, broken: { type: 'integer' } },
          async read({ nationalId, accessId }) {
            reads.push(accessId);
            if (nationalId !== NATIONAL_ID) return undefined;
            return { members: ['林怡君'], address: '信路市', broken: 'not a number', secret: 'never leaves' };
          },
        },
      },
    }),
  );

  /** A genuine order's parts; tests change one thing at a time. */
  function parts(): Parts {
    const consentId = systemIds.uuid();
    const body = JSON.stringify({ consent_id: consentId, datasets: ['household.members'] });
    return {
      order: {
        iss: 'consent',
        aud: 'household',
        jti: systemIds.uuid(),
        iat: now(),
        exp: now() + 60,
        consent_id: consentId,
        consent_hash: sha256Base64url('receipt'),
        client_id: 'school',
        sub: 'subject',
        dataset: 'household.members',
        fields: ['members'],
        purpose: PURPOSE,
        until: null,
        request_signature_hash: '',
        request_body_hash: sha256Base64url(body),
      },
      orderKeys: keys.consent,
      orderType: 'xinlu-order+jwt',
      request: { url: GATEWAY_URL, body, keys: keys.school },
      envelope: { claims: {}, keys: keys.idp, to: 'household' },
      send: { keys: keys.consent },
    };
  }

  async function build(made: Parts): Promise<ConnectorRequest> {
    const { url, body } = made.request;
    const plain = { 'content-type': 'application/json' };
    const message = { method: 'POST', url, headers: plain, body: Buffer.from(body) };
    const headers = {
      ...plain,
      ...(made.request.signature ?? signRequest(message, made.request.keys, systemClock)),
    } as Record<string, string>;
    const claims = {
      ...made.order,
      request_signature_hash:
        made.order.request_signature_hash || sha256Base64url(headers['signature'] ?? ''),
    };
    const order = await signJwt(made.orderKeys, made.orderType, claims);
    const jwt = await signJwt(made.envelope.keys, 'xinlu-envelope+jwt', {
      iss: 'http://localhost:9001',
      aud: 'household',
      jti: systemIds.uuid(),
      iat: now(),
      exp: now() + 60,
      national_id: NATIONAL_ID,
      consent_hash: made.order.consent_hash,
      order_hash: sha256Base64url(order),
      ...made.envelope.claims,
    });
    const recipient = view.encryptionKey(made.envelope.to);
    if (recipient === undefined) throw new Error('no key');
    const envelope = await encryptNested(jwt, recipient);
    return { order, envelope, request: { method: 'POST', url, headers, body } };
  }

  async function post(request: unknown, sender: KeyRing = keys.consent) {
    const payload = Buffer.from(JSON.stringify(request));
    const message = {
      method: 'POST',
      url: `${PUBLIC_URL}/release`,
      headers: { 'content-type': 'application/json' },
      body: payload,
    };
    const answer = await app.inject({
      method: 'POST',
      url: '/release',
      headers: { ...message.headers, ...signRequest(message, sender, systemClock) },
      payload,
    });
    return { status: answer.statusCode, json: answer.json() as Record<string, unknown> };
  }

  /** The check that the last refusal named in the connector's own log. */
  function checkNamed(): string | undefined {
    const line = lines.findLast((one) => one.includes('release-refused'));
    return line === undefined ? undefined : (JSON.parse(line) as { check?: string }).check;
  }

  return {
    keys,
    outsider,
    view,
    reads,
    folder,
    releases,
    lines,
    parts,
    build,
    post,
    checkNamed,
    async close() {
      await app.close();
      await releases.close();
      rmSync(folder, { recursive: true, force: true });
      for (const one of [store, ...others]) await one.close();
    },
  };
}
