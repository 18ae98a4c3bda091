import { createHash, createPublicKey, verify } from 'node:crypto';
import { canonicalJson, sha256Base64url } from '@xinlu/common/canonical';
import { verifyJwt } from '@xinlu/common/keys';
import { makeKeys } from '@xinlu/common/testing';
import { type ConfirmationClaims, parseConfirmationClaims } from '@xinlu/common/wire';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { grantConsent } from '../src/domain/decide-consent.ts';
import type { ReceiptClaims } from '../src/domain/receipt.ts';
import { csrfOf } from './support/browser.ts';
import { askAt, consentTo, standing, waiver } from './support/consent.ts';
import { type Country, startCountry } from './support/country.ts';
import { softPasskey } from './support/soft-passkey.ts';

let country: Country;
beforeAll(async () => {
  country = await startCountry();
});
afterAll(() => country.close());
afterEach(() => {
  const { state } = country.idp;
  Object.assign(state, { signs: true, says: {}, signsBy: country.keys.idp });
  for (const name of Object.keys(state.passkey.lies)) delete state.passkey.lies[name as 'type'];
});

const income = (optional: string[] = []) => [
  {
    purpose: 'credit-card-application',
    dataset: 'tax.income',
    provider: 'tax',
    fields: ['year', 'annual_income'],
    optional,
    retention: 'P1Y',
  },
];

async function newest() {
  const row = await country.database.one<{ id: string }>(
    'SELECT id FROM consent ORDER BY requested_at DESC LIMIT 1',
  );
  const consent = await country.consent.domain.consents.find(row?.id ?? '');
  if (consent === undefined) throw new Error('no consent');
  return consent;
}

async function receiptOf(consentId: string): Promise<ReceiptClaims> {
  const events = await country.consent.domain.consents.eventsOf(consentId);
  const claims = await verifyJwt(events.find(({ type }) => type === 'granted')?.document ?? '', {
    keys: country.view.signingKeys('consent'),
    typ: 'xinlu-receipt+jwt',
    timeless: true,
  });
  return claims as unknown as ReceiptClaims;
}

/** She presses agree; gives what her browser sees in the end. */
async function agree(asked: Awaited<ReturnType<typeof askAt>>, field: string[] = []) {
  return asked.browser.follow(`${asked.screen.url}/decision`, /\/consent\/callback/, {
    _csrf: csrfOf(asked.screen.body),
    decision: 'grant',
    field,
  });
}

describe('when sensitive data are asked for', () => {
  test('then her passkey signs what she saw, and whoever has the receipt can check it', async () => {
    const { consent } = await consentTo(country, waiver(standing()), {
      fields: ['welfare.low-income-status:case_number'],
    });
    const receipt = await receiptOf(consent.consentId);
    const signed = receipt.signed_by_principal;
    if (signed === undefined) throw new Error('not signed');
    const { statement, particulars } = signed;
    expect(statement).toMatchObject({
      broker: 'consent',
      consent_id: consent.consentId,
      client_id: 'school',
      subject: consent.subject,
      purpose: { id: 'tuition-waiver', version: 1, title: '高中職低收入戶學雜費減免' },
      datasets: [{ id: 'household.members' }, { id: 'welfare.low-income-status' }],
      until: consent.details[0]?.until,
      language: 'zh-TW',
    });
    expect(particulars).toMatchObject({
      retention: 'P1Y',
      frequency: { count: 30, period: 'P1D' },
      data: [
        { dataset: 'household.members', fields: ['members'], left_out: ['address'] },
        { fields: ['status', 'valid_until', 'case_number'], left_out: [] },
      ],
    });
    expect(statement.particulars).toBe(sha256Base64url(canonicalJson(particulars)));
    const hash = sha256Base64url(canonicalJson(statement));
    const claims: ConfirmationClaims = parseConfirmationClaims.parse(
      await verifyJwt(signed.confirmation, {
        keys: country.view.signingKeys('idp'),
        typ: 'xinlu-confirmation+jwt',
      }),
    );
    expect(claims.statement_hash).toBe(hash);
    const clientData = Buffer.from(claims.webauthn.client_data_json, 'base64url');
    expect(JSON.parse(String(clientData))).toMatchObject({ challenge: hash, origin: country.url('idp') });
    const data = Buffer.from(claims.webauthn.authenticator_data, 'base64url');
    const over = Buffer.concat([data, createHash('sha256').update(clientData).digest()]);
    const key = createPublicKey({ key: claims.webauthn.public_key as never, format: 'jwk' });
    expect(verify('sha256', over, key, Buffer.from(claims.webauthn.signature, 'base64url'))).toBe(true);
    expect((await country.consent.domain.consents.find(consent.consentId))?.statementHash).toBe(hash);
    // What the identity provider was shown does not say which fields she gave.
    const shown = [...country.idp.state.confirmations.values()].at(-1)?.statement;
    expect(JSON.stringify(shown)).not.toMatch(/case_number|address|valid_until/);
  });

  test('then the screen says so, and names nothing that is to be signed where nothing is sensitive', async () => {
    const { screen } = await askAt(country, waiver());
    expect(screen.body).toContain('按下同意後還要用您的通行金鑰簽署');
    const plain = await askAt(country, waiver().slice(0, 1));
    expect(plain.screen.body).not.toContain('簽署');
    const before = country.idp.state.confirmations.size;
    expect((await agree(plain)).url).toContain('code=');
    expect(country.idp.state.confirmations.size).toBe(before);
    expect(await receiptOf((await newest()).id)).not.toHaveProperty('signed_by_principal');
  });

  test('then she need not sign where she leaves the sensitive fields out', async () => {
    const before = country.idp.state.confirmations.size;
    expect((await agree(await askAt(country, income(['annual_income']), 'bank'))).url).toContain('code=');
    expect(country.idp.state.confirmations.size).toBe(before);
    const asked = await askAt(country, income(['annual_income']), 'bank');
    expect((await agree(asked, ['tax.income:annual_income'])).url).toContain('code=');
    expect(country.idp.state.confirmations.size).toBe(before + 1);
  });

  test('then without signing nothing is given, and she can try again or refuse', async () => {
    country.idp.state.signs = false;
    const asked = await askAt(country, waiver());
    const back = await agree(asked);
    expect(back.body).toContain('還沒有簽署');
    expect(await newest()).toMatchObject({ state: 'requested', granted: null, grantId: null });
    country.idp.state.signs = true;
    expect((await agree(asked)).url).toContain('code=');
    expect((await newest()).state).toBe('granted');
  });

  test('then no way around the signature leads to a consent', async () => {
    const asked = await askAt(country, waiver());
    const consent = await newest();
    const chosen = new Map();
    await expect(
      grantConsent(country.consent.domain, consent, { chosen, accessToken: 'x'.repeat(20), lang: 'en' }),
    ).rejects.toMatchObject({ code: 'signature-needed' });
    const made = await asked.browser.follow(
      `${asked.screen.url}/signed?confirmation=${'x'.repeat(43)}`,
      /callback/,
    );
    expect(made.body).toContain('還沒有簽署');
    expect((await newest()).state).toBe('requested');
  });
});

describe('a signature is not taken', () => {
  type Lie = {
    passkey?: () => Country['idp']['state']['passkey']['lies'];
    says?: () => object;
    keys?: 'school' | 'nobody';
  };
  const lies: [string, Lie][] = [
    ['from another origin', { passkey: () => ({ origin: country.url('consent') }) }],
    ['for another host', { passkey: () => ({ rpId: 'elsewhere.example' }) }],
    ['without user verification', { passkey: () => ({ flags: 0x01 }) }],
    ['without user presence', { passkey: () => ({ flags: 0x04 }) }],
    ['that is an enrolment', { passkey: () => ({ type: 'webauthn.create' }) }],
    ['over another challenge', { passkey: () => ({ challenge: 'x'.repeat(43) }) }],
    ['of another person', { says: () => ({ sub: 'somebody' }) }],
    ['by an actor nobody named', { says: () => ({ act: { sub: 'somebody' } }) }],
    ['made out to another broker', { says: () => ({ aud: 'school' }) }],
    ['that another issuer tells of', { says: () => ({ iss: 'https://elsewhere.example' }) }],
    ['about another statement', { says: () => ({ statement_hash: 'x'.repeat(43) }) }],
    ['that is old', { says: () => ({ iat: Math.floor(Date.now() / 1000) - 3600 }) }],
    ['over something else', { says: () => ({ webauthn: country.idp.state.passkey.sign('x'.repeat(43)) }) }],
    ['that the identity provider did not sign', { keys: 'nobody' }],
    ['that the school signed', { keys: 'school' }],
  ];
  test.each(lies)('%s', async (_what, { passkey, says, keys }) => {
    const { state } = country.idp;
    Object.assign(state.passkey.lies, passkey?.());
    Object.assign(state.says, says?.());
    if (keys !== undefined) state.signsBy = keys === 'school' ? country.keys.school : await makeKeys();
    const end = await agree(await askAt(country, waiver()));
    expect(end.response?.status).toBe(400);
    expect(await newest()).toMatchObject({ state: 'requested', granted: null, statementHash: null });
  });

  test('by another key than the one that the evidence names', async () => {
    const { passkey } = country.idp.state;
    const { signature } = softPasskey(country.url('idp')).sign('x'.repeat(43));
    const { sign } = passkey;
    passkey.sign = (challenge) => ({ ...sign(challenge), signature });
    const end = await agree(await askAt(country, waiver()));
    passkey.sign = sign;
    expect(end.response?.status).toBe(400);
  });

  test('that she gave for another consent, whether by its number or by itself', async () => {
    const [first, second] = [await askAt(country, waiver()), await askAt(country, waiver())];
    const consents = await country.database.query<{ id: string }>(
      'SELECT id FROM consent ORDER BY requested_at DESC LIMIT 2',
    );
    const [{ id: two }, { id: one }] = consents as [{ id: string }, { id: string }];
    const { identity } = country.consent.domain;
    const seen: { id: string; url: string }[] = [];
    const { askConfirmation } = identity;
    identity.askConfirmation = async (request) => {
      const opened = await askConfirmation(request);
      seen.push(opened);
      return opened;
    };
    expect((await agree(first)).url).toContain('code=');
    identity.askConfirmation = askConfirmation;
    // The number of the first, brought to the second.
    const mixed = await second.browser.follow(
      `${second.screen.url}/signed?confirmation=${seen[0]?.id}`,
      /callback/,
    );
    expect(mixed.body).toContain('還沒有簽署');
    // The signature itself, given as the second's.
    const { confirmation } = identity;
    identity.confirmation = async () => confirmation(seen[0]?.id ?? '');
    const end = await agree(second);
    identity.confirmation = confirmation;
    expect(end.response?.status).toBe(400);
    const states = await Promise.all([one, two].map((id) => country.consent.domain.consents.find(id)));
    expect(states.map((consent) => consent?.state)).toEqual(['granted', 'requested']);
  });

  test('for fewer fields than are then taken, or in another language', async () => {
    const asked = await askAt(country, waiver());
    const consent = await newest();
    const { domain } = country.consent;
    const { statement, hash } = await import('../src/domain/statement.ts').then(({ wordsToSign }) =>
      wordsToSign({
        broker: 'consent',
        consent,
        granted: consent.requested.map((detail) => ({
          ...detail,
          consent_id: consent.id,
          fields: ['status'],
        })),
        catalogue: domain.catalogue,
        lang: 'zh-TW',
        salt: 's',
      }),
    );
    expect(hash).toHaveLength(43);
    const confirmation = await signedBy(statement);
    const decision = { chosen: new Map(), accessToken: 'x'.repeat(20), lang: 'zh-TW' as const };
    for (const lang of ['zh-TW', 'en'] as const) {
      await expect(
        grantConsent(domain, consent, { ...decision, lang, signature: { salt: 's', confirmation } }),
      ).rejects.toMatchObject({ code: 'signature-not-good' });
    }
    expect((await agree(asked)).url).toContain('code=');
  });
});

/** What the identity provider would say of this statement. */
async function signedBy(statement: object): Promise<string> {
  const { signJwt } = await import('@xinlu/common/keys');
  const hash = sha256Base64url(canonicalJson(statement));
  return signJwt(country.keys.idp, 'xinlu-confirmation+jwt', {
    iss: country.url('idp'),
    aud: 'consent',
    jti: 'j',
    iat: Math.floor(Date.now() / 1000),
    sub: (statement as { subject: string }).subject,
    statement_hash: hash,
    acr: 'substantial',
    webauthn: country.idp.state.passkey.sign(hash),
  });
}
