import { interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import type { ActingResult } from '../../domain/mandate/acting.ts';
import { mandateRequestOf } from '../../domain/mandate/mandate-request.ts';

const { Check, Prompt } = interactionPolicy;

/** What she chose at this authorization request: for herself or by which mandate. */
export function actingResultOf(ctx: KoaContextWithOIDC): ActingResult | undefined {
  return (ctx.oidc.result as { acting?: ActingResult } | undefined)?.acting;
}

/** A mandate is asked for, and the one who is signed in has not said yet for whom she acts. */
export function actingPending(ctx: KoaContextWithOIDC): boolean {
  if (mandateRequestOf(ctx.oidc.params) === undefined) return false;
  const chosenBy = actingResultOf(ctx)?.actorId;
  return chosenBy === undefined || chosenBy !== ctx.oidc.session?.accountId;
}

/**
 * Asks for whom she acts, each time that a party asks for a mandate and after she has signed in. The answer counts for the
 * person who gave it alone: another one who signs in at the same request is asked herself.
 */
export function mandatePrompt() {
  return new Prompt(
    { name: 'mandate', requestable: false },
    new Check('acting_unknown', 'the citizen must choose for whom she acts', 'interaction_required', (ctx) =>
      actingPending(ctx) ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT,
    ),
  );
}
