import type { Logger } from '@xinlu/common/log';
import type { EndingSessions, ProviderSessions } from './logins.ts';

export type SessionEnding = ProviderSessions & {
  /** Ends what is still due, as after a crash; gives how many it ended. */
  endDue(): Promise<number>;
};

/**
 * Ends the provider's sessions one by one. One that fails does not hold up the others and is no error to the caller: its
 * login has ended, so nothing accepts it any more; it stays due, and `endDue` tries it again.
 */
export function createSessionEnding(services: {
  sessions: ProviderSessions;
  ending: EndingSessions;
  log: Logger;
}): SessionEnding {
  async function endEach(sessions: readonly string[]): Promise<number> {
    let count = 0;
    for (const session of sessions) {
      try {
        await services.sessions.end([session]);
        await services.ending.ended(session);
        count += 1;
      } catch (error) {
        services.log.error({ err: error }, 'provider-session-not-ended');
      }
    }
    return count;
  }
  return {
    async end(sessions) {
      await endEach(sessions);
    },
    endAt: (sessions, clientId) => services.sessions.endAt(sessions, clientId),
    endDue: async () => endEach(await services.ending.due()),
  };
}
