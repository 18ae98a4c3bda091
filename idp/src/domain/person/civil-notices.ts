import { refused } from '@xinlu/common/errors';
import type { CivilNotice } from '@xinlu/common/wire';
import type { ProviderSessions } from '../login/logins.ts';

/**
 * What the civil registry says of a person, by when it says it: an earlier word never undoes a later one, and the same word
 * twice changes nothing. Durable once it returns. Somebody without an account is nobody here: nothing is kept.
 */
export interface CivilRecords {
  /**
   * In one change her state is set, her passkeys are suspended and her logins end. Gives the provider's sessions to end.
   * `at` absent: as of now, as when the registry says so at a login.
   */
  deceased(nationalId: string, at?: Date): Promise<string[]>;
  /**
   * Her death was recorded by mistake: she and those of her passkeys count again whose card or counter enrolment does. What
   * had ended stays ended.
   */
  living(nationalId: string, at: Date): Promise<void>;
  /** Her name as the registry has it; a card that was issued before it says nothing against it. */
  renamed(nationalId: string, name: string, at: Date): Promise<void>;
}

export type CivilNoticeServices = { records: CivilRecords; sessions: ProviderSessions };

/** A little more than clocks differ. */
const AHEAD_MILLISECONDS = 5 * 60_000;

/**
 * Applies a signed notice of the civil registry. It is told rather than asked: the registry knows at once, and asking it
 * about everybody who is signed in, every few seconds, would tell it who that is. The answer never says whether she has an
 * account. Refusal: `notice-from-the-future`.
 */
export async function applyCivilNotice(
  { records, sessions }: CivilNoticeServices,
  notice: CivilNotice,
  now: Date,
): Promise<void> {
  const at = new Date(notice.at);
  // A word dated ahead would stand against everything that is said until then.
  if (!(at.getTime() <= now.getTime() + AHEAD_MILLISECONDS))
    throw refused('notice-from-the-future', 'A notice cannot be dated ahead.');
  switch (notice.kind) {
    case 'deceased':
      return sessions.end(await records.deceased(notice.national_id, at));
    case 'living':
      return records.living(notice.national_id, at);
    case 'renamed':
      return records.renamed(notice.national_id, notice.name, at);
  }
}
