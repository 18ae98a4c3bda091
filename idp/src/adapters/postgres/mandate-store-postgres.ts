import { refused } from '@xinlu/common/errors';
import type { Database, Sql } from '@xinlu/common/sql';
import {
  type Mandate,
  type MandateEvent,
  type MandateStore,
  type NewOffer,
  OPEN_MANDATES,
} from '../../domain/mandate/mandates.ts';
import type { IdentityVault } from '../../domain/person/identity-vault.ts';
import { delegatedGrants } from './delegated-grants-postgres.ts';
import { endMandates, type MandateRow, noteMandate, toMandate } from './mandate-rows.ts';
import type { EndingTools } from './visited-parties-postgres.ts';
import { personByNationalId } from './ward-postgres.ts';

const must = (row: MandateRow | undefined): MandateRow => {
  if (row === undefined) throw new Error('a statement gave no mandate');
  return row;
};

/** Counts under a lock on the person, so that parallel offers cannot pass the limit together. */
async function requireRoom(tx: Sql, principalId: string): Promise<void> {
  await tx.one('SELECT 1 FROM person WHERE id = $1 FOR UPDATE', [principalId]);
  const open = await tx.one<{ count: number }>(
    "SELECT count(*) FROM mandate WHERE principal_id = $1 AND state IN ('offered', 'active')",
    [principalId],
  );
  if ((open?.count ?? 0) < OPEN_MANDATES) return;
  throw refused('too-many-mandates', 'There are too many mandates; end one first.', { status: 409 });
}

export function createMandateStore(
  database: Database,
  tools: EndingTools & { vault: IdentityVault },
): MandateStore {
  const { clock, ids, vault } = tools;

  async function insertOffer(tx: Sql, offer: NewOffer): Promise<MandateRow> {
    const id = ids.uuid();
    return must(
      await tx.one<MandateRow>(
        `INSERT INTO mandate (id, kind, principal_id, state, scope, from_at, until_at, made_at, named_sealed, invitation,
           invitation_until)
         VALUES ($1, $2, $3, 'offered', $4, $5, $6, $7, $8, $9, $10) RETURNING *`,
        [
          id,
          offer.kind,
          offer.principalId,
          JSON.stringify(offer.scope),
          offer.from,
          offer.until,
          clock.now(),
          vault.seal(id, 'name', offer.named),
          offer.invitation,
          offer.invitationUntil,
        ],
      ),
    );
  }

  const decoy = vault.seal('', 'name', '無名氏');
  const OPEN_OFFER = "invitation = $1 AND state = 'offered' AND invitation_until > $2 AND until_at > $2";

  return {
    ...delegatedGrants(database, tools),
    offer: (offer) =>
      database.transaction(async (tx) => {
        await requireRoom(tx, offer.principalId);
        const mandate = await insertOffer(tx, offer);
        await noteMandate(tx, tools, { mandate, kind: 'mandate.offered', by: offer.principalId });
        return toMandate(mandate);
      }),
    async byInvitation(invitation) {
      const row = await database.one<MandateRow>(`SELECT * FROM mandate WHERE ${OPEN_OFFER}`, [
        invitation,
        clock.now(),
      ]);
      const found = row !== undefined && row.named_sealed !== null;
      // The same work for a code that there is not: time tells nobody which ones are out.
      const named = found
        ? vault.open(row.id, 'name', row.named_sealed ?? decoy)
        : vault.open('', 'name', decoy);
      return found ? { ...toMandate(row), named } : undefined;
    },
    accept: (invitation, actorId) =>
      database.transaction(async (tx) => {
        const mandate = await tx.one<MandateRow>(
          `UPDATE mandate SET state = 'active', actor_id = $3, invitation = NULL, invitation_until = NULL, named_sealed = NULL
           WHERE ${OPEN_OFFER} AND principal_id <> $3
             AND EXISTS (SELECT 1 FROM person WHERE id = $3 AND state = 'living') RETURNING *`,
          [invitation, clock.now(), actorId],
        );
        if (mandate === undefined) return undefined;
        await noteMandate(tx, tools, {
          mandate,
          kind: 'mandate.accepted',
          by: actorId,
          tell: { kind: 'mandate.accepted', whom: [mandate.principal_id, actorId] },
        });
        return toMandate(mandate);
      }),
    decline: (invitation, actorId) =>
      database.transaction(async (tx) => {
        const which = {
          where: 'invitation = $1 AND invitation_until > $2',
          values: [invitation, clock.now()],
          from: 'offered' as const,
        };
        return (await endMandates(tx, tools, which, 'declined', actorId)).count > 0;
      }),
    end: (id, personId) =>
      database.transaction(async (tx) => {
        const by = (side: 'principal_id' | 'actor_id') => ({
          where: `id = $1 AND ${side} = $2`,
          values: [id, personId],
        });
        for (const [which, reason] of [
          [{ ...by('principal_id'), from: 'offered' }, 'withdrawn'],
          [{ ...by('principal_id'), from: 'active' }, 'revoked-by-principal'],
          [{ ...by('actor_id'), from: 'active' }, 'revoked-by-actor'],
        ] as const) {
          const ended = await endMandates(tx, tools, which, reason, personId);
          if (ended.count > 0) return ended.grants;
        }
        return undefined;
      }),
    confirm: ({ guardianId, ward, until }) =>
      database.transaction(async (tx) => {
        const wardId = await personByNationalId(tx, tools, ward);
        await tx.one('SELECT 1 FROM person WHERE id = $1 FOR UPDATE', [wardId]);
        const now = clock.now();
        const renewed = await tx.one<MandateRow>(
          `UPDATE mandate SET confirmed_at = $3, until_at = $4
           WHERE principal_id = $1 AND actor_id = $2 AND kind = 'guardian' AND state = 'active' RETURNING *`,
          [wardId, guardianId, now, until ?? null],
        );
        if (renewed !== undefined) return toMandate(renewed);
        await requireRoom(tx, wardId);
        const mandate = must(
          await tx.one<MandateRow>(
            `INSERT INTO mandate (id, kind, principal_id, actor_id, state, from_at, until_at, made_at, confirmed_at)
             VALUES ($1, 'guardian', $2, $3, 'active', $4, $5, $4, $4) RETURNING *`,
            [ids.uuid(), wardId, guardianId, now, until ?? null],
          ),
        );
        await noteMandate(tx, tools, {
          mandate,
          kind: 'mandate.confirmed',
          by: guardianId,
          tell: { kind: 'mandate.confirmed', whom: [wardId, guardianId] },
        });
        return toMandate(mandate);
      }),
    endByRegistry: (id) =>
      database.transaction(async (tx) => {
        const which = { where: "id = $1 AND kind = 'guardian'", values: [id], from: 'active' as const };
        return (await endMandates(tx, tools, which, 'registry')).grants;
      }),
    endDue: () =>
      database.transaction(async (tx) => {
        const now = [clock.now()];
        const due = { where: 'until_at <= $1', values: now };
        const late = {
          where: 'invitation_until <= $1 OR until_at <= $1',
          values: now,
          from: 'offered' as const,
        };
        const ended = await endMandates(tx, tools, { ...due, from: 'active' }, 'expired');
        await endMandates(tx, tools, late, 'not-accepted-in-time');
        return ended.grants;
      }),
    ofPerson: (personId) =>
      many(
        `principal_id = $1 OR actor_id = $1 ORDER BY state IN ('offered', 'active') DESC, made_at DESC, id LIMIT 200`,
        [personId],
      ),
    async one(id) {
      const row = await database.one<MandateRow>('SELECT * FROM mandate WHERE id = $1', [id]);
      return row === undefined ? undefined : toMandate(row);
    },
    async history(id) {
      const rows = await database.query<{
        at: Date;
        kind: string;
        person_id: string | null;
        detail: { client?: string; reason?: string };
      }>(
        `SELECT at, kind, person_id, detail FROM audit_event
         WHERE detail ? 'mandate' AND detail ->> 'mandate' = $1 ORDER BY at DESC, id DESC LIMIT 200`,
        [id],
      );
      return rows.map(
        ({ at, kind, person_id: by, detail }): MandateEvent => ({
          at,
          kind,
          ...(by === null ? {} : { byPersonId: by }),
          ...(detail.client === undefined ? {} : { clientId: detail.client }),
          ...(detail.reason === undefined ? {} : { reason: detail.reason }),
        }),
      );
    },
  };

  async function many(where: string, values: readonly unknown[]): Promise<Mandate[]> {
    return (await database.query<MandateRow>(`SELECT * FROM mandate WHERE ${where}`, values)).map(toMandate);
  }
}
