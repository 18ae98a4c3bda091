import { randomBytes, randomUUID } from 'node:crypto';
import { signJwt } from '@xinlu/common/keys';
import * as oauth from 'openid-client';
import { isNationalId } from '../../src/domain/person/national-id.ts';
import { SoftAuthenticator } from './authenticator.ts';
import { Browser, pageData } from './browser.ts';
import {
  begin as beginAtCounter,
  clerkCard,
  csrfOf,
  type Desk,
  openDesk,
  redeem,
  startCounterWorld,
} from './counter.ts';
import { cardLogin, enrolled } from './journey.ts';
import { kioskOf, type } from './kiosk.ts';
import { offer, openDelegation, ownBrowser, submit } from './mandates.ts';
import { NATIONAL_ID, type World } from './world.ts';

/** What a stranger sees: the whole answer, without what names the request. */
export type Seen = { status: number; body: string };
/** Prepares one question, and gives what asks it. */
export type Question = () => Promise<() => Promise<Seen>>;
/** One place where somebody could try names; its cases must not be told apart by answer, work or time. */
export type Place = { name: string; cases: Readonly<Record<string, Question>> };

/** Invented numbers with these last four, of people whom nobody here knows; the check digit holds. */
export function* strangersNumbers(lastFour: string): Generator<string> {
  for (let n = 0; n < 100_000; n += 1) {
    const number = `K1${String(n).padStart(4, '0')}${lastFour}`;
    if (isNationalId(number)) yield number;
  }
}

const seen = async (response: Response): Promise<Seen> => {
  const body = (await response.text())
    .replaceAll(/"instance":"[^"]*"/g, '')
    .replaceAll(/nonce="[^"]*"|value="[^"]*"|name="_csrf"|"csrfToken":"[^"]*"/g, '');
  return { status: response.status, body };
};

/** A world with people in it, and the places where a stranger could ask for them. */
export async function startEnumeration(): Promise<{ world: World; places: Place[] }> {
  const world = await startCounterWorld({ trustedProxies: ['127.0.0.1', '::1', '::ffff:127.0.0.1'] });
  await openDelegation(world);
  const issue = (nationalId: string, name: string) => world.issue({ nationalId, name });
  const lin = await issue(NATIONAL_ID.lin, '林怡君');
  const chen = await ownBrowser(world, await issue(NATIONAL_ID.chen, '陳志明'), NATIONAL_ID.chen, anywhere);
  // The namesake is known here, with the last four of the card that was found.
  await ownBrowser(world, await issue(NATIONAL_ID.namesake, '林怡君'), NATIONAL_ID.namesake);
  const linsBrowser = await ownBrowser(world, lin, NATIONAL_ID.lin, anywhere);
  const desk = await openDesk(world, await clerkCard(world), anywhere);
  const strangers = strangersNumbers(NATIONAL_ID.lin.slice(-4));
  const stranger = () => strangers.next().value ?? '';
  const tools = { world, stranger };
  return {
    world,
    places: [
      foundCard(tools),
      counterCode({ ...tools, desk }),
      ...(await passkeys(world)),
      await invitations({ world, from: chen, asking: linsBrowser }),
      guardianship({ ...tools, asking: linsBrowser }),
      await introspection(world),
      await kioskCodes(world),
    ],
  };
}

type Tools = { world: World; stranger: () => string };

const json = (browser: Browser, path: string, csrf: string, body: object) =>
  browser
    .request(path, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        'x-csrf-token': csrf,
        origin: browser.origin,
      },
      body: JSON.stringify(body),
    })
    .then(seen);
/** A caller of its own for each question, so that no limit answers instead. */
const anywhere = () => `10.${[...randomBytes(3)].join('.')}`;

/** Whose number goes with a card that was found? */
function foundCard({ world, stranger }: Tools): Place {
  const question =
    (number: () => string): Question =>
    async () => {
      const card = await world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君' });
      const browser = new Browser(world.url, anywhere);
      const data = pageData((await browser.follow('/sign-in')).page, 'sign-in-data');
      const body = await browser.cardAnswer(data, card, number());
      return () => json(browser, `${data.place}/card/answer`, data.csrfToken, body);
    };
  return {
    name: 'the number of a found card',
    cases: {
      'of somebody known': question(() => NATIONAL_ID.namesake),
      'of nobody known': question(stranger),
    },
  };
}

const form = (browser: Browser, path: string, fields: Record<string, string>) =>
  browser
    .request(path, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        origin: browser.origin,
      },
      body: new URLSearchParams(fields).toString(),
    })
    .then(seen);

/** Which codes of the counter are out, and for whom? */
function counterCode({ world, stranger, desk }: Tools & { desk: Desk }): Place {
  const papers = { national_id: NATIONAL_ID.lin, name: '林怡君' };
  const made = async () => {
    const { code, status } = await beginAtCounter(desk, papers);
    if (code === '') throw new Error(`no code was made: ${status}`);
    return code;
  };
  const question =
    (code: () => Promise<string>, number: () => string): Question =>
    async () => {
      const typed = await code();
      const browser = new Browser(world.url, anywhere);
      const { page } = await browser.follow('/counter/redeem');
      const fields = { _csrf: csrfOf(page), code: typed, national_id: number() };
      return () => form(browser, '/counter/redeem', fields);
    };
  const used = async () => {
    const code = await made();
    await redeem(world, code, NATIONAL_ID.lin, new Browser(world.url, anywhere));
    return code;
  };
  return {
    name: 'a code of the counter',
    cases: {
      // One is made here too: what was done before must be the same.
      'that there is not': question(async () => (await made()) && '2222-2222-2222', stranger),
      'of another, by somebody known': question(made, () => NATIONAL_ID.chen),
      'of another, by nobody known': question(made, stranger),
      'that was used': question(used, () => NATIONAL_ID.lin),
    },
  };
}

/** Which passkeys are there? At the sign-in, and where a recovery is objected to. */
async function passkeys(world: World): Promise<Place[]> {
  const enrol = async () =>
    (
      await enrolled(
        world,
        await world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君' }),
        NATIONAL_ID.lin,
      )
    ).authenticator;
  const [known, removed] = [await enrol(), await enrol()];
  const idOf = (authenticator: SoftAuthenticator) =>
    authenticator.credentials[0]?.id.toString('base64url') ?? '';
  await world.database.query("UPDATE passkey SET state = 'removed' WHERE credential_id = $1", [
    removed.credentials[0]?.id,
  ]);
  const unknown = () => {
    const authenticator = new SoftAuthenticator();
    authenticator.create({ challenge: 'x', user: { id: 'x' }, rp: { id: 'localhost' } }, world.url);
    return authenticator;
  };
  const at = (
    name: string,
    path: string,
    dataId: 'sign-in-data' | 'recovery-data',
    paths: readonly [options: string, answer: string],
  ): Place => {
    const question =
      (answering: () => SoftAuthenticator, as?: SoftAuthenticator): Question =>
      async () => {
        const browser = new Browser(world.url, anywhere);
        const data = pageData((await browser.follow(path)).page, dataId);
        const { json: options } = await browser.post(`${data.place}${paths[0]}`, data.csrfToken);
        const answer = answering().get(options, world.url) as { id: string; rawId: string };
        const claimed = as === undefined ? answer : { ...answer, id: idOf(as), rawId: idOf(as) };
        return () => json(browser, `${data.place}${paths[1]}`, data.csrfToken, { answer: claimed });
      };
    return {
      name,
      cases: {
        'that is known, forged': question(unknown, known),
        'that is not known': question(unknown),
        'that was removed': question(() => removed),
      },
    };
  };
  return [
    at('a passkey at the sign-in', '/sign-in', 'sign-in-data', ['/passkey/options', '/passkey/answer']),
    at('a passkey that objects', '/recovery', 'recovery-data', ['/object/options', '/object']),
  ];
}

/** Which offers are out? */
async function invitations(tools: { world: World; from: Browser; asking: Browser }): Promise<Place> {
  const { world, from, asking } = tools;
  const csrf = csrfOf((await asking.follow('/account/mandates')).page);
  const question =
    (code: () => Promise<string>): Question =>
    async () => {
      await world.database.query("DELETE FROM key_value WHERE key LIKE '%mandate-tries%'");
      await world.database.query("DELETE FROM mandate WHERE state = 'offered'");
      const fields = { _csrf: csrf, code: await code() };
      return async () => {
        const { status, body } = await form(asking, '/account/mandates/invitation', fields);
        return { status, body: body.replaceAll(fields.code, '') };
      };
    };
  const used = async () => {
    const { code } = await offer(from, { named: '林怡君' });
    await submit(asking, '/account/mandates/decline', { code });
    return code;
  };
  return {
    name: 'a code of an offer',
    cases: {
      'that there is not': question(async () => '2222-2222-2222-2222'),
      'for somebody else': question(async () => (await offer(from, { named: '王大明' })).code),
      'that was answered': question(used),
    },
  };
}

/** Whose child is known? */
function guardianship({ world, stranger, asking }: Tools & { asking: Browser }): Place {
  const question =
    (ward: () => string): Question =>
    async () => {
      await world.database.query("DELETE FROM key_value WHERE key LIKE '%mandate-tries%'");
      const csrf = csrfOf((await asking.follow('/account/mandates')).page);
      const fields = { _csrf: csrf, ward: ward() };
      return () => form(asking, '/account/mandates/guardian', fields);
    };
  return {
    name: 'the number of a ward',
    cases: { 'who is known': question(() => NATIONAL_ID.chen), 'who is not': question(stranger) },
  };
}

/** Which tokens are there? Asked by a party to which none of them belongs. */
async function introspection(world: World): Promise<Place> {
  const token = async () => {
    const card = await world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君' });
    const { answer, complete } = await cardLogin(world, card, NATIONAL_ID.lin);
    return (await complete(answer.json.next)).accessToken;
  };
  const [live, ended] = [await token(), await token()];
  const login = 'SELECT id FROM login ORDER BY started_at DESC LIMIT 1';
  await world.database.query(
    `UPDATE login SET ended_at = now(), end_reason = 'logout' WHERE id = (${login})`,
  );
  const question =
    (asked: () => string): Question =>
    async () => {
      const now = Math.floor(Date.now() / 1000);
      const claims = { iss: 'bank', sub: 'bank', aud: world.url, jti: randomUUID(), iat: now, exp: now + 60 };
      const body = new URLSearchParams({
        token: asked(),
        client_id: 'bank',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: await signJwt(world.keys.bank, 'JWT', claims),
      });
      return async () =>
        seen(
          await fetch(`${world.url}/token/introspection`, {
            method: 'POST',
            headers: { 'x-forwarded-for': anywhere() },
            body,
          }),
        );
    };
  const last = live.at(-1) === 'A' ? 'B' : 'A';
  return {
    name: 'a token',
    cases: {
      'of another party': question(() => live),
      'that has ended': question(() => ended),
      'that there is not': question(() => `${live.slice(0, -1)}${last}`),
    },
  };
}

/** Which kiosks wait? One that does is shown to who types its code, which is what the code is for. */
async function kioskCodes(world: World): Promise<Place> {
  const own = await kioskOf(world);
  const question =
    (code: () => Promise<string>): Question =>
    async () => {
      const typed = await code();
      const browser = new Browser(world.url, anywhere);
      const { xsrf } = await type(browser, 'not a code at all');
      return async () => {
        const { status, body } = await form(browser, '/device', { xsrf, user_code: typed });
        return { status, body: body.replaceAll(typed, '') };
      };
    };
  const stopped = async () => {
    const device = await oauth.initiateDeviceAuthorization(own.config, { scope: 'openid' });
    const browser = new Browser(world.url, anywhere);
    const { xsrf } = await type(browser, device.user_code);
    await browser.form('/device', { xsrf, user_code: device.user_code, abort: 'yes' });
    return device.user_code;
  };
  return {
    name: 'a code of a kiosk',
    cases: { 'that there is not': question(async () => 'BBBB-BBBB'), 'that was stopped': question(stopped) },
  };
}
