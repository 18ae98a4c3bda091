import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { frozenClock } from '../src/clock/index.ts';
import { AppError } from '../src/errors/index.ts';
import { buildHttp } from '../src/http/index.ts';
import {
  registerSignedRequests,
  type SignedMessage,
  signAnswer,
  signedFetch,
  signRequest,
  verifyAnswer,
  verifyRequest,
} from '../src/http-signature/index.ts';
import type { KeyRing } from '../src/keys/index.ts';
import { createLogger } from '../src/log/index.ts';
import { fakeRegister, makeKeys, testKeyValues } from '../src/testing/index.ts';
import type { Participant, Role } from '../src/wire/index.ts';

const clock = frozenClock(new Date('2026-03-01T00:00:00Z'));
const keys = await makeKeys();
const others = await makeKeys();
const lookup = (kid: string) => keys.publicJwks.keys.find((key) => key.kid === kid);

function signed(over: Partial<SignedMessage> = {}, by: KeyRing = keys): SignedMessage {
  const message = {
    method: 'POST',
    url: 'https://gateway.example/release?x=1',
    headers: { authorization: 'DPoP token', 'content-type': 'application/json' },
    body: Buffer.from('{"a":1}'),
    ...over,
  };
  return { ...message, headers: { ...message.headers, ...signRequest(message, by, clock) } };
}

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return error instanceof AppError ? error.code : `unexpected ${String(error)}`;
  }
  return 'accepted';
}

describe('a signed request', () => {
  test('when it comes as it was sent, then it verifies', () => {
    expect(verifyRequest(signed(), lookup, clock).kid).toBe(keys.signing.kid);
  });

  const without = (message: SignedMessage, name: string) => ({
    ...message,
    headers: Object.fromEntries(Object.entries(message.headers).filter(([key]) => key !== name)),
  });
  const set = (message: SignedMessage, name: string, value: string) => ({
    ...message,
    headers: { ...message.headers, [name]: value },
  });
  const input = (message: SignedMessage) => message.headers['signature-input'] ?? '';

  test.each<[string, (message: SignedMessage) => SignedMessage, string]>([
    ['another method', (m) => ({ ...m, method: 'GET' }), 'signature-wrong'],
    ['another address', (m) => ({ ...m, url: 'https://gateway.example/release?x=2' }), 'signature-wrong'],
    ['another body', (m) => ({ ...m, body: Buffer.from('{"a":2}') }), 'content-digest-wrong'],
    [
      'another body and digest',
      (m) =>
        set(
          { ...m, body: Buffer.from('x') },
          'content-digest',
          'sha-256=:LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE=:',
        ),
      'signature-wrong',
    ],
    ['another token', (m) => set(m, 'authorization', 'DPoP other'), 'signature-wrong'],
    ['its token removed', (m) => without(m, 'authorization'), 'signature-coverage'],
    ['a token added that was not signed', (m) => set(m, 'dpop', 'proof'), 'signature-coverage'],
    ['no signature', (m) => without(m, 'signature'), 'signature-missing'],
    ['no input', (m) => without(m, 'signature-input'), 'signature-missing'],
    ['no digest', (m) => without(m, 'content-digest'), 'content-digest-wrong'],
    [
      'an older time written in',
      (m) => set(m, 'signature-input', input(m).replace(/created=\d+/, 'created=1')),
      'signature-stale',
    ],
    [
      'a shorter cover',
      (m) => set(m, 'signature-input', input(m).replace('"content-digest" ', '')),
      'signature-coverage',
    ],
    [
      'another label',
      (m) => set(m, 'signature-input', input(m).replace('xinlu=', 'other=')),
      'signature-malformed',
    ],
    ['two labels', (m) => set(m, 'signature-input', `${input(m)}, b=("@method")`), 'signature-malformed'],
    [
      'spaces in the input',
      (m) => set(m, 'signature-input', input(m).replace('xinlu=(', 'xinlu=( ')),
      'signature-malformed',
    ],
    ['a broken signature', (m) => set(m, 'signature', 'xinlu=:AAAA:'), 'signature-wrong'],
    ['text for a signature', (m) => set(m, 'signature', 'xinlu="AAAA"'), 'signature-malformed'],
    [
      'a key nobody registered',
      (m) => set(m, 'signature-input', input(m).replace(/keyid="[^"]+"/, 'keyid="nobody"')),
      'signature-key-unknown',
    ],
  ])('when it comes with %s, then it is refused', (_what, tamper, code) => {
    expect(codeOf(() => verifyRequest(tamper(signed()), lookup, clock))).toBe(code);
  });

  test('when it is older than a minute or from the future, then it is refused', () => {
    const later = frozenClock(new Date(clock.now().getTime() + 61_000));
    const earlier = frozenClock(new Date(clock.now().getTime() - 6_000));
    expect(codeOf(() => verifyRequest(signed(), lookup, later))).toBe('signature-stale');
    expect(codeOf(() => verifyRequest(signed(), lookup, earlier))).toBe('signature-stale');
  });
});

describe('a signed answer', () => {
  const answer = { status: 200, headers: {}, body: Buffer.from('[]') };

  test('when it answers this very request, then it verifies', () => {
    const request = signed();
    const headers = signAnswer(answer, request, keys, clock);
    expect(verifyAnswer({ ...answer, headers }, request, lookup, clock).kid).toBe(keys.signing.kid);
  });

  test('when it answers another request, has another status or body, then it is refused', () => {
    const request = signed();
    const headers = signAnswer(answer, request, keys, clock);
    expect(codeOf(() => verifyAnswer({ ...answer, headers }, signed(), lookup, clock))).toBe(
      'signature-wrong',
    );
    expect(codeOf(() => verifyAnswer({ ...answer, status: 201, headers }, request, lookup, clock))).toBe(
      'signature-wrong',
    );
    expect(
      codeOf(() => verifyAnswer({ ...answer, body: Buffer.from('{}'), headers }, request, lookup, clock)),
    ).toBe('content-digest-wrong');
  });
});

describe('an endpoint that demands signatures', async () => {
  const participant = (
    id: string,
    ring: KeyRing,
    roles: Role[],
    over: Partial<Participant> = {},
  ): Participant => ({
    id,
    name: { 'zh-TW': id, en: id },
    oid: '2.16.886.101.1',
    kind: 'government',
    roles,
    keys: ring.publicJwks.keys,
    homepage: 'https://x.example',
    validFrom: '2026-01-01T00:00:00Z',
    ...over,
  });
  const ended = await makeKeys();
  const { view } = await fakeRegister(
    [
      participant('sender', keys, ['submitter']),
      participant('other', others, ['rp']),
      participant('ended', ended, ['submitter'], { validUntil: '2026-02-01T00:00:00Z' }),
    ],
    { clock },
  );
  const adapters = await testKeyValues();
  let url = '';
  let app: Awaited<ReturnType<typeof buildHttp>>;

  beforeAll(async () => {
    const kv = adapters[0]?.kv;
    if (kv === undefined) throw new Error('no store');
    app = await buildHttp({
      name: 'sig',
      publicUrl: 'http://localhost',
      log: createLogger({ name: 'x', level: 'silent' }),
      kv,
      ready: async () => ({}),
    });
    const at = { url: '' };
    const requests = registerSignedRequests(app as never, {
      register: () => view,
      kv,
      clock,
      get publicUrl() {
        return at.url;
      },
      answerKeys: others,
    });
    app.post(
      '/entries',
      { preHandler: requests.requireSigned('submitter'), config: { signAnswer: true } as never },
      async (request) => ({
        from: requests.signerOf(request).id,
      }),
    );
    url = await app.listen({ host: '127.0.0.1', port: 0 });
    at.url = url;
  });
  afterAll(async () => {
    await app.close();
    for (const adapter of adapters) await adapter.close();
  });

  test('when a registered submitter calls, then it is known and the answer is signed for it', async () => {
    const call = signedFetch({ keys, clock });
    const reply = await call(`${url}/entries`, { json: { a: 1 }, answerKeys: others.publicJwks.keys });
    expect(reply).toMatchObject({ status: 200, json: { from: 'sender' } });
  });

  test('when the answer is signed by another than expected, then it is refused', async () => {
    const call = signedFetch({ keys, clock });
    await expect(
      call(`${url}/entries`, { json: {}, answerKeys: keys.publicJwks.keys }),
    ).rejects.toMatchObject({ code: 'signature-key-unknown' });
  });

  test.each([
    ['of another role', others, 'role-missing', 403],
    ['whose time is over', ended, 'participant-inactive', 403],
    ['not in the register', await makeKeys(), 'signature-key-unknown', 401],
  ])('when a participant %s calls, then it is refused', async (_who, ring, code, status) => {
    const reply = await signedFetch({ keys: ring, clock })(`${url}/entries`, { json: {} });
    expect(reply).toMatchObject({ status, json: { code } });
  });

  test('when the key is registered for encryption only, then it signs nothing', async () => {
    const encryption = keys.encryption;
    if (encryption === undefined) throw new Error('no encryption key');
    const reply = await signedFetch({ keys: { ...keys, signing: encryption }, clock })(`${url}/entries`, {
      json: {},
    });
    expect(reply).toMatchObject({ status: 401, json: { code: 'signature-key-unknown' } });
  });

  test('when one signed request is sent 50 times in parallel, then it counts once', async () => {
    const body = Buffer.from('{}');
    const message = {
      method: 'POST',
      url: `${url}/entries`,
      headers: { 'content-type': 'application/json' },
      body,
    };
    const headers = { ...message.headers, ...signRequest(message, keys, clock) };
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => fetch(message.url, { method: 'POST', headers, body })),
    );
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
    expect(answers.filter((answer) => answer.status === 401)).toHaveLength(49);
  });
});
