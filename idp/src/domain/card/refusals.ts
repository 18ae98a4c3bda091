import { type AppError, refused, retryable } from '@xinlu/common/errors';

/**
 * One refusal for every way in which card and national ID do not belong together, so that nobody learns by trying whose
 * number it is or who has an account.
 */
export function identityNotConfirmed(step: 'last-four' | 'subject' | 'registry', cause?: unknown): AppError {
  return refused('identity-not-confirmed', 'The card and the national ID number do not belong together.', {
    cause: cause ?? new Error(`not confirmed at ${step}`),
  });
}

/** A card of an organisation that does not say which. */
export function organisationUnnamed(cause: unknown): AppError {
  return refused('card-without-organisation', 'This card does not say which organisation it belongs to.', {
    cause,
  });
}

/** No fresh list says that nothing on the path is revoked: nobody gets in by this card, or by what stands in for it. */
export function revocationUnknown(cause: unknown): AppError {
  return retryable(
    'revocation-unknown',
    'Cards cannot be checked at the moment; try again in a few minutes.',
    { cause },
  );
}
