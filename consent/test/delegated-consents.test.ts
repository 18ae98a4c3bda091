import { verifyJwt } from '@xinlu/common/keys';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ReceiptClaims } from '../src/domain/receipt.ts';
import { Browser, csrfOf } from './support/browser.ts';
import { askAt, consentTo, standing, waiver } from './support/consent.ts';
import { type Country, startCountry } from './support/country.ts';

const CHILD = { id: 'child', nationalId: 'A229871345' };
const OTHER_CHILD = { id: 'other-child', nationalId: 'F131104093' };
const MOTHER = { id: 'mother', nationalId: 'B200143406' };
const FATHER = { id: 'father', nationalId: 'B100143408' };
type Acts = Country['idp']['state']['actsFor'];
const guardian = (person = CHILD, actions = ['tuition-waiver']): Acts => ({
  person,
  kind: 'guardian',
  actions,
});

let country: Country;
beforeAll(async () => {
  country = await startCountry();
});
afterAll(() => country.close());
afterEach(() => sit(MOTHER));

/** Who sits at the browser from now on, and for whom. */
function sit(person: typeof MOTHER, actsFor?: Acts): void {
  Object.assign(country.idp.state, { person, actsFor });
}

async function dashboard(person: typeof MOTHER) {
  sit(person);
  const browser = new Browser();
  const { body } = await browser.follow(`${country.url('consent')}/login`, /never/);
  const page = async (path: string) => (await browser.open(`${country.url('consent')}${path}`)).text();
  return { body, page, browser };
}

const found = async (id: string) => {
  const consent = await country.consent.domain.consents.find(id);
  if (consent === undefined) throw new Error('no consent');
  return consent;
};
async function receiptsOf(id: string): Promise<ReceiptClaims[]> {
  const events = await country.consent.domain.consents.eventsOf(id);
  const receipts = events.flatMap(({ document }) => document ?? []);
  const keys = country.view.signingKeys('consent');
  const verified = receipts.map((jwt) => verifyJwt(jwt, { keys, typ: 'xinlu-receipt+jwt', timeless: true }));
  return (await Promise.all(verified)) as unknown as ReceiptClaims[];
}
const count = async () =>
  (await country.database.one<{ n: number }>('SELECT count(*)::int AS n FROM consent'))?.n;

async function motherConsents() {
  sit(MOTHER, guardian());
  return consentTo(country, waiver(standing()));
}

describe('a guardian consents for her child', () => {
  test('the screen says for whom, the receipt names both, and the child’s data are given', async () => {
    sit(MOTHER, guardian());
    const { screen } = await askAt(country, waiver(standing()));
    expect(screen.body).toContain('您正在替別人決定');
    expect(screen.body).toContain('法定代理人或監護人');
    const { consent, client } = await consentTo(country, waiver(standing()));
    const names = (person: { id: string }, client: string) => country.idp.subject(person.id, client);
    const stored = await found(consent.consentId);
    expect(stored).toMatchObject({
      account: names(CHILD, 'consent'),
      subject: names(CHILD, 'school'),
      acting: { account: names(MOTHER, 'consent'), subject: names(MOTHER, 'school'), kind: 'guardian' },
    });
    const [receipt] = await receiptsOf(consent.consentId);
    expect(receipt).toMatchObject({
      pii_principal_id: names(CHILD, 'school'),
      acting: { actor_id: names(MOTHER, 'school'), kind: 'guardian', mandate: stored.acting?.mandate },
    });
    // Her passkey signed, for him.
    const word = receipt?.signed_by_principal?.confirmation ?? '';
    const claims = await verifyJwt(word, {
      keys: country.view.signingKeys('idp'),
      typ: 'xinlu-confirmation+jwt',
    });
    expect(claims).toMatchObject({ sub: names(CHILD, 'school'), act: { sub: names(MOTHER, 'school') } });
    expect(JSON.stringify(receipt)).not.toContain(names(MOTHER, 'consent'));
    const { results } = await client.fetch(consent);
    expect(results[0]?.data).toMatchObject({ members: [{ name: '林怡君' }, {}] });
  });

  test('both see it and who used it, each in whose name; a stranger sees nothing', async () => {
    const { consent, client } = await motherConsents();
    await client.fetch(consent);
    const path = `/consents/${consent.consentId}`;
    const [mother, child] = [await dashboard(MOTHER), await dashboard(CHILD)];
    for (const page of ['/', path, '/accesses']) {
      expect(await mother.page(page), page).toContain('您以法定代理人或監護人的身分，替別人同意');
      expect(await child.page(page), page).toContain('由您的法定代理人或監護人替您同意');
    }
    for (const person of [FATHER, OTHER_CHILD]) {
      const stranger = await dashboard(person);
      expect((await stranger.browser.open(`${country.url('consent')}${path}`)).status).toBe(404);
      expect(await stranger.page('/accesses')).not.toContain('信路高級中學');
    }
  });

  test.each([
    ['she', MOTHER],
    ['her child', CHILD],
  ])('%s can stop it', async (_who, person) => {
    const { consent, client } = await motherConsents();
    const { page, browser } = await dashboard(person);
    const path = `/consents/${consent.consentId}/withdraw`;
    const form = await page(path);
    await browser.follow(`${country.url('consent')}${path}`, /never/, { _csrf: csrfOf(form) });
    await expect(client.fetch(consent)).rejects.toMatchObject({ code: 'consent-withdrawn' });
    const stopped = (await receiptsOf(consent.consentId)).at(-1);
    expect(stopped).toMatchObject({ event: { type: 'withdrawn' }, acting: { kind: 'guardian' } });
  });

  test('it opens her no page of his: what he consented to himself stays his', async () => {
    sit(CHILD);
    const own = await consentTo(country, waiver().slice(0, 1));
    const { browser } = await motherConsents();
    const url = `${country.url('consent')}/consents/${own.consent.consentId}`;
    expect((await browser.open(url)).status).toBe(404);
    const home = await (await browser.open(`${country.url('consent')}/`)).text();
    expect(home).not.toContain(own.consent.consentId);
    expect(home).toContain('替別人同意');
  });

  test('she replaces what she gave for him, and not what he gave himself', async () => {
    const again = async (grantId: string | undefined) => {
      sit(MOTHER, guardian());
      const grant = { action: 'replace' as const, id: grantId ?? '' };
      return (await askAt(country, waiver(standing()), 'school', { grant })).screen;
    };
    const hers = await motherConsents();
    expect((await again(hers.consent.grantId)).body).toContain('這會取代您先前的同意');
    sit(CHILD);
    const his = await consentTo(country, waiver(standing()));
    expect((await again(his.consent.grantId)).response?.status).toBe(403);
  });
});

describe('another person, another actor or another mandate at the broker is refused before the screen', () => {
  const rows: [string, [typeof MOTHER, Acts?], [typeof MOTHER, Acts?]][] = [
    ['she acts for him there and for herself here', [MOTHER, guardian()], [MOTHER]],
    ['he signs in here himself', [MOTHER, guardian()], [CHILD]],
    ['his father acts for him here', [MOTHER, guardian()], [FATHER, guardian()]],
    ['she acts for another child here', [MOTHER, guardian()], [MOTHER, guardian(OTHER_CHILD)]],
    ['she is there for herself and acts for him here', [MOTHER], [MOTHER, guardian()]],
    ['he is there himself and she acts for him here', [CHILD], [MOTHER, guardian()]],
    [
      'her mandate does not cover the purpose',
      [MOTHER, guardian()],
      [MOTHER, guardian(CHILD, ['something-else'])],
    ],
  ];
  test.each(rows)('when %s', async (_what, there, here) => {
    const before = await count();
    sit(...there);
    const login = await country.loginAt('school', new Browser());
    const { url } = await country.myData('school').ask({
      idToken: login.idToken,
      subject: login.claims.sub,
      details: waiver(),
    });
    sit(...here);
    const browser = new Browser();
    const screen = await browser.follow(url, /\/consent\/callback/);
    expect(screen.response?.status).toBe(403);
    expect(screen.body).not.toContain('id="grant"');
    expect(screen.body).toMatch(/目前登入的是另一個人|不能由別人代為同意/);
    expect(await count()).toBe(before);
    const back = await browser.follow(
      screen.body.match(/action="([^"]+\/abort)"/)?.[1]?.replace(/^/, country.url('consent')) ?? '',
      /\/consent\/callback/,
      { _csrf: csrfOf(screen.body) },
    );
    expect(back.url).toContain('error=access_denied');
  });

  test('when the register opens the purpose to no mandates, then nobody is even asked to sign in', async () => {
    sit(MOTHER, guardian());
    const details = [
      {
        purpose: 'residence-check',
        dataset: 'household.members',
        provider: 'household',
        fields: ['registered_since'],
        retention: 'P1Y',
        verify: true as const,
      },
    ];
    const before = await count();
    const { screen } = await askAt(country, details);
    expect(screen.response?.status).toBe(403);
    expect(screen.body).toContain('這項用途不能由別人代為同意');
    expect(await count()).toBe(before);
  });

  test('and the identity provider is asked for a mandate of the register’s kinds and this purpose alone', async () => {
    const asked: unknown[] = [];
    const { login } = country.deps;
    const { begin } = login;
    login.begin = (options) => {
      asked.push(options?.authorizationDetails);
      return begin(options);
    };
    await motherConsents();
    sit(MOTHER);
    await askAt(country, waiver());
    login.begin = begin;
    const wish = { type: 'mandate', kinds: ['guardian', 'representative'], actions: ['tuition-waiver'] };
    expect(asked).toEqual([[wish], undefined]);
  });
});

describe('when the mandate ends', () => {
  test('then nothing is released, the consent ends with a receipt, and its tokens die', async () => {
    const { consent, client } = await motherConsents();
    sit(MOTHER);
    const own = await consentTo(country, waiver(standing()));
    const { envelopeGrantId } = await found(consent.consentId);
    country.idp.state.endedMandates.add(envelopeGrantId ?? '');
    const { results } = await client.fetch(consent);
    expect(results.map(({ error }) => error?.code)).toEqual(['mandate-ended', 'mandate-ended']);
    await country.consent.housekeep();
    expect((await found(consent.consentId)).state).toBe('lapsed');
    await expect(client.fetch(consent)).rejects.toMatchObject({ code: 'consent-lapsed' });
    expect(await client.granted(consent)).toBeUndefined();
    expect((await receiptsOf(consent.consentId)).at(-1)).toMatchObject({
      event: { type: 'lapsed' },
      stopped_at: expect.any(String),
      acting: { kind: 'guardian' },
    });
    expect(country.idp.state.ended).toContain(envelopeGrantId);
    expect(country.idp.state.endedMandates.size).toBe(0);
    const child = await dashboard(CHILD);
    expect(await child.page(`/consents/${consent.consentId}`)).toContain('代理結束，同意隨之終止');
    expect(await child.page('/accesses')).toContain('代理已結束');
    // Hers is another matter.
    await country.consent.housekeep();
    expect((await found(own.consent.consentId)).state).toBe('granted');
  });

  test('then one that was withdrawn in the meantime stays so, and its envelopes go', async () => {
    const { consent } = await motherConsents();
    const { envelopeGrantId } = await found(consent.consentId);
    const { withdrawConsent } = await import('../src/domain/withdraw-consent.ts');
    const { account } = await found(consent.consentId);
    await withdrawConsent(country.consent.domain, { consentId: consent.consentId, account, lang: 'en' });
    country.idp.state.endedMandates.add(envelopeGrantId ?? '').add('11111111-1111-4111-8111-111111111111');
    await country.consent.housekeep();
    expect((await found(consent.consentId)).state).toBe('withdrawn');
    expect(country.idp.state.endedMandates.size).toBe(0);
  });
});
