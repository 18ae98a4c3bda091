import { refused } from '@xinlu/common/errors';
import type { Country } from '../../country/country.ts';

/** Which titles were claimed by whom. */
export type TitleClaims = {
  /** Ties a title to the person who showed its number. Refusal `title-claimed` when somebody else did so before. */
  claim(subject: string, deedNumber: string): Promise<void>;
  of(subject: string): Promise<string[]>;
};

export const openTitleClaims = ({ database, clock }: Country): TitleClaims => ({
  async claim(subject, deedNumber) {
    await database.query(
      'INSERT INTO title_claim (deed_number, subject, claimed_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
      [deedNumber, subject, clock.now()],
    );
    const row = await database.one<{ subject: string }>(
      'SELECT subject FROM title_claim WHERE deed_number = $1',
      [deedNumber],
    );
    if (row?.subject !== subject)
      throw refused('title-claimed', 'Somebody else has shown this title already.', { status: 409 });
  },
  async of(subject) {
    const rows = await database.query<{ deed_number: string }>(
      'SELECT deed_number FROM title_claim WHERE subject = $1 ORDER BY claimed_at',
      [subject],
    );
    return rows.map(({ deed_number }) => deed_number);
  },
});
