import type { Logger } from '@xinlu/common/log';

export type Repeated = { stop(): Promise<void> };

/** Runs `work` now and then `seconds` after each end, one run at a time; a failed run is logged as `failure` and comes again. */
export function repeat(options: {
  work: () => Promise<unknown>;
  seconds: number;
  failure: string;
  log: Logger;
}): Repeated {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let running = run();

  async function run(): Promise<void> {
    try {
      await options.work();
    } catch (error) {
      options.log.error({ err: error }, options.failure);
    }
    if (stopped) return;
    timer = setTimeout(() => {
      running = run();
    }, options.seconds * 1000).unref();
  }

  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
