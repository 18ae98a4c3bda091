import type { FastifyInstance } from 'fastify';
import { createRemoteJWKSet, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { Type } from 'typebox';
import type { Clock } from '../clock/index.ts';
import { refused, retryable } from '../errors/index.ts';
import type { KeyValue } from '../kv/index.ts';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
/** OpenID Connect Back-Channel Logout 1.0 section 2.4 recommends two minutes at most. */
const TOKEN_SECONDS = 120;
const CLOCK_TOLERANCE = 30;

/** Who a session here belongs to, as its ID token said it; `since` in seconds since the epoch. */
export type SessionLogin = { subject: string; sid?: string; since: number };

export type LogoutReceiver = {
  /** Whether the login that a session stands on has ended at the provider; one that is not known to have ended has not. */
  isOver(login: SessionLogin): Promise<boolean>;
};

type LogoutToken = { subject?: string; sid?: string; jti: string; iat: number };

/** OpenID Connect Back-Channel Logout 1.0 section 2.6, steps 3 to 7; the signature, issuer, audience and times are checked before. */
function readLogoutToken(claims: JWTPayload): LogoutToken {
  const { sub, sid, jti, iat, nonce, events } = claims as JWTPayload & { sid?: unknown; events?: unknown };
  const event =
    typeof events === 'object' && events !== null ? (events as Record<string, unknown>)[EVENT] : undefined;
  if (typeof event !== 'object' || event === null) throw new Error('no logout event');
  if (nonce !== undefined) throw new Error('a nonce, as in an ID token');
  if (typeof jti !== 'string' || typeof iat !== 'number') throw new Error('no jti or iat');
  if (sid !== undefined && typeof sid !== 'string') throw new Error('sid is no text');
  if (sub === undefined && sid === undefined) throw new Error('neither sub nor sid');
  return {
    jti,
    iat,
    ...(sub === undefined ? {} : { subject: sub }),
    ...(sid === undefined ? {} : { sid }),
  };
}

/** The provider's keys, from the address in its own metadata; asked for when first needed, again when that failed. */
function providerKeys(issuer: string): JWTVerifyGetKey {
  let found: Promise<JWTVerifyGetKey> | undefined;
  async function find(): Promise<JWTVerifyGetKey> {
    const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const response = await fetch(address, { redirect: 'error', signal: AbortSignal.timeout(5_000) });
    const metadata = (await response.json()) as { issuer?: unknown; jwks_uri?: unknown };
    if (metadata.issuer !== issuer || typeof metadata.jwks_uri !== 'string')
      throw new Error('the metadata are not of this issuer');
    return createRemoteJWKSet(new URL(metadata.jwks_uri), { cooldownDuration: 1_000 });
  }
  return async (header, token) => {
    found ??= find();
    let keys: JWTVerifyGetKey;
    try {
      keys = await found;
    } catch (cause) {
      found = undefined;
      throw retryable('issuer-unreachable', 'The identity provider does not answer.', { cause });
    }
    return keys(header, token);
  };
}

export type LogoutReceiverOptions = {
  issuer: string;
  clientId: string;
  kv: KeyValue;
  clock: Clock;
  /** As long as a session here can last at most. */
  sessionSeconds: number;
  /** Given in tests; else the keys that the issuer publishes. */
  keys?: JWTVerifyGetKey;
};

/**
 * A relying party's side of OpenID Connect Back-Channel Logout 1.0. What has ended, and when, is noted under the provider's name
 * for the session, so that a session which is only being opened meanwhile is over too; `isOver` is asked wherever a session is read.
 */
export function createLogoutReceiver(
  options: LogoutReceiverOptions,
): LogoutReceiver & { accept(unverifiedToken: string): Promise<void> } {
  const { kv, clock, clientId } = options;
  const keys = options.keys ?? providerKeys(options.issuer);
  const bySid = (sid: string) => `logged-out:${clientId}:sid:${sid}`;
  const bySubject = (subject: string) => `logged-out:${clientId}:sub:${subject}`;

  async function verify(unverifiedToken: string): Promise<LogoutToken> {
    try {
      const { payload } = await jwtVerify(unverifiedToken, keys, {
        issuer: options.issuer,
        audience: clientId,
        typ: 'logout+jwt',
        algorithms: ['ES256', 'PS256', 'EdDSA', 'Ed25519'],
        requiredClaims: ['exp', 'iat', 'jti', 'events'],
        maxTokenAge: TOKEN_SECONDS,
        clockTolerance: CLOCK_TOLERANCE,
        currentDate: clock.now(),
      });
      return readLogoutToken(payload);
    } catch (cause) {
      if ((cause as { code?: unknown }).code === 'issuer-unreachable') throw cause;
      throw refused('logout-token-invalid', 'The logout token is not good.', { cause });
    }
  }

  return {
    async accept(unverifiedToken) {
      const token = await verify(unverifiedToken);
      const seen = `logged-out:${clientId}:jti:${token.jti}`;
      if (!(await kv.setIfAbsent(seen, '1', TOKEN_SECONDS + 2 * CLOCK_TOLERANCE)))
        throw refused('logout-token-invalid', 'The logout token was used before.');
      const over = token.sid === undefined ? token.subject && bySubject(token.subject) : bySid(token.sid);
      if (over === undefined) return;
      // One that was held up on its way takes nothing back.
      const known = Number((await kv.get(over)) ?? 0);
      await kv.set(over, String(Math.max(known, token.iat)), options.sessionSeconds);
    },
    async isOver({ subject, sid, since }) {
      const [ofSession, ofSubject] = await Promise.all([
        sid === undefined ? undefined : kv.get(bySid(sid)),
        kv.get(bySubject(subject)),
      ]);
      // The provider's session may go on, and she sign in here again by it: where a mandate ended, it was only that.
      return [ofSession, ofSubject].some((ended) => ended !== undefined && since <= Number(ended));
    },
  };
}

/** Where all of ours take logout tokens. */
export const LOGOUT_PATH = '/back-channel-logout';

const Body = Type.Object({ logout_token: Type.String({ minLength: 1, maxLength: 8192 }) });

/** Serves the address of the register's `backchannelLogoutUri`; the answers are those of section 2.8. */
export function registerBackchannelLogout(
  app: Pick<FastifyInstance, 'post'>,
  receiver: { accept(unverifiedToken: string): Promise<void> },
): void {
  app.post(LOGOUT_PATH, { schema: { hide: true, body: Body } as object }, async (request, reply) => {
    await receiver.accept((request.body as { logout_token: string }).logout_token);
    return reply.header('cache-control', 'no-store').code(200).send('');
  });
}
