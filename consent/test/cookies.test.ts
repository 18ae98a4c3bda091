import { systemIds } from '@xinlu/common/ids';
import { expect, test } from 'vitest';
import { cookies } from '../src/http/oauth/cookies.ts';

const secret = systemIds.bytes(32);

test('when the issuer is on https, then its cookies are Secure and their names say so to the browser', () => {
  const { names, long, short } = cookies({ issuer: 'https://consent.example', cookieSecret: secret });
  for (const name of Object.values(names ?? {})) expect(name).toMatch(/^__Secure-xinlu_consent_/);
  for (const one of [long, short]) expect(one).toMatchObject({ secure: true, httpOnly: true, signed: true });
});

test('when the issuer is on localhost, then browsers take the cookies without https', () => {
  const { names, short } = cookies({ issuer: 'http://localhost:4002', cookieSecret: secret });
  for (const name of Object.values(names ?? {})) expect(name).toMatch(/^xinlu_consent_/);
  expect(short).toMatchObject({ secure: false });
});
