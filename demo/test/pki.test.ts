import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { frozenClock } from '@xinlu/common/clock';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cardPlans } from '../src/country/cards.ts';
import { readJson } from '../src/country/files.ts';
import { signCms } from '../src/pki/cms.ts';
import { integer, namedBits, oid, time } from '../src/pki/der.ts';
import { readPrivateKey } from '../src/pki/open.ts';
import { openRevocationLists } from '../src/pki/revocations.ts';
import { seededCountry, type TestCountry } from './country.ts';

const hasOpenssl = (() => {
  try {
    return execFileSync('openssl', ['version'], { encoding: 'utf8' }).startsWith('OpenSSL');
  } catch {
    return false;
  }
})();

const openssl = (...args: string[]): { code: number; output: string } => {
  try {
    return { code: 0, output: execFileSync('openssl', args, { encoding: 'utf8', stdio: 'pipe' }) };
  } catch (error) {
    const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string };
    return { code: status, output: `${stdout}${stderr}` };
  }
};

const pem = (label: string, der: Uint8Array): string => {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
};

describe('DER', () => {
  test('when values at the edges are encoded, then the bytes are those of X.690', () => {
    expect(integer(0).toString('hex')).toBe('020100');
    expect(integer(127).toString('hex')).toBe('02017f');
    expect(integer(128).toString('hex')).toBe('02020080');
    expect(integer(Buffer.from('00ff', 'hex')).toString('hex')).toBe('020200ff');
    expect(oid('2.16.886.1.100.2.51').toString('hex')).toBe('06076086760164' + '0233');
    expect(oid('1.2.840.113549').toString('hex')).toBe('06062a864886f70d');
    expect(namedBits(0).toString('hex')).toBe('03020780');
    expect(namedBits(5, 6).toString('hex')).toBe('03020106');
    expect(time(new Date('2049-12-31T23:59:59Z')).toString('latin1')).toContain('491231235959Z');
    expect(time(new Date('2050-01-01T00:00:00Z')).toString('latin1')).toContain('20500101000000Z');
  });
});

describe('the government PKI', () => {
  let country: TestCountry;
  const at = (name: string) => join(country.folder, name);
  beforeAll(async () => {
    country = await seededCountry();
  });
  afterAll(() => country.remove());

  test('when a card is checked with Node, then its chain of signatures leads to the root', () => {
    const certificate = (path: string) => new X509Certificate(readFileSync(path));
    const root = certificate(country.files.authority('grca', 'certificate.der'));
    for (const plan of cardPlans) {
      const leaf = certificate(country.files.card(plan.id, 'certificate.der'));
      const authority = certificate(country.files.authority(plan.authority, 'certificate.der'));
      expect(leaf.checkIssued(authority)).toBe(true);
      expect(leaf.verify(authority.publicKey)).toBe(true);
      expect(authority.verify(root.publicKey)).toBe(true);
      expect(leaf.ca).toBe(false);
    }
  });

  test('when a list is revoked from, then its number goes up over a restart and the serial stays', () => {
    const clock = frozenClock(new Date());
    const lists = openRevocationLists(country.files, clock);
    const first = lists.current('moeaca');
    expect(lists.current('moeaca')).toBe(first);
    lists.revoke('moeaca', { serial: '4A0B', reason: 'superseded' });
    lists.revoke('moeaca', { serial: '4A0B', reason: 'superseded' });
    expect(lists.current('moeaca')).not.toEqual(first);
    const restarted = openRevocationLists(country.files, clock);
    restarted.current('moeaca');
    const record = readJson<{ number: number; revoked: { serial: string }[] }>(
      country.files.authority('moeaca', 'revoked.json'),
    );
    expect(record.number).toBe(3);
    expect(record.revoked.map(({ serial }) => serial)).toEqual(['4A0B']);
  });

  test('when an hour has passed, then a new list is signed long before the old one ends', () => {
    const clock = frozenClock(new Date());
    const lists = openRevocationLists(country.files, clock);
    const first = lists.current('grca');
    clock.advance(3600_000);
    expect(lists.current('grca')).not.toEqual(first);
  });

  describe.runIf(hasOpenssl)('judged by openssl', () => {
    test('when the card is good, then the path with lists is accepted; when it was lost, then it is refused as revoked', () => {
      const lists = openRevocationLists(country.files, frozenClock(new Date()));
      writeFileSync(
        at('all.pem'),
        (['grca', 'moica-g3', 'moica-g4', 'moeaca', 'xca', 'gca', 'hica'] as const)
          .flatMap((id) => [
            pem('CERTIFICATE', readFileSync(country.files.authority(id, 'certificate.der'))),
            pem('X509 CRL', lists.current(id)),
          ])
          .join(''),
      );
      for (const plan of cardPlans) {
        writeFileSync(
          at('leaf.pem'),
          pem('CERTIFICATE', readFileSync(country.files.card(plan.id, 'certificate.der'))),
        );
        const answer = openssl(
          'verify',
          '-x509_strict',
          '-crl_check_all',
          '-policy',
          '2.16.886.101.0.3.3',
          '-explicit_policy',
          '-CAfile',
          at('all.pem'),
          at('leaf.pem'),
        );
        if (plan.lost) expect(answer.output).toContain('certificate revoked');
        else expect(answer.output).toContain(': OK');
      }
    });

    test('when a card signs a CMS message, then openssl takes it, and refuses it with another content', () => {
      for (const id of ['lin-yijun', 'chen-zhiming']) {
        const certificate = readFileSync(country.files.card(id, 'certificate.der'));
        const signedBy = (key: KeyObject) =>
          signCms({ content: Buffer.from('挑戰 challenge'), key, certificate, at: new Date() });
        const genuine = signedBy(readPrivateKey(country.files.card(id, 'key.pem')));
        const foreign = signedBy(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
        const changed = Buffer.from(genuine.toString('latin1').replace('challenge', 'challengf'), 'latin1');
        const check = (der: Buffer) => {
          writeFileSync(at('message.der'), der);
          return openssl(
            'cms',
            '-verify',
            '-noverify',
            '-binary',
            '-inform',
            'DER',
            '-in',
            at('message.der'),
          );
        };
        expect(check(genuine)).toMatchObject({ code: 0, output: '挑戰 challenge' });
        expect(check(changed).code).not.toBe(0);
        expect(check(foreign).code).not.toBe(0);
      }
    });
  });
});
