import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest, preHandlerAsyncHookHandler } from 'fastify';
import { sha256Base64url } from '../canonical/index.ts';
import { refused } from '../errors/index.ts';
import type { Ids } from '../ids/index.ts';
import type { KeyValue } from '../kv/index.ts';

/** A visitor's server-side state. The cookie holds a random id alone; the store knows only its hash. */
export type Session<T extends object> = {
  /** Sent with each POST as form field `_csrf` or header `x-csrf-token`; worth something only with this session's cookie. */
  readonly csrfToken: string;
  /** What is kept; change it, then `save`. */
  data: Partial<T>;
  save(): Promise<void>;
  /** A new id for the same state: after each login, against session fixation. Saves. */
  rotate(): Promise<void>;
  destroy(): Promise<void>;
};

export type Sessions<T extends object> = {
  /** The visitor's session, or a new empty one. Same object for all calls within one request. */
  of(request: FastifyRequest, reply: FastifyReply): Promise<Session<T>>;
  /** preHandler for every POST from a page: same origin, and the session's own token. Refuses with `csrf-refused` (403). */
  requireCsrf: preHandlerAsyncHookHandler;
};

export function registerSessions<T extends object>(
  app: FastifyInstance | { log: unknown },
  options: {
    kv: KeyValue;
    /** Own name per service: cookies ignore ports, so on localhost every service sees every cookie. */
    cookieName: string;
    publicUrl: string;
    ttlSeconds: number;
    secret: Uint8Array;
    ids: Ids;
    /** Whether the login that a session stands on has ended elsewhere: then the visitor has no session any more. */
    isOver?: (data: Partial<T>) => Promise<boolean>;
  },
): Sessions<T> {
  void app;
  const https = options.publicUrl.startsWith('https:');
  const cookieName = https ? `__Host-${options.cookieName}` : options.cookieName;
  const origin = new URL(options.publicUrl).origin;
  const opened = new WeakMap<FastifyRequest, Promise<Session<T>>>();
  const storeKey = (id: string) => `session:${options.cookieName}:${sha256Base64url(id)}`;
  const key = createSecretKey(options.secret);
  const csrfOf = (id: string) => createHmac('sha256', key).update(`csrf\n${id}`).digest('base64url');

  async function read(key: string): Promise<string | undefined> {
    const stored = await options.kv.get(key);
    if (stored === undefined || options.isOver === undefined) return stored;
    if (!(await options.isOver(JSON.parse(stored) as Partial<T>))) return stored;
    await options.kv.delete(key);
    return undefined;
  }

  async function open(request: FastifyRequest, reply: FastifyReply): Promise<Session<T>> {
    const claimedId = request.cookies[cookieName];
    const stored =
      claimedId === undefined || claimedId.length !== 43 ? undefined : await read(storeKey(claimedId));
    let id = stored === undefined || claimedId === undefined ? options.ids.token() : claimedId;
    const sendCookie = () =>
      reply.setCookie(cookieName, id, {
        path: '/',
        httpOnly: true,
        sameSite: 'lax',
        secure: https,
        maxAge: options.ttlSeconds,
      });
    if (stored === undefined) sendCookie();
    const session: Session<T> = {
      get csrfToken() {
        return csrfOf(id);
      },
      data: stored === undefined ? {} : (JSON.parse(stored) as Partial<T>),
      async save() {
        await options.kv.set(storeKey(id), JSON.stringify(session.data), options.ttlSeconds);
      },
      async rotate() {
        await options.kv.delete(storeKey(id));
        id = options.ids.token();
        sendCookie();
        await session.save();
      },
      async destroy() {
        await options.kv.delete(storeKey(id));
        session.data = {};
        reply.clearCookie(cookieName, { path: '/', httpOnly: true, sameSite: 'lax', secure: https });
      },
    };
    // A fresh visitor's token must still be good when the form comes back.
    if (stored === undefined) await session.save();
    return session;
  }

  function of(request: FastifyRequest, reply: FastifyReply): Promise<Session<T>> {
    const known = opened.get(request);
    if (known !== undefined) return known;
    const session = open(request, reply);
    opened.set(request, session);
    return session;
  }

  return {
    of,
    async requireCsrf(request, reply) {
      const site = request.headers['sec-fetch-site'];
      const from = request.headers.origin;
      const foreign =
        (site !== undefined && site !== 'same-origin') || (from !== undefined && from !== origin);
      const field = (request.body as { _csrf?: unknown } | null | undefined)?._csrf;
      const given = request.headers['x-csrf-token'] ?? field;
      const expected = Buffer.from((await of(request, reply)).csrfToken);
      const actual = Buffer.from(typeof given === 'string' ? given : '');
      if (foreign || actual.length !== expected.length || !timingSafeEqual(actual, expected)) {
        throw refused('csrf-refused', 'This form is no longer valid; open the page again.', { status: 403 });
      }
    },
  };
}
