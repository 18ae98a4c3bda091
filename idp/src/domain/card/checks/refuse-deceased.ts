import { type AppError, refused } from '@xinlu/common/errors';

/** Nobody acts for the dead by their card. */
export const personDeceased = (): AppError =>
  refused('person-deceased', 'This card can no longer be used; ask at a household registration office.', {
    status: 403,
  });

/** Refusal: `person-deceased`, after `record` has ended all that she could be acted for with. */
export async function refuseDeceased(
  state: 'living' | 'deceased',
  record: () => Promise<void>,
): Promise<void> {
  if (state === 'living') return;
  await record();
  throw personDeceased();
}
