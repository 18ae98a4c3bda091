/**
 * Runs `round` again and again until stopped: at once while it says there is more, else after a pause. A round
 * that throws is reported and does not end the loop.
 */
export function keepRunning(options: {
  round: () => Promise<{ more: boolean }>;
  pauseMilliseconds: number;
  failed: (error: unknown) => void;
}): { stop(): Promise<void> } {
  let wake: (() => void) | undefined;
  let stopped = false;
  const done = (async () => {
    while (!stopped) {
      const more = await options.round().then(
        (result) => result.more,
        (error) => {
          options.failed(error);
          return false;
        },
      );
      if (more || stopped) continue;
      await new Promise<void>((resolve) => {
        wake = resolve;
        setTimeout(resolve, options.pauseMilliseconds);
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
