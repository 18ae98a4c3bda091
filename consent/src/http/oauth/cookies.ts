import type { Configuration } from 'oidc-provider';

/**
 * The authorization server's cookies. On https their names carry `__Secure-`, so that no other host on plain http can put
 * them there; `__Host-` would need the path `/`, and each of these belongs to one path.
 */
export function cookies(options: {
  issuer: string;
  cookieSecret: Uint8Array;
}): NonNullable<Configuration['cookies']> {
  const https = options.issuer.startsWith('https:');
  const prefix = https ? '__Secure-xinlu_consent_' : 'xinlu_consent_';
  const shared = { signed: true, httpOnly: true, overwrite: true, sameSite: 'lax', secure: https } as const;
  return {
    keys: [Buffer.from(options.cookieSecret).toString('hex')],
    names: {
      session: `${prefix}op`,
      interaction: `${prefix}interaction`,
      resume: `${prefix}resume`,
    },
    // Never sent back: each request has its own login at the identity provider, and no session outlives it.
    long: { ...shared, path: '/.well-known/no-session' },
    short: shared,
  };
}
