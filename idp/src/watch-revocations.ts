import type { Logger } from '@xinlu/common/log';
import type { RevocationLists } from './adapters/revocation-lists.ts';

const RETRY_MILLISECONDS = 2_000;

export type RevocationWatch = {
  /** Looks now, or once more after the look under way. */
  look(): void;
  /** Resolves when no look is under way. */
  idle(): Promise<void>;
};

/** Applies each newer revocation list to the cards in use: one look at a time, repeated until it succeeds. */
export function watchRevocations(options: {
  lists: RevocationLists;
  applyRevocations: () => Promise<number>;
  log: Logger;
}): RevocationWatch {
  let wanted = false;
  let running: Promise<void> | undefined;

  async function work(): Promise<void> {
    while (wanted) {
      wanted = false;
      try {
        const changed = await options.applyRevocations();
        if (changed > 0) options.log.info({ count: changed }, 'cards-changed');
      } catch (error) {
        options.log.error({ err: error }, 'revocations-not-applied');
        setTimeout(look, RETRY_MILLISECONDS).unref();
      }
    }
    running = undefined;
  }

  function look(): void {
    wanted = true;
    running ??= work();
  }

  options.lists.onChange(look);
  return {
    look,
    async idle() {
      await running;
    },
  };
}
