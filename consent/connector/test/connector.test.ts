import { sha256Base64url } from '@xinlu/common/canonical';
import { signRequest } from '@xinlu/common/http-signature';
import { systemIds } from '@xinlu/common/ids';
import { decryptNested, verifyJwt } from '@xinlu/common/keys';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { NATIONAL_ID, type Parts, startAgency } from './support.ts';

let agency: Awaited<ReturnType<typeof startAgency>>;
beforeAll(async () => {
  agency = await startAgency();
});
beforeEach(() => {
  agency.reads.length = 0;
  agency.lines.length = 0;
});
afterAll(() => agency.close());

const now = () => Math.floor(Date.now() / 1000);
const VERIFICATION = {
  case_number: '1',
  reason: 'a test of binding',
  checks: [{ field: 'address', test: 'starts-with' as const }],
};

describe('when everything agrees', () => {
  test('then the granted fields alone leave, signed by the agency and readable by the school alone', async () => {
    const made = agency.parts();
    const request = await agency.build(made);
    const { status, json } = await agency.post(request);
    expect(status).toBe(200);
    const jwt = await decryptNested(String(json['data']), agency.keys.school);
    const claims = await verifyJwt(jwt, {
      keys: agency.view.signingKeys('household'),
      typ: 'xinlu-data+jwt',
      issuer: 'household',
      audience: 'school',
    });
    expect(claims).toMatchObject({
      sub: 'subject',
      consent_id: made.order.consent_id,
      order_hash: sha256Base64url(request.order),
      data: { members: ['林怡君'] },
    });
    expect(Object.keys(claims['data'] as object)).toEqual(['members']);
    await expect(decryptNested(String(json['data']), agency.keys.bank)).rejects.toMatchObject({
      code: 'jwe-undecryptable',
    });
  });
});

type Case = [what: string, tamper: (made: Parts) => void, check: string, code: string];
const cases: Case[] = [
  [
    'the order is signed by an outsider',
    (m) => {
      m.orderKeys = agency.outsider;
    },
    'order',
    'jwt-key-unknown',
  ],
  [
    'the order is signed by the school itself',
    (m) => {
      m.orderKeys = agency.keys.school;
    },
    'order',
    'jwt-key-unknown',
  ],
  [
    'the order is another kind of JWT',
    (m) => {
      m.orderType = 'xinlu-receipt+jwt';
    },
    'order',
    'jwt-claim-wrong',
  ],
  [
    'the order is for another agency',
    (m) => {
      m.order.aud = 'welfare';
    },
    'order',
    'jwt-claim-wrong',
  ],
  [
    'the order names another broker',
    (m) => {
      m.order.iss = 'school';
    },
    'order',
    'jwt-claim-wrong',
  ],
  [
    'the order is stale',
    (m) => {
      m.order.iat = now() - 300;
      m.order.exp = now() - 240;
    },
    'order',
    'jwt-expired',
  ],
  [
    'the order is old but says it still lives',
    (m) => {
      m.order.iat = now() - 300;
      m.order.exp = now() + 60;
    },
    'order',
    'jwt-expired',
  ],
  [
    'the order lives too long',
    (m) => {
      m.order.exp = now() + 600;
    },
    'order',
    'order-too-long',
  ],
  [
    'the consent has ended',
    (m) => {
      m.order.until = '2020-01-01T00:00:00Z';
    },
    'order',
    'order-consent-ended',
  ],
  [
    'the dataset is not held here',
    (m) => {
      m.order.dataset = 'welfare.low-income-status';
    },
    'order',
    'dataset-unknown',
  ],
  [
    'the field does not exist',
    (m) => {
      m.order.fields = ['secret'];
    },
    'order',
    'field-unknown',
  ],
  [
    'the field is an inherited name',
    (m) => {
      m.order.fields = ['constructor'];
    },
    'order',
    'field-unknown',
  ],
  [
    'the client is not admitted to the purpose',
    (m) => {
      m.order.client_id = 'bank';
      m.request.keys = agency.keys.bank;
    },
    'relying-party',
    'client-not-admitted',
  ],
  [
    'nobody signed as the relying party',
    (m) => {
      m.request.signature = {};
    },
    'relying-party',
    'signature-missing',
  ],
  [
    'the broker signed in place of the relying party',
    (m) => {
      m.request.keys = agency.keys.consent;
    },
    'relying-party',
    'signature-key-unknown',
  ],
  [
    'another relying party signed',
    (m) => {
      m.request.keys = agency.keys.bank;
    },
    'relying-party',
    'signature-key-unknown',
  ],
  [
    'the request was meant for elsewhere',
    (m) => {
      m.request.url = 'http://localhost:9999/gateway/release';
    },
    'relying-party',
    'request-meant-elsewhere',
  ],
  [
    'the order was made for another request',
    (m) => {
      m.order.request_signature_hash = sha256Base64url('other');
    },
    'binding',
    'order-for-another-request',
  ],
  [
    'the order was made for another body',
    (m) => {
      m.order.request_body_hash = sha256Base64url('other');
    },
    'binding',
    'order-for-another-request',
  ],
  [
    'the order names another consent',
    (m) => {
      m.order.consent_id = systemIds.uuid();
    },
    'binding',
    'order-for-another-consent',
  ],
  [
    'the dataset was not asked for',
    (m) => {
      m.request.body = m.request.body.replace('household.members', 'tax.income');
      m.order.request_body_hash = sha256Base64url(m.request.body);
    },
    'binding',
    'dataset-not-asked',
  ],
  [
    'the order wants data where the relying party wanted answers',
    (m) => {
      const verification = { ...VERIFICATION, sealed: 'x'.repeat(20) };
      m.request.body = JSON.stringify({ ...JSON.parse(m.request.body), verification });
      m.order.request_body_hash = sha256Base64url(m.request.body);
    },
    'binding',
    'order-for-another-verification',
  ],
  [
    'the order wants answers where the relying party wanted data',
    (m) => {
      m.order.verification = VERIFICATION;
    },
    'binding',
    'order-for-another-verification',
  ],
  [
    'the sealed checks do not open with our key',
    (m) => {
      const verification = { ...VERIFICATION, sealed: 'x'.repeat(20) };
      m.request.body = JSON.stringify({ ...JSON.parse(m.request.body), verification });
      m.order.request_body_hash = sha256Base64url(m.request.body);
      m.order.verification = VERIFICATION;
    },
    'answer',
    'jwe-undecryptable',
  ],
  [
    'the envelope is for another agency',
    (m) => {
      m.envelope.to = 'welfare';
    },
    'envelope',
    'jwe-undecryptable',
  ],
  [
    'the envelope names another agency',
    (m) => {
      m.envelope.claims = { aud: 'welfare' };
    },
    'envelope',
    'jwt-claim-wrong',
  ],
  [
    'the broker made the envelope',
    (m) => {
      m.envelope.keys = agency.keys.consent;
    },
    'envelope',
    'jwt-key-unknown',
  ],
  [
    'the envelope belongs to another order',
    (m) => {
      m.envelope.claims = { order_hash: sha256Base64url('other') };
    },
    'envelope',
    'envelope-for-another-order',
  ],
  [
    'the envelope belongs to another consent',
    (m) => {
      m.envelope.claims = { consent_hash: sha256Base64url('other') };
    },
    'envelope',
    'envelope-for-another-consent',
  ],
  [
    'the envelope is stale',
    (m) => {
      m.envelope.claims = { iat: now() - 300, exp: now() - 240 };
    },
    'envelope',
    'jwt-expired',
  ],
  [
    'the envelope holds no national ID',
    (m) => {
      m.envelope.claims = { national_id: 'nobody' };
    },
    'envelope',
    'envelope-malformed',
  ],
];

describe('when one thing is wrong', () => {
  test.each(cases)(
    '%s: refused, nothing read, and the log names the check',
    async (_what, tamper, check, code) => {
      const made = agency.parts();
      tamper(made);
      const { status, json } = await agency.post(await agency.build(made));
      expect(json['code']).toBe(code);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
      expect(agency.checkNamed()).toBe(check);
      expect(agency.reads).toEqual([]);
    },
  );

  test('a field changed after signing', async () => {
    const request = await agency.build(agency.parts());
    const [header, payload = '', signature] = request.order.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const widened = Buffer.from(JSON.stringify({ ...claims, fields: ['members', 'address'] })).toString(
      'base64url',
    );
    const { json } = await agency.post({ ...request, order: `${header}.${widened}.${signature}` });
    expect(json['code']).toBe('jwt-signature-wrong');
  });

  test("the relying party's signature is stale", async () => {
    const made = agency.parts();
    const past = { now: () => new Date(Date.now() - 120_000) };
    const message = {
      method: 'POST',
      url: made.request.url,
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(made.request.body),
    };
    made.request.signature = signRequest(message, agency.keys.school, past);
    const { json } = await agency.post(await agency.build(made));
    expect(json['code']).toBe('signature-stale');
    expect(agency.checkNamed()).toBe('relying-party');
  });

  test('an order that brings its own encryption key', async () => {
    const request = await agency.build(agency.parts());
    const own = agency.outsider.publicJwks.keys.find((key) => key.use === 'enc');
    const { status, json } = await agency.post({ ...request, encryption_key: own });
    expect([status, json['code']]).toEqual([400, 'request-malformed']);
  });

  test('somebody else than a broker sends it', async () => {
    const request = await agency.build(agency.parts());
    const { status, json } = await agency.post(request, agency.keys.school);
    expect([status, json['code']]).toEqual([403, 'role-missing']);
  });

  test("data that does not fit the agency's own schema never leaves", async () => {
    const made = agency.parts();
    made.order.fields = ['members', 'broken'];
    const { status, json } = await agency.post(await agency.build(made));
    expect([status, json['code'], json['data']]).toEqual([500, 'data-invalid', undefined]);
  });
});

describe('when an order is replayed', () => {
  test('then of twenty parallel uses exactly one is served', async () => {
    const request = await agency.build(agency.parts());
    const answers = await Promise.all(Array.from({ length: 20 }, () => agency.post(request)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(new Set(answers.filter(({ status }) => status !== 200).map(({ json }) => json['code']))).toEqual(
      new Set(['order-replayed']),
    );
    expect(agency.reads).toHaveLength(1);
  });
});

describe('when it is over', () => {
  test('then no log line holds the national ID or her data', async () => {
    await agency.post(await agency.build(agency.parts()));
    const all = agency.lines.join('\n');
    expect(all).toContain('released');
    expect(all).not.toContain(NATIONAL_ID);
    expect(all).not.toContain('林怡君');
  });
});
