import { retryable } from '@xinlu/common/errors';
import {
  type ConfirmationRequest,
  type PapersConfirmationRequest,
  parseConfirmationResponse,
} from '@xinlu/common/wire';
import type { CivilRegistry, RegistryAnswer } from '../domain/card/ports.ts';
import { askCivilRegistry, type CivilRegistryOptions } from './ask-civil-registry.ts';

/** The civil registry's word on who somebody is; what it does not say clearly means that it is away. */
export function createCivilRegistry(options: CivilRegistryOptions): CivilRegistry {
  const ask = askCivilRegistry(options);
  async function confirm(
    path: string,
    question: ConfirmationRequest | PapersConfirmationRequest,
  ): Promise<RegistryAnswer> {
    try {
      const answer = parseConfirmationResponse.parse(await ask(path, question));
      if (!answer.confirmed) return { confirmed: false };
      if (answer.state === undefined) throw new Error('the civil registry confirmed without a state');
      return { confirmed: true, state: answer.state };
    } catch (cause) {
      throw retryable(
        'registry-unavailable',
        'Your card cannot be checked at the moment; try again in a few minutes.',
        { cause },
      );
    }
  }

  return {
    confirm: ({ authority, serial, claimedNationalId }) =>
      confirm('/confirmations', { ca: authority, serial, national_id: claimedNationalId }),
    confirmPapers: ({ claimedNationalId, claimedName }) =>
      confirm('/paper-confirmations', { national_id: claimedNationalId, name: claimedName }),
  };
}
