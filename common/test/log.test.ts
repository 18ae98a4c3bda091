import { Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { createLogger } from '../src/log/index.ts';

const secrets = {
  nationalId: 'A234567898',
  name: '林怡君',
  token: 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJlLWJ5dGVz',
  signature: 'MEUCIQDx'.repeat(12),
};

function capture() {
  let text = '';
  const destination = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  return { log: createLogger({ name: 'test', level: 'trace', destination }), text: () => text };
}

describe('the log', () => {
  test.each([
    [
      'as fields',
      (log) =>
        log.info({ ...secrets, national_id: secrets.nationalId, access_token: secrets.token }, 'login'),
    ],
    [
      'nested deep',
      (log) => log.info({ a: { b: [{ c: { name: secrets.name, note: secrets.nationalId } }] } }, 'x'),
    ],
    [
      'in the message',
      (log) => log.info(`person ${secrets.nationalId} with ${secrets.token} and ${secrets.signature}`),
    ],
    ['as arguments of the message', (log) => log.info('saw %s %s', secrets.nationalId, secrets.signature)],
    [
      'inside an error and its cause',
      (log) => {
        log.error(
          { err: new Error(`bad ${secrets.nationalId}`, { cause: new Error(secrets.token) }) },
          'failed',
        );
      },
    ],
    ['as the error itself', (log) => log.error(new Error(`bad ${secrets.token}`))],
    [
      'as headers',
      (log) =>
        log.info(
          {
            headers: { authorization: `DPoP ${secrets.token}`, cookie: 'a=b', signature: secrets.signature },
          },
          'r',
        ),
    ],
    ['by a child', (log) => log.child({ subject: secrets.name }).info({ certb64: secrets.signature }, 'x')],
  ] satisfies [string, (log: ReturnType<typeof createLogger>) => void][])(
    'when personal data arrive %s, then none of it is written',
    (_how, write) => {
      const { log, text } = capture();
      write(log);
      expect(text()).not.toBe('');
      for (const secret of Object.values(secrets)) expect(text()).not.toContain(secret);
    },
  );

  test('when codes and ids of records are logged, then they stay readable', () => {
    const { log, text } = capture();
    log.info({ consentId: '0193e2a0-0000-7000-8000-000000000000', code: 'consent-withdrawn' }, 'refused');
    expect(JSON.parse(text())).toMatchObject({
      code: 'consent-withdrawn',
      consentId: '0193e2a0-0000-7000-8000-000000000000',
    });
  });
});
