import type { Logger } from '@xinlu/common/log';
import type { Outbox } from '@xinlu/common/outbox';
import type { RegisterView } from '@xinlu/common/register';
import type { PartyNotifier, VisitedParty } from '../domain/login/logout-notices.ts';
import type { TellParties } from './postgres/visited-parties-postgres.ts';

export const LOGOUT_QUEUE = 'back-channel-logout';

const CONCURRENCY = 8;
/** With a delay that grows to a minute: three days, by when every session that a login opened is long over. */
const RETRY_LIMIT = 4_400;

/** One message for each organisation that registered an address for it, in the transaction of the ending. */
export function createTellParties(outbox: Outbox, register: () => RegisterView): TellParties {
  return async (sql, visited) => {
    for (const party of visited) {
      if (register().participant(party.clientId)?.relyingParty?.backchannelLogoutUri === undefined) continue;
      await outbox.publish(sql, LOGOUT_QUEUE, party);
    }
  };
}

/** Delivers them; what an organisation did not take comes again. */
export function workLogouts(outbox: Outbox, notifier: PartyNotifier, log: Logger): void {
  outbox.work(
    LOGOUT_QUEUE,
    async (payload) => {
      const party = payload as VisitedParty;
      try {
        await notifier.tell(party);
      } catch (error) {
        log.warn({ party: party.clientId, err: error }, 'party-not-told');
        throw error;
      }
    },
    { concurrency: CONCURRENCY, retryLimit: RETRY_LIMIT },
  );
}
