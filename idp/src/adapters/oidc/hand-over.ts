import { createSeal } from '@xinlu/common/oidc-provider';
import Provider, { type KoaContextWithOIDC } from 'oidc-provider';
import type { HandOver, SignInResult } from '../../domain/login/logins.ts';

/** Time for one redirect. */
const SECONDS = 60;
/** Where a request goes on: a party's, and a kiosk's. */
const RESUME_ROUTES = new Set(['resume', 'device_resume']);

type Found = { result?: unknown; lastSubmission?: object } | undefined;
type InteractionClass = { find(id: string, ...rest: unknown[]): Promise<Found> };

/**
 * Hands a finished sign-in over to the waiting authorization request by a sealed cookie that goes along with the redirect, and
 * not by way of the store. It is about one interaction, goes to that one's address alone, and is used up with it: the
 * interaction is taken out of the store when the request goes on.
 */
export function createHandOver(
  provider: Provider,
  options: { secret: Uint8Array; https: boolean; now: () => Date },
): HandOver {
  const { seal, open } = createSeal(options.secret, 'xinlu finished sign-in');
  const name = options.https ? '__Secure-xinlu_idp_signed_in' : 'xinlu_idp_signed_in';
  const seconds = () => Math.floor(options.now().getTime() / 1000);

  function handedOver(ctx: KoaContextWithOIDC, uid: string): SignInResult | undefined {
    const text = open(ctx.cookies.get(name) ?? '', uid);
    if (text === undefined) return undefined;
    const { until, result } = JSON.parse(text) as { until: number; result: SignInResult };
    return until >= seconds() ? result : undefined;
  }

  const interactions = provider.Interaction as unknown as InteractionClass;
  const find = interactions.find.bind(interactions);
  interactions.find = async (uid, ...rest) => {
    const interaction = await find(uid, ...rest);
    const ctx = Provider.ctx as KoaContextWithOIDC | undefined;
    const resumes = ctx?.oidc !== undefined && RESUME_ROUTES.has(ctx.oidc.route);
    const result = resumes ? handedOver(ctx, uid) : undefined;
    // What the page refused in the meantime stands.
    if (interaction !== undefined && interaction.result === undefined && result !== undefined)
      interaction.result = { ...interaction.lastSubmission, ...result };
    return interaction;
  };

  return (interaction, result) => {
    const onward = new URL(interaction.returnTo);
    const value = seal(JSON.stringify({ until: seconds() + SECONDS, result }), interaction.uid);
    return { onward: onward.href, cookie: { name, value, path: onward.pathname, seconds: SECONDS } };
  };
}
