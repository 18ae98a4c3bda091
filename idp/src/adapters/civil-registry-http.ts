import type { Clock } from '@xinlu/common/clock';
import { isAppError, retryable } from '@xinlu/common/errors';
import { signedFetch } from '@xinlu/common/http-signature';
import type { KeyRing } from '@xinlu/common/keys';
import type { RegisterView } from '@xinlu/common/register';
import {
  type ConfirmationRequest,
  type PapersConfirmationRequest,
  parseConfirmationResponse,
} from '@xinlu/common/wire';
import type { CivilRegistry, RegistryAnswer } from '../domain/card/ports.ts';

const TIMEOUT_MILLISECONDS = 5_000;

/**
 * The civil registry over HTTP: our question is signed, and its answer counts only if a key of an active participant with
 * the role `civil-registry` signed it for this very question. Anything else means: the registry is away.
 */
export function createCivilRegistry(options: {
  url: string;
  keys: KeyRing;
  register: () => RegisterView;
  clock: Clock;
  fetch?: typeof globalThis.fetch;
}): CivilRegistry {
  const send = signedFetch({
    keys: options.keys,
    clock: options.clock,
    timeoutMilliseconds: TIMEOUT_MILLISECONDS,
    maxAnswerBytes: 10_000,
    ...(options.fetch === undefined ? {} : { fetch: options.fetch }),
  });
  const away = (cause: unknown) =>
    retryable(
      'registry-unavailable',
      'Your card cannot be checked at the moment; try again in a few minutes.',
      {
        cause,
      },
    );
  async function ask(
    path: string,
    question: ConfirmationRequest | PapersConfirmationRequest,
  ): Promise<RegistryAnswer> {
    const register = options.register();
    const answerKeys = register.byRole('civil-registry').flatMap(({ id }) => register.signingKeys(id));
    try {
      const { status, json } = await send(`${options.url}${path}`, { json: question, answerKeys });
      if (status !== 200) throw new Error(`the civil registry answered ${status}`);
      const answer = parseConfirmationResponse.parse(json);
      if (!answer.confirmed) return { confirmed: false };
      if (answer.state === undefined) throw new Error('the civil registry confirmed without a state');
      return { confirmed: true, state: answer.state };
    } catch (cause) {
      throw isAppError(cause) && cause.code === 'registry-unavailable' ? cause : away(cause);
    }
  }

  return {
    confirm: ({ authority, serial, claimedNationalId }) =>
      ask('/confirmations', { ca: authority, serial, national_id: claimedNationalId }),
    confirmPapers: ({ claimedNationalId, claimedName }) =>
      ask('/paper-confirmations', { national_id: claimedNationalId, name: claimedName }),
  };
}
