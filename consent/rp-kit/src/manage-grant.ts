import { refused } from '@xinlu/common/errors';
import type { OidcClient } from '@xinlu/common/oidc-client';
import type { Consent } from './types.ts';

const METHODS = { query: 'GET', revoke: 'DELETE' } as const;

/**
 * One call of the grant management API, by a token of our own for this one thing. A grant that is no more answers 404;
 * other refusals carry the service's code.
 */
export async function manageGrant(
  oidc: OidcClient,
  base: string,
  { grantId }: Pick<Consent, 'grantId'>,
  what: keyof typeof METHODS,
): Promise<{ status: number; json: unknown }> {
  if (grantId === undefined) throw refused('grant-unknown', 'The consent has no grant id.');
  const { accessToken, dpopKey } = await oidc.ownToken({
    scope: `grant_management_${what}`,
    resource: `${base}/grants`,
  });
  const url = new URL(`${base}/grants/${encodeURIComponent(grantId)}`);
  const method = METHODS[what];
  const response = await oidc.protectedFetch(accessToken, dpopKey, url, { method, headers: new Headers() });
  const text = await response.text();
  const json: unknown = text === '' ? undefined : JSON.parse(text);
  if (response.ok || response.status === 404) return { status: response.status, json };
  const code = (json as { code?: unknown } | undefined)?.code;
  throw refused(typeof code === 'string' ? code : 'grant-refused', 'The grant could not be managed.', {
    status: response.status,
  });
}
