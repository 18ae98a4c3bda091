import { refused } from '@xinlu/common/errors';
import type { Connector, Ordered } from '../context.ts';

/** Longer than any order lives, with tolerance for clocks. */
const REMEMBER_SECONDS = 180;

/** One order, one answer. Stands last, so that a forged request cannot use up a genuine order. */
export async function useOnce(connector: Connector, { order }: Ordered): Promise<void> {
  if (!(await connector.kv.setIfAbsent(`order:${order.iss}:${order.jti}`, '1', REMEMBER_SECONDS))) {
    throw refused('order-replayed', 'This order was already served.', { status: 409 });
  }
}
