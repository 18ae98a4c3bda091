import type { RegisterView } from '@xinlu/common/register';
import { MANDATE_DETAIL_TYPE } from '@xinlu/common/wire';
import { errors, type RichAuthorizationRequestsActiveConfiguration } from 'oidc-provider';
import { type Delegations, isDelegated } from './delegations.ts';
import { checkMandateRequest } from './mandate-request.ts';

type RichRequests = RichAuthorizationRequestsActiveConfiguration & {
  authorizationDetailsForIntrospection: NonNullable<
    RichAuthorizationRequestsActiveConfiguration['authorizationDetailsForIntrospection']
  >;
};

/**
 * RFC 9396, for mandates alone. A token for a resource server of others is never given by a mandate: one that is checked
 * there by itself would outlive the mandate's end.
 */
export function richAuthorizationRequests(services: {
  register: () => RegisterView;
  delegations: Delegations;
}): RichRequests {
  return {
    enabled: true,
    types: {
      [MANDATE_DETAIL_TYPE]: {
        validate: (ctx, detail, client) =>
          checkMandateRequest(ctx, detail, client.clientId, services.register()),
      },
    },
    authorizationDetailsForGrantSource: (ctx) => ctx.oidc.entities.Grant?.rar,
    async authorizationDetailsForAccessToken(_ctx, token, source) {
      if (source === undefined || !isDelegated(source)) return undefined;
      if ((await services.delegations.of(source)) === 'ended')
        throw new errors.InvalidGrant('the mandate is no longer in force');
      if (token.resourceServer !== undefined)
        throw new errors.InvalidTarget('no token for this resource is given by a mandate');
      return (source as { rar?: { type: string }[] }).rar;
    },
    authorizationDetailsForIntrospection: (_ctx, token) => token.rar,
  };
}
