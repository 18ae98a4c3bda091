import { systemIds } from '@xinlu/common/ids';
import type { Ledger } from '../../src/domain/ports.ts';

/** A ledger that remembers what it was given and can be told to be away. */
export function fakeLedger() {
  const state = { entries: [] as { type: string; commitment: string }[], away: false };
  const ledger: Ledger = {
    async submit(type, commitment) {
      if (state.away) throw new Error('away');
      state.entries.push({ type, commitment });
      return { id: systemIds.uuid(), index: state.entries.length - 1 };
    },
    entry: async (id) => ({ id, index: 0, state: 'integrated' }),
    evidence: async () => ({ proof: 'c2sp.org/tlog-proof@v1\n', anchor: null, state: 'integrated' }),
  };
  return { state, ledger };
}
