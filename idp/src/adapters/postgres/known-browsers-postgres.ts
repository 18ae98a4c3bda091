import type { Clock } from '@xinlu/common/clock';
import type { Ids } from '@xinlu/common/ids';
import type { Sql } from '@xinlu/common/sql';
import { BROWSER_SECONDS, browserMark } from '../../domain/login/known-browsers.ts';
import type { Login } from '../../domain/login/logins.ts';
import { tellNotice } from './notices-postgres.ts';

/**
 * Notes with the given connection in which browser a login was made, and tells her of a browser that she has not used
 * before. Her very first sign-in makes the account, so there is nobody to be told.
 */
export async function noteBrowser(
  sql: Sql,
  tools: { clock: Clock; ids: Ids },
  login: Login,
  browserToken: string,
): Promise<void> {
  const { personId } = login;
  const now = tools.clock.now();
  const known = await sql.one<{ made: boolean }>(
    `INSERT INTO known_browser (person_id, mark, first_at, last_at) VALUES ($1, $2, $3, $3)
     ON CONFLICT (person_id, mark) DO UPDATE SET last_at = excluded.last_at RETURNING xmax = 0 AS made`,
    [personId, browserMark(personId, browserToken), now],
  );
  if (known?.made !== true) return;
  await sql.query('DELETE FROM known_browser WHERE person_id = $1 AND last_at < $2', [
    personId,
    new Date(now.getTime() - BROWSER_SECONDS * 1000),
  ]);
  const before = await sql.one('SELECT 1 FROM login WHERE person_id = $1 AND id <> $2 LIMIT 1', [
    personId,
    login.id,
  ]);
  if (before === undefined) return;
  await tellNotice(sql, tools, {
    personId,
    kind: 'login.new-browser',
    detail: { login: login.id, browser: login.browser, method: login.method },
  });
}
