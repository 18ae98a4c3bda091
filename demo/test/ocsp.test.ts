import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { frozenClock } from '@xinlu/common/clock';
import { makeOcspRequest, validateCertificate } from '@xinlu/pki';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isOf, readOcspQuestion, signOcspAnswer } from '../src/pki/ocsp.ts';
import { openAuthority } from '../src/pki/open.ts';
import { openRevocationLists } from '../src/pki/revocations.ts';
import { seededCountry, type TestCountry } from './country.ts';

let country: TestCountry;
const clock = frozenClock(new Date());
beforeAll(async () => {
  country = await seededCountry();
});
afterAll(() => country.remove());

const cardOf = (id: string) => readFileSync(country.files.card(id, 'certificate.der'));
const serialOf = (id: string) =>
  (JSON.parse(readFileSync(country.files.card(id, 'card.json'), 'utf8')) as { serial: string }).serial;

/** Asks about a card of an authority, and gives what a validator makes of the answer. */
function ask(
  id: string,
  authorityId: 'moica-g3' | 'moica-g4',
  lists = openRevocationLists(country.files, clock),
) {
  const authority = openAuthority(country.files, authorityId);
  const nonce = randomBytes(32);
  const leaf = cardOf(id);
  const question = readOcspQuestion(
    Buffer.from(makeOcspRequest({ certificate: leaf, issuer: authority.certificate, nonce })),
  );
  const now = clock.now();
  const answer = signOcspAnswer({
    issuer: authority.issuer,
    question,
    revoked: lists.list(authorityId).find(({ serial }) => serial === serialOf(id)),
    now,
    nextUpdate: new Date(now.getTime() + 60_000),
  });
  const decide = (given: Uint8Array) =>
    validateCertificate({
      leaf,
      anchors: [authority.certificate],
      time: clock.now(),
      revocation: 'required',
      ocsp: [answer],
      ocspNonce: given,
    }).code;
  return { question, answer, decide, nonce, own: isOf(question, authority.issuer) };
}

test('an authority answers for its own cards, by RSA and by elliptic curves, for the nonce that was asked', () => {
  for (const [id, authority] of [
    ['li-jianhong', 'moica-g3'],
    ['wang-shufen', 'moica-g4'],
  ] as const) {
    const { own, decide, nonce, question } = ask(id, authority);
    expect(own).toBe(true);
    expect(decide(nonce)).toBe('ok');
    expect(decide(randomBytes(32))).not.toBe('ok');
    // The two generations bear one name: the key tells them apart.
    const other = authority === 'moica-g3' ? 'moica-g4' : 'moica-g3';
    expect(isOf(question, openAuthority(country.files, other).issuer)).toBe(false);
  }
});

test('a card that is revoked is so at once by the responder, and on the list when that is next signed', () => {
  const lists = openRevocationLists(country.files, clock);
  const before = lists.current('moica-g4');
  const serial = serialOf('wang-shufen');
  lists.revoke('moica-g4', { serial, reason: 'keyCompromise' }, { listLater: true });
  const { decide, nonce } = ask('wang-shufen', 'moica-g4', lists);
  expect(decide(nonce)).toBe('certificate-revoked');
  expect(lists.current('moica-g4')).toBe(before);
  clock.advance(3600_001);
  expect(lists.current('moica-g4').toString('hex').toUpperCase()).toContain(serial.toUpperCase());
});

test('OpenSSL asks, and reads the answer', () => {
  const authority = openAuthority(country.files, 'moica-g3');
  const at = (name: string) => join(country.folder, name);
  const pem = (der: Buffer) =>
    `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
  writeFileSync(at('issuer.pem'), pem(authority.certificate));
  writeFileSync(at('card.pem'), pem(cardOf('li-jianhong')));
  const run = (...args: string[]) =>
    execFileSync('openssl', ['ocsp', ...args], { encoding: 'utf8', stdio: 'pipe' });
  run('-issuer', at('issuer.pem'), '-cert', at('card.pem'), '-reqout', at('request.der'));
  const question = readOcspQuestion(readFileSync(at('request.der')));
  expect(question.serial).toBe(serialOf('li-jianhong').toUpperCase());
  const now = new Date();
  const answer = signOcspAnswer({
    issuer: authority.issuer,
    question,
    revoked: { serial: question.serial, at: now.toISOString(), reason: 'superseded' },
    now,
    nextUpdate: new Date(now.getTime() + 60_000),
  });
  writeFileSync(at('answer.der'), answer);
  // Without that flag the command puts another nonce into the request that it reads.
  const said = run(
    ...['-respin', at('answer.der'), '-reqin', at('request.der'), '-issuer', at('issuer.pem')],
    ...['-cert', at('card.pem'), '-VAfile', at('issuer.pem'), '-no_nonce'],
  );
  expect(said).toContain('revoked');
  expect(said).toContain('superseded');
});

test('what is no question about one certificate is refused, however it is cut', () => {
  const authority = openAuthority(country.files, 'moica-g3');
  const request = Buffer.from(
    makeOcspRequest({
      certificate: cardOf('li-jianhong'),
      issuer: authority.certificate,
      nonce: randomBytes(32),
    }),
  );
  expect(() => readOcspQuestion(request)).not.toThrow();
  for (let end = 0; end < request.length; end += 1)
    expect(() => readOcspQuestion(request.subarray(0, end))).toThrow('no OCSP request');
  for (const bytes of [Buffer.from([0x30, 0x80]), Buffer.from('3083ffffff', 'hex'), randomBytes(200)])
    expect(() => readOcspQuestion(bytes)).toThrow('no OCSP request');
});
