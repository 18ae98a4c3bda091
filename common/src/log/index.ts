import {
  type Bindings,
  type ChildLoggerOptions,
  type DestinationStream,
  type Logger as PinoLogger,
  pino,
} from 'pino';
import { redact } from './redact.ts';

export type Logger = PinoLogger;

/**
 * Structured log lines. Each record passes through `redact` before it is written, so that neither a careless field
 * name nor a value inside a message can carry a national ID, a name, a token or a signature out.
 */
export function createLogger(options: {
  name: string;
  level?: string;
  destination?: DestinationStream;
}): Logger {
  const logger = pino(
    {
      name: options.name,
      level: options.level ?? 'info',
      base: { name: options.name },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: (record) => redact(record) as Record<string, unknown>,
      },
      hooks: {
        logMethod(args, method) {
          const clean = args.map((argument) => (typeof argument === 'string' ? redact(argument) : argument));
          // pino would lift an error's own message into the line after all redaction.
          if (clean[0] instanceof Error)
            clean.splice(0, 1, { err: clean[0] }, ...(clean.length === 1 ? ['error'] : []));
          method.apply(this, clean as Parameters<typeof method>);
        },
      },
    },
    options.destination ?? pino.destination({ dest: 1, sync: true }),
  );
  // pino formats a child's bindings once, apart from its records; children inherit this guard from their parent.
  const plainChild = logger.child;
  function guardedChild(this: Logger, bindings: Bindings, childOptions?: ChildLoggerOptions): unknown {
    return Reflect.apply(plainChild, this, [redact(bindings), childOptions]);
  }
  logger.child = guardedChild as typeof logger.child;
  return logger;
}

export { redact } from './redact.ts';
