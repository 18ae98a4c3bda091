import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeOcspRequest } from '../src/index.ts';
import { parseOcspResponse } from '../src/ocsp/ocsp-response.ts';
import { makeAuthority, makeLeaf, makeRoot } from './authority/issue.ts';

const root = makeRoot();
const ca = makeAuthority(root, 'C=TW/O=Test Government/CN=CA');
const leaf = makeLeaf(ca, { serial: 0x77 });
const nonce = Buffer.alloc(32, 7);
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

const pem = (der: Uint8Array): string =>
  `-----BEGIN CERTIFICATE-----\n${Buffer.from(der)
    .toString('base64')
    .replace(/.{64}(?=.)/g, '$&\n')}\n-----END CERTIFICATE-----\n`;

describe('when OCSP is asked with a nonce', () => {
  test.skipIf(!hasOpenssl)(
    "then OpenSSL's responder understands the question and its answer carries the nonce",
    () => {
      const folder = mkdtempSync(join(tmpdir(), 'xinlu-ocsp-'));
      const file = (name: string, content: string | Uint8Array = ''): string => {
        if (content.length > 0) writeFileSync(join(folder, name), content);
        return join(folder, name);
      };
      try {
        const key = String(ca.key.privateKey.export({ type: 'pkcs8', format: 'pem' }));
        const issuer = file('ca.pem', pem(ca.der));
        const request = file(
          'request.der',
          makeOcspRequest({ certificate: leaf.der, issuer: ca.der, nonce }),
        );
        const index = file('index.txt', 'V\t360101000000Z\t\t77\tunknown\t/CN=Holder\n');
        const options = ['-index', index, '-CA', issuer, '-rsigner', issuer, '-rkey', file('ca.key', key)];
        const run = spawnSync(
          'openssl',
          ['ocsp', ...options, '-ndays', '1', '-reqin', request, '-respout', file('answer.der')],
          { encoding: 'utf8' },
        );
        expect(run.status, run.stderr).toBe(0);
        const answer = parseOcspResponse(readFileSync(file('answer.der')));
        expect(answer.nonce && Buffer.from(answer.nonce)).toEqual(nonce);
        expect(answer.answers.map(({ status, id }) => [status, [...id.serial]])).toEqual([['good', [0x77]]]);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );

  test('then a nonce of an impossible length is refused', () => {
    for (const length of [0, 129]) {
      const ask = () =>
        makeOcspRequest({ certificate: leaf.der, issuer: ca.der, nonce: new Uint8Array(length) });
      expect(ask).toThrow(expect.objectContaining({ code: 'input-invalid' }));
    }
  });
});
