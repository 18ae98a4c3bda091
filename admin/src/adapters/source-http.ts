import type { Clock } from '@xinlu/common/clock';
import type { SignedCall, SignedReply } from '@xinlu/common/http-signature';
import type { Logger } from '@xinlu/common/log';
import type { Source, SourceReport } from '../domain/sources.ts';

/** Asks another service for its numbers every `everySeconds`, by signed request, and keeps what it last said. */
export function createHttpSource<T>(options: {
  url: string;
  call: (url: string, call?: SignedCall) => Promise<SignedReply>;
  parse: (unverified: unknown) => T;
  everySeconds: number;
  clock: Clock;
  log: Logger;
}): Source<T> & { refresh(): Promise<void> } {
  let report: SourceReport<T> = { value: null, at: null, unreachableSince: null };
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  async function refresh(): Promise<void> {
    try {
      const { status, json } = await options.call(options.url);
      if (status !== 200) throw new Error(`it answered ${status}`);
      report = { value: options.parse(json), at: options.clock.now(), unreachableSince: null };
    } catch (error) {
      if (report.unreachableSince === null)
        options.log.warn({ err: error, source: options.url }, 'source-silent');
      report = { ...report, unreachableSince: report.unreachableSince ?? options.clock.now() };
    }
  }

  async function loop(): Promise<void> {
    await refresh();
    if (!stopped) timer = setTimeout(loop, options.everySeconds * 1000).unref();
  }

  return {
    report: () => report,
    refresh,
    start: () => void loop(),
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
