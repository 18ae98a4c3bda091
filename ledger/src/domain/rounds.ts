/** After a round that failed the next one waits at least this long: what is away is not asked without pause. */
const failedPauseMilliseconds = 1_000;

/**
 * Runs `round` again and again until stopped: at once while it says there is more, else after a pause. A round
 * that throws does not end the loop; of failures in a row only the first is reported, and then the recovery.
 */
export function keepRunning(options: {
  round: () => Promise<{ more: boolean }>;
  pauseMilliseconds: number;
  failed: (error: unknown) => void;
  recovered: () => void;
}): { stop(): Promise<void> } {
  let wake: (() => void) | undefined;
  let stopped = false;
  let failing = false;
  const done = (async () => {
    while (!stopped) {
      let more = false;
      try {
        ({ more } = await options.round());
        if (failing) options.recovered();
        failing = false;
      } catch (error) {
        if (!failing) options.failed(error);
        failing = true;
      }
      if (more || stopped) continue;
      await new Promise<void>((resolve) => {
        wake = resolve;
        const pause = options.pauseMilliseconds;
        setTimeout(resolve, failing ? Math.max(pause, failedPauseMilliseconds) : pause);
      });
    }
  })();
  return {
    async stop() {
      stopped = true;
      wake?.();
      await done;
    },
  };
}
