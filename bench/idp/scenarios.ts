import { type Answer, Party, send } from './client.ts';
import { PARTIES, type PartyId, RESOURCE } from './parties.ts';
import type { Side } from './sides.ts';

/** One unit of work, already signed where the client signs: running it is the server's work. */
export type Unit = () => Promise<void>;

export type Scenario = {
  name: string;
  /** What one unit is. */
  what: string;
  prepare(side: Side, count: number): Promise<Unit[]>;
};

const PER_ADDRESS = 50;
/** Refresh tokens in use beside one another. */
const LINES = 20;
let clients = 0;

/** The forwarding header of a client; one address makes a few requests and is followed by another. */
function address(): Record<string, string> {
  clients += 1;
  const n = Math.floor(clients / PER_ADDRESS);
  return { 'x-forwarded-for': `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}` };
}

function expectStatus(answer: Answer, status: number, step: string): Answer {
  if (answer.status !== status)
    throw new Error(`${step}: ${answer.status} instead of ${status}: ${answer.text.slice(0, 300)}`);
  return answer;
}

const form = (
  side: Side,
  path: string,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
) => send(`${side.url}${path}`, { form: fields, headers: { ...address(), ...headers } });

/** Follows one redirect of the provider's with the cookies collected so far. */
class Jar {
  readonly #cookies: Map<string, string>;
  constructor(cookie: string | undefined) {
    this.#cookies = new Map(
      cookie === undefined
        ? []
        : [[cookie.slice(0, cookie.indexOf('=')), cookie.slice(cookie.indexOf('=') + 1)]],
    );
  }
  async get(url: string): Promise<Answer> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await send(url, {
      headers: { ...address(), accept: 'text/html', ...(cookie === '' ? {} : { cookie }) },
    });
    for (const line of answer.headers['set-cookie'] ?? []) {
      const pair = line.slice(0, line.indexOf(';') === -1 ? line.length : line.indexOf(';'));
      this.#cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    return answer;
  }
}

async function walk(side: Side, start: string, cookie: string | undefined): Promise<string> {
  const jar = new Jar(cookie);
  const begun = expectStatus(await jar.get(start), 303, 'authorize');
  const interaction = new URL(String(begun.headers.location), side.url).href;
  const done = await jar.get(side.browsers.length > 0 ? `${interaction}/continue` : interaction);
  if (done.status !== 303 && done.status !== 302)
    throw new Error(`interaction: ${done.status} ${done.text.slice(0, 300)}`);
  const back = expectStatus(
    await jar.get(new URL(String(done.headers.location), side.url).href),
    303,
    'resume',
  );
  const code = new URL(String(back.headers.location)).searchParams.get('code');
  if (code === null) throw new Error(`no code: ${back.headers.location}`);
  return code;
}

type Tokens = { access_token: string; refresh_token?: string };

async function fapiLogin(
  side: Side,
  party: Party,
  cookie: string | undefined,
  scope?: string,
): Promise<Tokens> {
  const { client_id: _, ...request } = party.request(scope);
  const pushed = expectStatus(
    await form(side, '/par', { ...party.auth(), ...request }, { dpop: party.proof('POST', '/par') }),
    201,
    'par',
  );
  const { request_uri } = JSON.parse(pushed.text) as { request_uri: string };
  const code = await walk(
    side,
    `${side.url}/authorize?${new URLSearchParams({ client_id: party.id, request_uri })}`,
    cookie,
  );
  const answer = await form(side, '/token', party.redemption(code), { dpop: party.proof('POST', '/token') });
  return JSON.parse(expectStatus(answer, 200, 'token').text) as Tokens;
}

async function basicLogin(side: Side, party: Party, cookie: string | undefined): Promise<Tokens> {
  const code = await walk(side, `${side.url}/authorize?${new URLSearchParams(party.request())}`, cookie);
  return JSON.parse(
    expectStatus(await form(side, '/token', party.redemption(code)), 200, 'token').text,
  ) as Tokens;
}

/** Each unit needs a browser for itself while it runs: a login belongs to one session at the provider at a time. */
function logins(
  login: (side: Side, party: Party, cookie: string | undefined) => Promise<Tokens>,
  id: PartyId,
) {
  return async (side: Side, count: number): Promise<Unit[]> => {
    const party = new Party(side, id);
    const free = side.browsers.slice(1);
    return Array.from({ length: count }, () => async () => {
      const cookie = free.pop();
      await login(side, party, cookie);
      if (cookie !== undefined) free.push(cookie);
    });
  };
}

/** Each unit refreshes with what the one before gave in its line of tokens; nobody else uses that line meanwhile. */
async function refreshes(side: Side, id: PartyId, count: number): Promise<Unit[]> {
  const party = new Party(side, id);
  const bound = PARTIES[id].strict;
  const lines: string[] = [];
  for (let line = 0; line < LINES; line += 1) {
    const cookie = side.browsers[line % side.browsers.length];
    const tokens = await (bound ? fapiLogin : basicLogin)(side, party, cookie);
    lines.push(tokens.refresh_token ?? '');
  }
  return Array.from({ length: count }, () => {
    const fields = { ...party.auth(), grant_type: 'refresh_token' };
    const headers = bound ? { dpop: party.proof('POST', '/token') } : {};
    return async () => {
      const token = lines.pop() ?? '';
      const answer = await form(side, '/token', { ...fields, refresh_token: token }, headers);
      const next = JSON.parse(expectStatus(answer, 200, 'refresh').text) as Tokens;
      lines.push(next.refresh_token ?? token);
    };
  });
}

export const scenarios: Scenario[] = [
  {
    name: 'client credentials',
    what: 'machine tokens, signed (ES256, RFC 9068), by private_key_jwt',
    async prepare(side, count) {
      const party = new Party(side, 'machine');
      return Array.from({ length: count }, () => {
        const fields = { ...party.auth(), grant_type: 'client_credentials', resource: RESOURCE };
        return async () => {
          const answer = expectStatus(await form(side, '/token', fields), 200, 'client credentials');
          if (!answer.text.includes('"access_token":"eyJ')) throw new Error('not a signed token');
        };
      });
    },
  },
  {
    name: 'private_key_jwt + DPoP',
    what: 'pushed authorization requests (RFC 9126), client and proof checked',
    async prepare(side, count) {
      const party = new Party(side, 'school');
      const { client_id: _, ...request } = party.request();
      return Array.from({ length: count }, () => {
        const fields = { ...party.auth(), ...request };
        const dpop = party.proof('POST', '/par');
        return async () => {
          expectStatus(await form(side, '/par', fields, { dpop }), 201, 'par');
        };
      });
    },
  },
  {
    name: 'introspection',
    what: 'introspections of a live access token by private_key_jwt',
    async prepare(side, count) {
      const party = new Party(side, 'school');
      const { access_token: token } = await fapiLogin(side, party, side.browsers[0]);
      return Array.from({ length: count }, () => {
        const fields = { ...party.auth(), token };
        return async () => {
          const answer = expectStatus(await form(side, '/token/introspection', fields), 200, 'introspection');
          if (!answer.text.includes('"active":true')) throw new Error('a live token is not active');
        };
      });
    },
  },
  {
    name: 'refresh',
    what: 'refreshes by private_key_jwt and DPoP, the refresh token bound to the proof key (FAPI 2.0)',
    prepare: (side, count) => refreshes(side, 'clinic', count),
  },
  {
    name: 'refresh, rotated',
    what: 'refreshes by private_key_jwt, each refresh token used once',
    prepare: (side, count) => refreshes(side, 'shop', count),
  },
  {
    name: 'code + PKCE login',
    what: 'logins: authorize, interaction, resume, token by private_key_jwt',
    prepare: logins(basicLogin, 'bank'),
  },
  {
    name: 'FAPI 2.0 login',
    what: 'logins: PAR, authorize, interaction, resume, token, by private_key_jwt and DPoP',
    prepare: logins(fapiLogin, 'school'),
  },
];
