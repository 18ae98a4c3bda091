import type { Clock } from '@xinlu/common/clock';
import { signedFetch } from '@xinlu/common/http-signature';
import type { KeyRing } from '@xinlu/common/keys';
import type { RegisterView } from '@xinlu/common/register';

const TIMEOUT_MILLISECONDS = 5_000;

export type CivilRegistryOptions = {
  url: string;
  keys: KeyRing;
  register: () => RegisterView;
  clock: Clock;
  fetch?: typeof globalThis.fetch;
};

/**
 * Asks the civil registry over HTTP; gives the body of its answer, still to be parsed. Our question is signed, and its answer
 * counts only if a key of an active participant with the role `civil-registry` signed it for this very question. Throws for
 * anything else: to its callers the registry is away.
 */
export function askCivilRegistry(
  options: CivilRegistryOptions,
): (path: string, question: object) => Promise<unknown> {
  const send = signedFetch({
    keys: options.keys,
    clock: options.clock,
    timeoutMilliseconds: TIMEOUT_MILLISECONDS,
    maxAnswerBytes: 10_000,
    ...(options.fetch === undefined ? {} : { fetch: options.fetch }),
  });
  return async (path, question) => {
    const register = options.register();
    const answerKeys = register.byRole('civil-registry').flatMap(({ id }) => register.signingKeys(id));
    const { status, json } = await send(`${options.url}${path}`, { json: question, answerKeys });
    if (status !== 200) throw new Error(`the civil registry answered ${status}`);
    return json;
  };
}
