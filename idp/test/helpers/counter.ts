import { SoftAuthenticator } from './authenticator.ts';
import { Browser, pageData } from './browser.ts';
import { type Card, makeCrl } from './cards.ts';
import { enrolled } from './journey.ts';
import { participant, startWorld, type World } from './world.ts';

export const OFFICE_OID = '2.16.886.101.20003.20001';

/** Puts the office with this OID into the register, as one that runs a counter unless told. */
export async function registerOffice(world: World, roles: ('counter' | 'submitter')[] = ['counter']) {
  const office = { ...participant('office', world.keys.household, roles), oid: OFFICE_OID };
  await world.register.change([
    ...world.register.participants.filter(({ id }) => id !== 'household'),
    office,
  ]);
}

/** Revocation lists that stay fresh while a test's clock moves on. */
export async function keepListsFresh(world: World): Promise<void> {
  const nextUpdate = new Date(Date.now() + 30 * 86_400_000);
  const { stranger: _, ...listed } = world.authorities;
  for (const [name, authority] of Object.entries(listed))
    world.crls.set(name, await makeCrl(authority, [], { nextUpdate }));
  await world.lists.refresh();
}

/** A world with an office that runs a counter, whose lists stay fresh while the clock moves on. */
export async function startCounterWorld(
  options: NonNullable<Parameters<typeof startWorld>[0]>,
): Promise<World> {
  const world = await startWorld(options);
  await keepListsFresh(world);
  await registerOffice(world);
  return world;
}

/** Back to a country where nobody has any way in. */
export async function forgetWaysIn(world: World): Promise<void> {
  await world.database.query("UPDATE passkey SET state = 'removed'");
  await world.database.query('UPDATE recovery SET cancelled_at = begun_at');
  await world.database.query("UPDATE counter_enrolment SET state = 'withdrawn' WHERE state <> 'used'");
  await world.database.query("DELETE FROM key_value WHERE key LIKE '%rate:%'");
}

export const clerkCard = (world: World, organisationOid = OFFICE_OID) =>
  world.issueTo('agency', '信路市中正戶政事務所', { organisationOid });

export type Desk = { browser: Browser; csrf: string };

export const csrfOf = (page: string | undefined): string =>
  /name="_csrf" value="([^"]+)"/.exec(page ?? '')?.[1] ?? '';

/** A clerk who has signed in with her agency's card and stands at the desk. */
export async function openDesk(
  world: World,
  card: Card,
  from?: () => string,
): Promise<Desk & { status: number | undefined }> {
  const browser = new Browser(world.url, from);
  const { page } = await browser.follow('/counter');
  const { json, status } = await browser.useCard(pageData(page, 'sign-in-data'), card, undefined);
  if (status !== 200) throw new Error(`clerk refused: ${json.code}`);
  const desk = await browser.follow(json.next.replace(/\/enrol$/, '/continue'));
  return { browser, csrf: csrfOf(desk.page), status: desk.status };
}

/** A clerk confirms by a passkey of her own, newly made with her card, who she is. Gives the answer's status. */
export async function confirmSelf(
  world: World,
  desk: Desk,
  who: { nationalId: string; name: string },
): Promise<number> {
  const { authenticator } = await enrolled(world, await world.issue(who), who.nationalId);
  const { json } = await desk.browser.post('/counter/self/options', desk.csrf);
  const answer = authenticator.get(json, world.url);
  return (await desk.browser.post('/counter/self', desk.csrf, { answer })).status;
}

export type Papers = { national_id: string; name: string; documents?: string; acr?: 'substantial' | 'high' };

/** Sends the clerk's form; gives the code on the page, if there is one. */
export async function begin(desk: Desk, papers: Papers) {
  const response = await desk.browser.form('/counter/enrolments', {
    _csrf: desk.csrf,
    documents: 'national-id-card',
    acr: 'substantial',
    ...papers,
  });
  const page = await response.text();
  return { status: response.status, page, code: /id="counter-code">([2-9A-Z-]{14})</.exec(page)?.[1] ?? '' };
}

export async function redeem(
  world: World,
  code: string,
  nationalId: string,
  browser = new Browser(world.url),
) {
  const { page } = await browser.follow('/counter/redeem');
  const response = await browser.form('/counter/redeem', {
    _csrf: csrfOf(page),
    code,
    national_id: nationalId,
  });
  return { browser, status: response.status, location: response.headers.get('location') };
}

/** Makes the passkey that a redeemed code is for. */
export async function enrol(world: World, browser: Browser, authenticator = new SoftAuthenticator()) {
  const { page, status } = await browser.follow('/counter/enrol');
  if (status !== 200) return { authenticator, status, code: '' };
  const data = pageData(page, 'enrol-data');
  const { json } = await browser.post('/counter/passkeys/options', data.csrfToken);
  const answer = authenticator.create(json, world.url);
  const made = await browser.post('/counter/passkeys', data.csrfToken, { name: '臨櫃的手機', answer });
  return { authenticator, status: made.status, code: made.json.code };
}

/** A passkey login at her own page. */
export async function passkeyLogin(world: World, authenticator: SoftAuthenticator) {
  const browser = new Browser(world.url);
  const { page } = await browser.follow('/sign-in');
  const answer = await browser.usePasskey(pageData(page, 'sign-in-data'), authenticator);
  return { browser, status: answer.status, code: answer.json.code };
}
