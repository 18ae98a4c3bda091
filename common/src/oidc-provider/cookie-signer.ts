import { createHmac, createSecretKey, hkdfSync, timingSafeEqual } from 'node:crypto';

/** What oidc-provider's cookies are signed with, in the shape that its `cookies.keys` takes beside a list of keys. */
export type CookieSigner = {
  sign(text: string): string;
  verify(text: string, signature: string): boolean;
  /** Which of the keys signed it: 0 for ours, -1 for none. */
  index(text: string, signature: string): number;
};

/**
 * Signs cookies by HMAC-SHA-256 under a key of its own, made once. The library's own way is HMAC-SHA-1 with a key that is
 * prepared anew for each cookie, compared by two more.
 */
export function createCookieSigner(secret: Uint8Array): CookieSigner {
  const key = createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', 'xinlu oidc cookies', 32)));
  const sign = (text: string) => createHmac('sha256', key).update(text).digest();
  const verify = (text: string, signature: string) => {
    const given = Buffer.from(signature, 'base64url');
    const expected = sign(text);
    return given.length === expected.length && timingSafeEqual(given, expected);
  };
  return {
    sign: (text) => sign(text).toString('base64url'),
    verify,
    index: (text, signature) => (verify(text, signature) ? 0 : -1),
  };
}
