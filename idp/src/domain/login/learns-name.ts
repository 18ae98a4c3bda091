type ClaimRequests = Readonly<Record<string, unknown>> | undefined;

/**
 * Whether an authorization request, its `claims` already checked by oidc-provider, brings the party her name: by the scope
 * `profile`, or by the claim `name` of the id_token or userinfo alone (OpenID Connect Core 5.5).
 */
export function learnsName(params: Readonly<Record<string, unknown>>): boolean {
  if (
    String(params['scope'] ?? '')
      .split(' ')
      .includes('profile')
  )
    return true;
  const claims = params['claims'];
  if (typeof claims !== 'string') return false;
  const requested = JSON.parse(claims) as { id_token?: ClaimRequests; userinfo?: ClaimRequests };
  return [requested.id_token, requested.userinfo].some((asked) => asked?.['name'] !== undefined);
}
