import { join } from 'node:path';
import { sha256Base64url } from '@xinlu/common/canonical';
import { verifyJwt } from '@xinlu/common/keys';
import { readReleases } from '@xinlu/connector';
import { PROVIDER_IDS } from './agencies.ts';
import type { Country } from './country.ts';

export type Account = {
  /** Accesses that the log has as allowed. */
  logged: number;
  /** Of these: answers that arrived, answers of which that is not known, and those marked as not delivered. */
  delivered: number;
  unconfirmed: number;
  failed: number;
  /** Orders that the agencies recorded as released. */
  released: number;
  /** Answers that the relying party holds. */
  held: number;
  /** Released or held, and no log entry of exactly that order: must be 0. */
  missing: number;
  /** Log entries without a released order, and without the mark that nothing was delivered: must be 0. */
  extra: number;
  /** Held by the relying party though marked as not delivered: must be 0. */
  denied: number;
  /** Said to have arrived, and not held by the relying party: must be 0. */
  invented: number;
  /** One order released twice: must be 0. */
  twice: number;
  /** Log entries whose signature is wrong, that differ from their document, or that are not on their way to the ledger: must be 0. */
  unsound: number;
};

type Row = {
  id: string;
  document: string;
  outcome: 'delivered' | 'unconfirmed' | 'failed' | null;
  attested: boolean;
};

async function claimsOf(country: Country, jwt: string, typ: string): Promise<Record<string, unknown>> {
  const keys = country.view.signingKeys('consent');
  return verifyJwt(jwt, { keys, typ, timeless: true }).catch(() => ({}));
}

/** Order hash by access id, as the agencies recorded them. */
async function ordersReleased(country: Country) {
  const orders = new Map<string, string>();
  let twice = 0;
  for (const id of PROVIDER_IDS) {
    for await (const { order } of readReleases(join(country.releases, id))) {
      const { jti } = await claimsOf(country, order, 'xinlu-order+jwt');
      if (orders.has(String(jti))) twice += 1;
      orders.set(String(jti), sha256Base64url(order));
    }
  }
  return { orders, twice };
}

/** Holds what the log says against what the agencies and the relying party have. */
export async function compareReleases(country: Country, held: ReadonlySet<string>): Promise<Account> {
  const rows = await country.database.query<Row>(
    `SELECT a.id, a.document, CASE WHEN u.access_id IS NULL THEN o.outcome ELSE 'unconfirmed' END AS outcome,
       t.document_id IS NOT NULL AS attested
     FROM access_record a LEFT JOIN access_outcome o ON o.access_id = a.id
     LEFT JOIN access_unconfirmed u ON u.access_id = a.id LEFT JOIN attestation t ON t.document_id = a.id
     WHERE a.decision = 'allowed'`,
  );
  const { orders, twice } = await ordersReleased(country);
  const log = new Map<string, { outcome: Row['outcome']; orderHash: unknown }>();
  let unsound = 0;
  for (const { id, document, outcome, attested } of rows) {
    const claims = await claimsOf(country, document, 'xinlu-access+jwt');
    if (claims['jti'] !== id || claims['decision'] !== 'allowed' || !attested) unsound += 1;
    log.set(id, { outcome, orderHash: claims['order_hash'] });
  }
  const count = (outcome: Row['outcome']) => rows.filter((row) => row.outcome === outcome).length;
  const of = (id: string) => log.get(id)?.outcome;
  return {
    logged: rows.length,
    delivered: count('delivered'),
    unconfirmed: count('unconfirmed'),
    failed: count('failed'),
    released: orders.size,
    held: held.size,
    missing:
      [...orders].filter(([id, hash]) => log.get(id)?.orderHash !== hash).length +
      [...held].filter((id) => !log.has(id) || !orders.has(id)).length,
    extra: [...log].filter(([id, { outcome }]) => outcome !== 'failed' && !orders.has(id)).length,
    denied: [...held].filter((id) => of(id) === 'failed').length,
    invented: rows.filter(({ id, outcome }) => outcome === 'delivered' && !held.has(id)).length,
    twice,
    unsound,
  };
}
