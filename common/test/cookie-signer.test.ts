import { expect, test } from 'vitest';
import { createCookieSigner } from '../src/oidc-provider/index.ts';

const signer = createCookieSigner(Buffer.alloc(32, 1));
const text = '__Host-xinlu_idp_op=tXw3';

test('what we signed is ours, and nothing else', () => {
  const signature = signer.sign(text);
  expect(signature).toMatch(/^[\w-]{43}$/);
  expect(signer.index(text, signature)).toBe(0);
  const stranger = createCookieSigner(Buffer.alloc(32, 2));
  const wrong = ['', 'x', signature.slice(1), `${signature}A`, stranger.sign(text), signer.sign(`${text}x`)];
  for (const one of wrong) expect(signer.index(text, one), one).toBe(-1);
  expect(signer.verify(`${text}x`, signature)).toBe(false);
});
