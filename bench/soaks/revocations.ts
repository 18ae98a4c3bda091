import { randomUUID } from 'node:crypto';
import { makeCrl } from '../../idp/test/helpers/cards.ts';
import { ownBrowser } from '../../idp/test/helpers/mandates.ts';
import { NATIONAL_ID, startWorld, type World } from '../../idp/test/helpers/world.ts';
import { openStores } from '../stores.ts';

type Emit = (line: Record<string, unknown>) => void;

/** Cards that are known; `XINLU_SOAK_CARDS` sets another number. */
const cards = Number(process.env['XINLU_SOAK_CARDS'] ?? 100_000);
const LISTED = 20_000;
const ADDED = 20;

/** Serials of the cards in the database: 1 to `cards`, above what a card of the test's own authority would have. */
const serialOf = (number: number) => (0x40_00_00_00_00 + number).toString(16).toUpperCase();

async function seed(world: World): Promise<string> {
  const card = await world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君' });
  await ownBrowser(world, card, NATIONAL_ID.lin);
  const known = await world.database.one<{ person_id: string; authority: string }>(
    'SELECT person_id, authority FROM card_certificate LIMIT 1',
  );
  await world.database.query(
    `INSERT INTO card_certificate (id, person_id, authority, serial, fingerprint, state, not_after, first_used_at, last_used_at)
     SELECT gen_random_uuid(), $1, $2, upper(to_hex($3::bigint + n)), encode(sha256(n::text::bytea), 'hex'), 'active',
       now() + interval '5 years', now(), now()
     FROM generate_series(1, $4::int) n`,
    [known?.person_id, known?.authority, 0x40_00_00_00_00, cards],
  );
  await world.database.query('ANALYZE card_certificate');
  return known?.authority ?? randomUUID();
}

async function timed<T>(work: () => Promise<T>): Promise<{ milliseconds: number; result: T }> {
  const began = performance.now();
  const result = await work();
  return { milliseconds: Math.round(performance.now() - began), result };
}

export const soaks = [
  {
    name: 'revocations',
    summary: 'a new revocation list over 100,000 known cards: only what it adds is looked up, by index',
    async run(emit: Emit): Promise<void> {
      const closeStores = await openStores();
      const world = await startWorld();
      try {
        const authority = await seed(world);
        const strangers = Array.from({ length: LISTED }, (_, n) => serialOf(cards + 1 + n));
        const publish = async (serials: string[]) => {
          world.crls.set('ec', await makeCrl(world.authorities.ec, serials));
          await world.lists.refresh();
        };
        await publish(strangers);
        const whole = await timed(() => world.composed.applyRevocations());
        const added = Array.from({ length: ADDED }, (_, n) => serialOf(1 + n * 1000));
        await publish([...strangers, ...added]);
        const newer = await timed(() => world.composed.applyRevocations());
        const unchanged = await timed(() => world.composed.applyRevocations());
        // What it took to read every card at each list.
        const every = await timed(async () => {
          const rows = await world.database.query<{ authority: string; serial: string }>(
            "SELECT * FROM card_certificate WHERE state <> 'revoked' AND not_after > now()",
          );
          return rows.filter((row) => world.lists.certificate(row.authority, row.serial) !== 'good').length;
        });
        const plan = await world.database.query<{ 'QUERY PLAN': string }>(
          `EXPLAIN SELECT * FROM card_certificate WHERE not_after > now() AND authority = $1 AND serial = ANY($2::text[])
             AND state <> 'revoked'`,
          [authority, added],
        );
        const byIndex = plan.some((line) =>
          line['QUERY PLAN'].includes('card_certificate_authority_serial_key'),
        );
        emit({
          cards,
          listed: LISTED,
          added: ADDED,
          changed: newer.result,
          wholeListMilliseconds: whole.milliseconds,
          additionsMilliseconds: newer.milliseconds,
          unchangedMilliseconds: unchanged.milliseconds,
          everyCardMilliseconds: every.milliseconds,
          byIndex,
        });
        if (newer.result !== ADDED || whole.result !== 0 || unchanged.result !== 0)
          throw new Error('the wrong cards were stopped');
        if (!byIndex) throw new Error('the cards are not looked up by index');
      } finally {
        await world.close();
        await closeStores();
      }
    },
  },
];
