import { refused } from '@xinlu/common/errors';

/** Nobody acts for the dead by their card. Refusal: `person-deceased`. */
export function refuseDeceased(state: 'living' | 'deceased'): void {
  if (state === 'deceased') {
    throw refused(
      'person-deceased',
      'This card can no longer be used; ask at a household registration office.',
      {
        status: 403,
      },
    );
  }
}
