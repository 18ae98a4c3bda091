import { createLogger, type Logger } from '../log/index.ts';

/** What a started service gives back: how to end it. */
export type Running = { close(): Promise<void> };

export type ServiceCommand = (context: {
  log: Logger;
  args: readonly string[];
}) => Promise<Running | undefined>;

const DRAIN_MILLISECONDS = 10_000;

function explain(error: unknown): string {
  if (!(error instanceof Error)) return 'an unknown fault';
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
  return `${error.message}${cause}`;
}

/**
 * Runs a service's command: `node src/main.ts COMMAND [options]`. A command that returns something to close runs until
 * SIGTERM, SIGINT, or the end of standard input when `XINLU_LIFELINE=stdin` (the launcher's pipe closed). Closing drains;
 * what has not drained in ten seconds is cut. A fault before that is one clear line and exit code 1. `usages` holds what
 * `COMMAND --help` shows of a command with options of its own.
 */
export async function runService(
  name: string,
  commands: Readonly<Record<string, ServiceCommand>>,
  usages: Readonly<Record<string, string>> = {},
): Promise<void> {
  const log = createLogger({ name, level: process.env['LOG_LEVEL'] ?? 'info' });
  const [command = 'serve', ...args] = process.argv.slice(2);
  const run = commands[command];
  if (run === undefined || args.includes('--help') || command === '--help') {
    process.stdout.write(
      usages[command] ?? `usage: node ${name}/src/main.ts ${Object.keys(commands).join(' | ')} [--migrate]\n`,
    );
    process.exit(run === undefined && command !== '--help' ? 64 : 0);
  }
  process.on('unhandledRejection', (error) => {
    log.fatal({ err: error }, 'unhandled-rejection');
    process.exit(1);
  });
  try {
    const running = await run({ log, args });
    if (running === undefined) process.exit(0);
    log.info('ready');
    await untilToldToStop();
    const cut = setTimeout(() => {
      log.error('drain-timed-out');
      process.exit(1);
    }, DRAIN_MILLISECONDS);
    await running.close();
    clearTimeout(cut);
    log.info('stopped');
    process.exit(0);
  } catch (error) {
    log.fatal({ err: error }, explain(error));
    process.stderr.write(`${name}: ${explain(error)}\n`);
    process.exit(1);
  }
}

function untilToldToStop(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
    if (process.env['XINLU_LIFELINE'] !== 'stdin') return;
    process.stdin.on('end', () => resolve());
    process.stdin.on('error', () => resolve());
    process.stdin.resume();
  });
}
