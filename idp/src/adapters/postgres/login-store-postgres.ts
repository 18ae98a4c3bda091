import type { Clock } from '@xinlu/common/clock';
import { type Database, gather, type Sql } from '@xinlu/common/sql';
import { fateOfFormerSession } from '../../domain/login/former-session.ts';
import {
  type EndingSessions,
  type EndReason,
  type FormerLogin,
  LOGIN_SECONDS,
  type Login,
  type LoginStore,
  type NewLogin,
} from '../../domain/login/logins.ts';
import { recordEvent } from './audit-postgres.ts';
import { noteBrowser } from './known-browsers-postgres.ts';
import { noteUse } from './login-use.ts';
import { type EndingTools, sessionsAt, visitedParties } from './visited-parties-postgres.ts';

type Row = {
  id: string;
  person_id: string;
  holder: Login['holder'];
  method: Login['method'];
  certificate_id: string | null;
  passkey_id: string | null;
  acr: Login['acr'];
  amr: string[];
  browser: string;
  started_at: Date;
  expires_at: Date;
  ended_at: Date | null;
  end_reason: EndReason | null;
  visited: string[];
  provider_session: string | null;
};

const SELECT = `SELECT id, person_id, method, certificate_id, passkey_id, acr, amr, browser, started_at, expires_at, ended_at,
  end_reason, provider_session, (SELECT kind FROM person WHERE person.id = person_id) AS holder,
  ARRAY(SELECT client_id FROM visit WHERE login_id = login.id ORDER BY visit.at) AS visited FROM login`;
/** A session is as good as its holder, card and passkey are now, whatever its own row says. */
const LIVE = `ended_at IS NULL AND expires_at > $2
  AND EXISTS (SELECT 1 FROM person h WHERE h.id = person_id AND h.state = 'living')
  AND (certificate_id IS NULL OR EXISTS (SELECT 1 FROM card_certificate c
    WHERE c.id = certificate_id AND c.state = 'active' AND c.not_after > $2))
  AND (passkey_id IS NULL OR EXISTS (SELECT 1 FROM passkey p WHERE p.id = passkey_id AND p.state = 'active'))`;

function toLogin(row: Row): Login {
  return {
    id: row.id,
    personId: row.person_id,
    holder: row.holder,
    method: row.method,
    ...(row.certificate_id === null ? {} : { certificateId: row.certificate_id }),
    ...(row.passkey_id === null ? {} : { passkeyId: row.passkey_id }),
    acr: row.acr,
    amr: row.amr,
    browser: row.browser,
    startedAt: row.started_at,
    expiresAt: row.expires_at,
    ...(row.ended_at === null ? {} : { endedAt: row.ended_at }),
    ...(row.end_reason === null ? {} : { endReason: row.end_reason }),
    visited: row.visited,
    ...(row.provider_session === null ? {} : { providerSession: row.provider_session }),
  };
}

export type EndScope = Parameters<LoginStore['end']>[0] | { certificateId: string };

/** What becomes of the provider's session: it ends with the login, goes on under another, or is the provider's to end. */
type SessionFate = 'ended' | 'carried' | 'left';

/**
 * Ends logins with the given connection, so that a card's revocation and their end are one change. The organisations are
 * told, and the provider's sessions noted as due to end, in that change too.
 */
export async function endLogins(
  sql: Sql,
  tools: EndingTools,
  which: EndScope,
  reason: EndReason,
  fate: SessionFate = 'ended',
): Promise<string[]> {
  const [column, value] =
    'id' in which
      ? ['id', which.id]
      : 'personId' in which
        ? ['person_id', which.personId]
        : 'passkeyId' in which
          ? ['passkey_id', which.passkeyId]
          : 'certificateId' in which
            ? ['certificate_id', which.certificateId]
            : ['provider_session', which.providerSession];
  const rows = await sql.query<EndedRow>(
    `UPDATE login SET ended_at = $2, end_reason = $3
     WHERE ${column} = $1 AND ended_at IS NULL AND id IS DISTINCT FROM $4 RETURNING id, person_id, provider_session`,
    [value, tools.clock.now(), reason, ('except' in which ? which.except : undefined) ?? null],
  );
  return noteEnded(sql, tools, rows, reason, fate);
}

type EndedRow = { id: string; person_id: string; provider_session: string | null };

/** What follows from the end of logins, whatever the reason. */
async function noteEnded(
  sql: Sql,
  tools: EndingTools,
  rows: readonly EndedRow[],
  reason: EndReason,
  fate: SessionFate,
): Promise<string[]> {
  for (const row of rows) {
    const detail = { login: row.id, reason };
    await recordEvent(sql, tools, { kind: 'login.ended', personId: row.person_id, detail });
  }
  if (rows.length === 0 || fate === 'carried') return [];
  const visited = await visitedParties(
    sql,
    rows.map(({ id }) => id),
  );
  await tools.tellParties(sql, visited);
  if (fate === 'left') return [];
  const sessions = rows.flatMap((row) => (row.provider_session === null ? [] : [row.provider_session]));
  await noteEnding(sql, tools, sessions);
  return sessions;
}

async function noteEnding(sql: Sql, tools: { clock: Clock }, sessions: readonly string[]): Promise<void> {
  await sql.query(
    `INSERT INTO ending_session (provider_session, since) SELECT DISTINCT unnest($1::text[]), $2::timestamptz
     ON CONFLICT DO NOTHING`,
    [sessions, tools.clock.now()],
  );
}

export function createEndingSessions(database: Database): EndingSessions {
  return {
    async due() {
      const rows = await database.query<{ provider_session: string }>(
        'SELECT provider_session FROM ending_session ORDER BY since LIMIT 1000',
      );
      return rows.map((row) => row.provider_session);
    },
    async ended(session) {
      await database.query('DELETE FROM ending_session WHERE provider_session = $1', [session]);
    },
  };
}

export function createLoginStore(database: Database, tools: EndingTools): LoginStore {
  const { clock, ids } = tools;
  const one = async (sql: Sql, where: string, values: unknown[], prepared?: string) => {
    const row = await sql.one<Row>(`${SELECT} WHERE ${where}`, values, prepared);
    return row === undefined ? undefined : toLogin(row);
  };

  const live = gather<Login>(async (loginIds) => {
    const rows = await database.query<Row>(
      `${SELECT} WHERE id = ANY($1::uuid[]) AND ${LIVE}`,
      [loginIds, clock.now()],
      'live-logins',
    );
    return new Map(rows.map((row) => [row.id, toLogin(row)]));
  });

  const liveHolder = gather<string>(async (sessions) => {
    const rows = await database.query<{ provider_session: string; person_id: string }>(
      `SELECT DISTINCT ON (provider_session) provider_session, person_id FROM login
       WHERE provider_session = ANY($1) AND ${LIVE} ORDER BY provider_session, started_at DESC`,
      [sessions, clock.now()],
      'live-holders',
    );
    return new Map(rows.map((row) => [row.provider_session, row.person_id]));
  });

  /** Ends the login that this browser had before; gives the session that the new one takes over, and those to end. */
  async function replace(tx: Sql, former: FormerLogin, next: NewLogin) {
    const old = await one(tx, 'id = $1 AND ended_at IS NULL FOR UPDATE OF login', [former.id]);
    if (old === undefined) return { sessions: [] };
    const fate = fateOfFormerSession(old, next, former.waiting);
    const sessions = await endLogins(tx, tools, { id: old.id }, 'replaced', fate);
    return { carried: fate === 'carried' ? old.providerSession : undefined, sessions };
  }

  return {
    start: (login, former, browserToken) =>
      database.transaction(async (tx) => {
        const { carried, sessions } =
          former === undefined ? { sessions: [] } : await replace(tx, former, login);
        const id = ids.uuid();
        const now = clock.now();
        await tx.query(
          `INSERT INTO login (id, person_id, method, certificate_id, passkey_id, acr, amr, browser, started_at, expires_at,
             provider_session)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
          [
            id,
            login.personId,
            login.method,
            login.certificateId ?? null,
            login.passkeyId ?? null,
            login.acr,
            login.amr,
            login.browser,
            now,
            new Date(now.getTime() + LOGIN_SECONDS * 1000),
            carried ?? null,
          ],
        );
        await recordEvent(tx, tools, {
          kind: 'login.started',
          personId: login.personId,
          detail: { login: id, method: login.method, acr: login.acr },
        });
        const started = await one(tx, 'id = $1', [id]);
        if (started === undefined) throw new Error('an insert gave no row');
        if (browserToken !== undefined) await noteBrowser(tx, tools, started, browserToken);
        return { login: started, sessions };
      }),
    live,
    liveByProviderSession: (session) =>
      one(
        database,
        `provider_session = $1 AND ${LIVE} ORDER BY started_at DESC LIMIT 1`,
        [session, clock.now()],
        'live-login-of-session',
      ),
    liveHolder,
    async liveOfPerson(personId) {
      const rows = await database.query<Row>(
        `${SELECT} WHERE person_id = $1 AND ${LIVE} ORDER BY started_at DESC, id DESC`,
        [personId, clock.now()],
      );
      return rows.map(toLogin);
    },
    used: (id, visit) => noteUse(database, { ...visit, id, now: clock.now() }),
    end: (which, reason) => database.transaction((tx) => endLogins(tx, tools, which, reason)),
    endExpired: (limit) =>
      database.transaction(async (tx) => {
        const rows = await tx.query<EndedRow>(
          `UPDATE login SET ended_at = $1, end_reason = 'expired' WHERE id IN
             (SELECT l.id FROM login l LEFT JOIN card_certificate c ON c.id = l.certificate_id
              WHERE l.ended_at IS NULL AND (l.expires_at <= $1 OR c.not_after <= $1)
              LIMIT $2 FOR UPDATE OF l SKIP LOCKED)
           RETURNING id, person_id, provider_session`,
          [clock.now(), limit],
        );
        return noteEnded(tx, tools, rows, 'expired', 'ended');
      }),
    leave: (personId, clientId) =>
      database.transaction(async (tx) => {
        const found = await sessionsAt(tx, { personId, clientId, now: clock.now() });
        await tools.tellParties(tx, found.parties);
        return found.providerSessions;
      }),
    async history(personId, limit, before) {
      const rows = await database.query<Row>(
        `${SELECT} WHERE person_id = $1 AND ($3::uuid IS NULL OR
           (started_at, id) < (SELECT b.started_at, b.id FROM login b WHERE b.id = $3 AND b.person_id = $1))
         ORDER BY started_at DESC, id DESC LIMIT $2`,
        [personId, limit, before ?? null],
      );
      return rows.map(toLogin);
    },
  };
}
