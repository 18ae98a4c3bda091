import type { Participant } from '@xinlu/common/wire';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Browser } from './helpers/browser.ts';
import type { Card } from './helpers/cards.ts';
import { begin } from './helpers/journey.ts';
import { NATIONAL_ID, rp, startWorld, type World } from './helpers/world.ts';

const OID = '2.16.886.101.20003.20001';
let world: World;
let firm: Card;
let office: Card;
let lin: Card;

type Party = NonNullable<Participant['relyingParty']>;

/** The school takes citizens; the broker and the bank what they are given here. */
async function declare(bank: Partial<Party>, broker: Partial<Party> = {}) {
  const { participants } = world.register;
  await world.register.change([
    ...participants.filter(({ id }) => id !== 'bank' && id !== 'broker'),
    rp('bank', world.keys.bank, { profile: 'basic', ...bank }),
    rp('broker', world.keys.broker, broker, ['rp', 'broker']),
  ]);
}

beforeAll(async () => {
  world = await startWorld();
  firm = await world.issueTo('company', '信川電子股份有限公司', { businessNumber: '12345675' });
  office = await world.issueTo('agency', '信路市中正戶政事務所', { organisationOid: OID });
  lin = await world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君' });
  await declare(
    { holders: ['citizen', 'organisation', 'agency'], organisationIds: true },
    { holders: ['agency'] },
  );
});
afterAll(() => world?.close());

async function signIn(
  card: Card,
  options: { at?: 'school' | 'bank' | 'broker'; nationalId?: string; scope?: string; browser?: Browser } = {},
) {
  const browser = options.browser ?? new Browser(world.url);
  const begun = await begin(world, browser, options.at ?? 'bank', {}, options.scope);
  const { status, json } = await browser.useCard(begun.page, card, options.nationalId);
  return { browser, status, json, complete: () => begun.complete(json.next) };
}

describe('an organisation', () => {
  test('signs in by its own card alone, and the claims say what it is', async () => {
    const { complete, json } = await signIn(firm, { scope: 'openid profile organisation' });
    expect(json.next).toMatch(/\/continue$/);
    const { claims } = await complete();
    expect(claims).toMatchObject({
      name: '信川電子股份有限公司',
      holder_kind: 'organisation',
      organisation_business_number: '12345675',
      acr: 'substantial',
    });
  });

  test('is the same account by a second card, whatever its name says now, and another one by another number', async () => {
    const second = await world.issueTo('company', '信川電子（股）公司', { businessNumber: '12345675' });
    const other = await world.issueTo('company', '信川電子股份有限公司', { businessNumber: '12345683' });
    const subs: string[] = [];
    for (const card of [firm, second, other]) subs.push((await (await signIn(card)).complete()).claims.sub);
    expect(subs[1]).toBe(subs[0]);
    expect(subs[2]).not.toBe(subs[0]);
  });

  test('is not the agency that has the same number', async () => {
    const company = await world.issueTo('company', '甲', { organisationOid: OID });
    const [one, two] = [await signIn(company), await signIn(office)];
    const claims = [(await one.complete()).claims, (await two.complete()).claims];
    expect(claims.map(({ holder_kind }) => holder_kind)).toEqual(['organisation', 'agency']);
    expect(claims[0]?.sub).not.toBe(claims[1]?.sub);
  });

  test('is not told by number where the register does not let the party ask', async () => {
    await declare({ holders: ['organisation'] });
    const start = await begin(world, new Browser(world.url), 'bank', {}, 'openid organisation').catch(
      (error: unknown) => String(error),
    );
    expect(String(start)).toMatch(/error=invalid_scope|no sign-in-data/);
    const asked = JSON.stringify({ id_token: { organisation_business_number: null } });
    const browser = new Browser(world.url);
    const begun = await begin(world, browser, 'bank', { claims: asked });
    const { json } = await browser.useCard(begun.page, firm);
    const { claims } = await begun.complete(json.next);
    expect(claims['organisation_business_number']).toBeUndefined();
    await declare(
      { holders: ['citizen', 'organisation', 'agency'], organisationIds: true },
      { holders: ['agency'] },
    );
  });

  test('whose card names no organisation is refused', async () => {
    const nameless = await world.issueTo('company', '無名', {});
    expect((await signIn(nameless)).json.code).toBe('card-without-organisation');
  });

  test('is not offered a passkey, and its number stands nowhere in the clear', async () => {
    const { browser } = await signIn(firm);
    expect((await browser.follow('/sign-in/enrol')).url).not.toContain('/enrol');
    const rows = await world.database.query<{ row: string }>('SELECT person::text AS row FROM person');
    expect(rows.length).toBeGreaterThan(0);
    for (const { row } of rows) for (const secret of ['12345675', OID]) expect(row).not.toContain(secret);
    expect(world.logLines.join('')).not.toContain('12345675');
  });
});

describe('a party that takes one kind of holder', () => {
  test('refuses the others clearly, and leaves no account or login behind', async () => {
    const stranger = await world.issueTo('company', '乙', { businessNumber: '24536806' });
    const before = await world.database.query('SELECT id FROM person');
    expect(await signIn(stranger, { at: 'school' })).toMatchObject({
      status: 403,
      json: { code: 'holder-not-accepted' },
    });
    expect(await signIn(lin, { at: 'broker', nationalId: NATIONAL_ID.lin })).toMatchObject({
      status: 403,
      json: { code: 'holder-not-accepted' },
    });
    expect(await world.database.query('SELECT id FROM person')).toHaveLength(before.length);
    expect((await (await signIn(office, { at: 'broker' })).complete()).claims['holder_kind']).toBe('agency');
  });

  test('asks for another sign-in when the browser is signed in as somebody else', async () => {
    const { browser, complete } = await signIn(firm);
    await complete();
    await expect(begin(world, browser, 'school', { prompt: 'none' })).rejects.toThrow('no sign-in-data');
    const again = await begin(world, browser, 'school');
    const { page } = await browser.follow(again.page.place);
    expect(page).toContain('您現在登入的身分不能使用這項服務');
    expect((await browser.follow(`${again.page.place}/continue`)).url).toBe(
      `${world.url}${again.page.place}`,
    );
  });

  test('asks a person for her number, and an organisation for none', async () => {
    expect((await signIn(lin)).json.code).toBe('national-id-missing');
    const fieldAt = async (at: 'school' | 'bank' | 'broker') => {
      const browser = new Browser(world.url);
      const { page } = await browser.follow((await begin(world, browser, at)).page.place);
      return /id="field-national-id"/.test(page ?? '');
    };
    expect([await fieldAt('school'), await fieldAt('bank'), await fieldAt('broker')]).toEqual([
      true,
      true,
      false,
    ]);
  });
});

test('a health insurance card is its holder’s own, worth what its authority is taken for', async () => {
  const health = await world.issue({
    nationalId: NATIONAL_ID.lin,
    name: '林怡君',
    authority: world.authorities.health,
  });
  const byHealthCard = await signIn(health, { nationalId: NATIONAL_ID.lin });
  const byCitizenCard = await signIn(lin, { nationalId: NATIONAL_ID.lin });
  const [one, two] = [await (await byHealthCard).complete(), await (await byCitizenCard).complete()];
  expect(one.claims).toMatchObject({ sub: two.claims.sub, holder_kind: 'citizen', acr: 'low' });
  expect(two.claims['acr']).toBe('substantial');
});
