import type { RegisterView } from '@xinlu/common/register';
import { type Acr, DEFAULT_HOLDERS } from '@xinlu/common/wire';
import { errors, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import { isAcr, reaches, stronger, weakestOf } from '../../domain/assurance/acr.ts';
import { strongestReachable } from '../../domain/assurance/reachable.ts';
import type { TrustedNow } from '../../domain/card/ports.ts';
import type { LoginStore } from '../../domain/login/logins.ts';
import { mandatePrompt } from './mandate-prompt.ts';
import { partyOf, refuseOrganisationScope } from './organisation-claims.ts';

const { Check } = interactionPolicy;

type AcrRequest = { essential?: unknown; value?: unknown; values?: unknown } | null | undefined;

/** Read from the parameter itself: in `ctx.oidc.claims` oidc-provider writes `acr_values` over an essential acr. */
function requestedAcr(ctx: KoaContextWithOIDC): AcrRequest {
  const claims = ctx.oidc.params?.['claims'];
  if (typeof claims !== 'string') return undefined;
  return (JSON.parse(claims) as { id_token?: { acr?: AcrRequest } | null }).id_token?.acr;
}

function essentialValues(ctx: KoaContextWithOIDC): unknown[] {
  const requested = requestedAcr(ctx);
  if (requested?.essential !== true) return [];
  if (requested.values !== undefined && !Array.isArray(requested.values)) {
    throw new errors.InvalidRequest('claims.id_token.acr.values must be an array');
  }
  return [...(requested.values ?? []), ...(requested.value === undefined ? [] : [requested.value])];
}

export type PolicyServices = {
  logins: LoginStore;
  register: () => RegisterView;
  trust: TrustedNow;
};

/**
 * The assurance that this request needs: the strongest of what the register demands for the organisation, what
 * `acr_values` lists and what an essential `acr` claim lists; of each list the weakest, since any will do. Levels are
 * ordered, so more than was asked always serves. What cannot be reached here is refused at once.
 */
export function requiredAcr(ctx: KoaContextWithOIDC, services: PolicyServices): Acr {
  const essential = essentialValues(ctx);
  const register = services.register();
  const party = partyOf(register, ctx.oidc.client?.clientId);
  const voluntary = String(ctx.oidc.params?.['acr_values'] ?? '')
    .split(' ')
    .filter(Boolean);
  const fromEssential = weakestOf(essential);
  const unknown = essential.length > 0 && fromEssential === undefined;
  const required = [weakestOf(voluntary), fromEssential]
    .filter((acr) => acr !== undefined)
    .reduce(stronger, party?.minimumAcr ?? 'high');
  const reachable = strongestReachable(
    services.trust(),
    party?.holders ?? DEFAULT_HOLDERS,
    register.byRole('counter').length > 0,
  );
  if (unknown || !reaches(reachable, required)) {
    throw new errors.UnmetAuthenticationRequirements('this level of assurance cannot be reached here');
  }
  return required;
}

/**
 * oidc-provider's own policy, with its exact-match acr checks replaced by ours and ended sessions told apart. It has no
 * consent prompt: the register settles what a party may learn (see `grantRegistered`), so a request for one is refused.
 */
export function createInteractionPolicy(services: PolicyServices) {
  const policy = interactionPolicy.base();
  policy.remove('consent');
  const login = policy.get('login');
  if (login === undefined) throw new Error('oidc-provider has no login prompt');
  login.checks.remove('essential_acr');
  login.checks.remove('essential_acrs');
  login.checks.add(
    new Check('login_ended', 'the session has ended', 'login_required', async (ctx) => {
      const session = ctx.oidc.session;
      if (session?.accountId === undefined || ctx.oidc.result?.login !== undefined)
        return Check.NO_NEED_TO_PROMPT;
      const holder = await services.logins.liveHolder(session.uid);
      return holder === session.accountId ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT;
    }),
  );
  login.checks.add(
    new Check(
      'holder_not_accepted',
      'another kind of account is required',
      'interaction_required',
      async (ctx) => {
        const party = partyOf(services.register(), ctx.oidc.client?.clientId);
        refuseOrganisationScope(ctx, party);
        const session = ctx.oidc.session;
        if (session?.accountId === undefined || ctx.oidc.result?.login !== undefined)
          return Check.NO_NEED_TO_PROMPT;
        const live = await services.logins.liveByProviderSession(session.uid);
        const accepted = party?.holders ?? DEFAULT_HOLDERS;
        return live === undefined || accepted.includes(live.holder)
          ? Check.NO_NEED_TO_PROMPT
          : Check.REQUEST_PROMPT;
      },
    ),
  );
  login.checks.add(
    new Check(
      'acr_too_low',
      'a stronger authentication is required',
      'unmet_authentication_requirements',
      (ctx) => {
        const required = requiredAcr(ctx, services);
        const actual = ctx.oidc.session?.acr;
        return isAcr(actual) && reaches(actual, required) ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT;
      },
      (ctx) => ({ required_acr: requiredAcr(ctx, services) }),
    ),
  );
  policy.add(mandatePrompt());
  return policy;
}
