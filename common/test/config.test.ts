import { describe, expect, test } from 'vitest';
import {
  ConfigError,
  flag,
  integer,
  oneOf,
  optional,
  port,
  readConfig,
  secret,
  text,
  url,
  withDefault,
} from '../src/config/index.ts';

const settings = {
  NAME: text(),
  PORT: port(),
  PUBLIC_URL: url(),
  COOKIE_SECRET: secret(),
  POLL: integer({ min: 1, max: 60, default: 5 }),
  LEVEL: withDefault(oneOf('info', 'warn'), 'info'),
  REDIS_URL: optional(text()),
  DEMO: flag(),
};
const good = {
  NAME: 'idp',
  PORT: '4001',
  PUBLIC_URL: 'http://localhost:4001/',
  COOKIE_SECRET: 'ab'.repeat(32),
};

describe('the configuration', () => {
  test('when all is there, then it is typed and frozen', () => {
    const config = readConfig(good, settings);
    expect(config).toMatchObject({
      PORT: 4001,
      PUBLIC_URL: 'http://localhost:4001',
      POLL: 5,
      LEVEL: 'info',
      DEMO: false,
    });
    expect(config.COOKIE_SECRET).toHaveLength(32);
    expect(() => Object.assign(config, { PORT: 1 })).toThrow(TypeError);
  });

  test('when several things are wrong, then all are told at once and no secret is repeated', () => {
    const bad = {
      PORT: '70000',
      PUBLIC_URL: 'ftp://x',
      COOKIE_SECRET: 'hunter2',
      POLL: '5.5',
      LEVEL: 'loud',
      DEMO: 'yes',
    };
    let faults: readonly string[] = [];
    try {
      readConfig(bad, settings);
    } catch (error) {
      faults = error instanceof ConfigError ? error.faults : [];
    }
    expect(faults.map((fault) => fault.split(' ')[0])).toEqual([
      'NAME',
      'PORT',
      'PUBLIC_URL',
      'COOKIE_SECRET',
      'POLL',
      'LEVEL',
      'DEMO',
    ]);
    expect(faults.join()).not.toContain('hunter2');
  });
});
