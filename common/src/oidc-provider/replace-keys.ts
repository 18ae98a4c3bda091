import type Provider from 'oidc-provider';
import type { JWKS } from 'oidc-provider';
import initialize from 'oidc-provider/lib/helpers/initialize_keystore.js';

/**
 * Gives a running provider another set of private keys, by the function that its constructor takes the first set in with. The
 * library reads the set anew for each token, hint and `/jwks`, so each of these sees the old set or the new one and nothing
 * in between. Of several keys of an algorithm the first signs. Throws for a malformed set; then the one before stays.
 */
export function replaceKeys(provider: Provider, jwks: JWKS): void {
  initialize.call(provider, jwks);
}
