import { createRequire } from 'node:module';

export type Issuer = {
  issuer: string;
  authorizationURL: string;
  tokenURL: string;
  userInfoURL: string;
  clientID: string;
  clientSecret: string;
  callbackURL: string;
  scope: string;
  nonce: boolean;
  skipUserProfile: boolean;
};

type Signed = { name: string; sub: string; idToken: string; refreshToken: string };

/** What passport's own middleware uses of a strategy; the package brings no types. */
export type Strategy = {
  authenticate(request: object, options: object): void;
  redirect(to: string): void;
  success(user: Signed): void;
  fail(info: unknown): void;
  error(error: unknown): void;
  _oauth2: {
    getOAuthAccessToken(
      token: string,
      parameters: Record<string, string>,
      done: (error: Error | null, accessToken: string) => void,
    ): void;
  };
};

type Verify = (
  issuer: string,
  profile: { id: string; displayName?: string },
  context: object,
  idToken: string,
  accessToken: string,
  refreshToken: string,
  done: (error: null, user: Signed) => void,
) => void;

/** passport-openidconnect as it is published; whoever signs in is let in with what its profile says. */
export function openidConnectStrategy(issuer: Issuer): Strategy {
  const Made = createRequire(import.meta.url)('passport-openidconnect') as new (
    issuer: Issuer,
    verify: Verify,
  ) => Strategy;
  return new Made(issuer, (_issuer, profile, _context, idToken, _access, refreshToken, done) =>
    done(null, { name: profile.displayName ?? '', sub: profile.id, idToken, refreshToken }),
  );
}
