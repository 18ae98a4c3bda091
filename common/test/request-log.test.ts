import fastify, { type FastifyBaseLogger, LogController } from 'fastify';
import { describe, expect, test } from 'vitest';
import { RequestLog } from '../src/http/request-log.ts';

describe('when a request logs nothing', () => {
  test('then no logger is made for it, and the first line makes one with its id', async () => {
    const lines: unknown[] = [];
    let children = 0;
    const say =
      (level: string, bound: object = {}) =>
      (...line: unknown[]) =>
        void lines.push([level, bound, ...line]);
    const logger = (bound: object): Record<string, unknown> => ({
      ...Object.fromEntries(
        ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'].map((level) => [
          level,
          say(level, bound),
        ]),
      ),
      level: 'info',
      child(bindings: object) {
        children++;
        return logger({ ...bound, ...bindings });
      },
    });
    const app = fastify({
      loggerInstance: logger({}) as unknown as FastifyBaseLogger,
      logController: new LogController({ disableRequestLogging: true }),
      genReqId: () => 'r1',
      childLoggerFactory: (parent, bindings, options) =>
        new RequestLog(parent, bindings, options) as unknown as FastifyBaseLogger,
    });
    app.get('/silent', async () => 'silent');
    app.get('/loud', async ({ log }) => {
      for (const level of ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const)
        log[level]({ a: 1 }, level);
      log.level = 'warn';
      log.child({ b: 2 }).info('deeper');
      return log.level;
    });
    await app.ready();
    const before = children;
    expect((await app.inject('/silent')).body).toBe('silent');
    expect(children - before).toBe(0);
    expect((await app.inject('/loud')).body).toBe('warn');
    expect(children - before).toBe(2);
    const said = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'].map((level) => [
      level,
      { reqId: 'r1' },
      { a: 1 },
      level,
    ]);
    expect(lines).toEqual([...said, ['info', { reqId: 'r1', b: 2 }, 'deeper']]);
    await app.close();
  });
});
