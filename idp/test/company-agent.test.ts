import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Browser } from './helpers/browser.ts';
import { type Card, makeCrl } from './helpers/cards.ts';
import type { LogoutListener } from './helpers/logout-listener.ts';
import {
  accepted,
  actingFor,
  asks,
  type Delegation,
  freshCitizens,
  introspect,
  newestMandate,
  offer,
  ownBrowser,
  startDelegation,
  submit,
  toChoice,
  userinfo,
} from './helpers/mandates.ts';
import { NATIONAL_ID, type World } from './helpers/world.ts';

const FIRM = '信川電子股份有限公司';
let place: Delegation;
let world: World;
let listener: LogoutListener;
let firmCard: Card;
let firm: Browser;
let lin: Browser;
let chen: Browser;

beforeAll(async () => {
  place = await startDelegation();
  ({ world, listener } = place);
});
afterAll(() => place?.close());
beforeEach(async () => {
  await world.database.query(
    "UPDATE card_certificate SET not_after = now() WHERE person_id IN (SELECT id FROM person WHERE kind = 'organisation')",
  );
  firmCard = await world.issueTo('company', FIRM, { businessNumber: '12345675' });
  ({ lin, chen } = await freshCitizens(place));
  firm = await ownBrowser(world, firmCard);
});

const _citizen = (nationalId: string, name: string) => world.issue({ nationalId, name });
const asksAgent = () => asks(['company-agent']);
const kindOf = async (id: string) =>
  (await world.database.one<{ kind: string }>('SELECT kind FROM mandate WHERE id = $1', [id]))?.kind;
async function revoke(...cards: Card[]) {
  const serials = cards.map(({ serial }) => serial);
  world.crls.set('company', await makeCrl(world.authorities.company, serials));
  await world.lists.refresh();
  await world.composed.applyRevocations();
}

describe('a company', () => {
  test('makes a citizen its agent by its own card, and she acts for it where that is asked for', async () => {
    const { page } = await firm.follow('/account/mandates/offer');
    expect(page).toContain('school:tuition-waiver');
    // The bank takes representatives of citizens alone.
    expect(page).not.toContain('bank:tuition-waiver');
    const id = await accepted(world, firm, chen);
    expect(await kindOf(id)).toBe('company-agent');
    const tokens = await actingFor(world, chen, id, asksAgent());
    expect(tokens.claims).toMatchObject({
      name: FIRM,
      holder_kind: 'organisation',
      act: { sub: expect.any(String) },
      authorization_details: [{ type: 'mandate', kind: 'company-agent', actions: ['tuition-waiver'] }],
    });
    expect((await userinfo(world, tokens)).claims).toMatchObject({ name: FIRM, sub: tokens.claims.sub });
    expect(await introspect(world, tokens.accessToken)).toMatchObject({
      active: true,
      sub: tokens.claims.sub,
    });
    expect((await firm.follow(`/account/mandates/${id}`)).page).toContain('代表登入信路高級中學');
  });

  test('is acted for only where its kind is asked for, and by whom it named', async () => {
    const id = await accepted(world, firm, chen);
    expect((await toChoice(world, chen, 'school', asks(['representative', 'guardian']))).page).not.toContain(
      FIRM,
    );
    expect((await (await toChoice(world, lin, 'school', asksAgent())).choose(id)).status).toBe(403);
  });

  test('whose last card is revoked is acted for no more, its tokens end at once and the party is told', async () => {
    const id = await accepted(world, firm, chen);
    const { claims, ...tokens } = await actingFor(world, chen, id, asksAgent());
    const second = await world.issueTo('company', FIRM, { businessNumber: '12345675' });
    await ownBrowser(world, second);
    await revoke(firmCard);
    expect((await userinfo(world, tokens)).status, 'another card of the company counts').toBe(200);
    await revoke(firmCard, second);
    expect((await userinfo(world, tokens)).status).toBe(401);
    expect(await introspect(world, tokens.accessToken)).toEqual({ active: false });
    expect((await toChoice(world, chen, 'school', asksAgent())).page).not.toContain(FIRM);
    expect(decodeJwt(await listener.next(0))).toMatchObject({ sub: claims.sub, sid: claims['sid'] });
    expect((await firm.follow('/account')).url).toContain('/sign-in');
  });
});

describe('it is refused', () => {
  test('that a citizen makes anybody a company’s agent, whatever the form says', async () => {
    const { status } = await submit(lin, '/account/mandates/offer', {
      named: '陳志明',
      scope: 'school:tuition-waiver',
      from: '2026-01-01',
      until: '2026-01-02',
      kind: 'company-agent',
    });
    expect(status).toBe(400);
    expect(await kindOf(await accepted(world, lin, chen))).toBe('representative');
    expect((await toChoice(world, chen, 'school', asksAgent())).page).not.toContain('林怡君');
  });

  test('that an organisation accepts an offer, even one that names it', async () => {
    for (const by of [lin, firm]) {
      const { code } = await offer(by, { named: '乙股份有限公司' });
      const other = await ownBrowser(
        world,
        await world.issueTo('company', '乙股份有限公司', { businessNumber: '24536806' }),
      );
      expect((await submit(other, '/account/mandates/accept', { code })).status).toBe(404);
    }
  });

  test('that an organisation is somebody’s guardian', async () => {
    world.wards.set('A123456789', { guardian: NATIONAL_ID.lin, name: '林小安' });
    const before = await newestMandate(world);
    const { status, page } = await submit(firm, '/account/mandates/guardian', { ward: 'A123456789' });
    expect(status).toBe(403);
    expect(page).not.toContain('林小安');
    expect(await newestMandate(world)).toBe(before);
    world.wards.clear();
  });

  test('that an organisation offers at a party that takes none of its agents', async () => {
    expect((await offer(firm, { scope: 'bank:tuition-waiver' })).status).toBe(400);
  });
});
