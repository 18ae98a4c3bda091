import { sha256Base64url } from '@xinlu/common/canonical';
import { refused } from '@xinlu/common/errors';
import type { Ids } from '@xinlu/common/ids';
import type { KeyValue } from '@xinlu/common/kv';

export type ChallengePurpose =
  | 'card'
  | 'card-web-eid'
  | 'passkey-login'
  | 'passkey-second'
  | 'clerk-self'
  | 'recovery-objection'
  | 'passkey-enrolment'
  | 'consent-statement';

/** Five minutes: time enough to find the card. */
export const CHALLENGE_SECONDS = 300;

/**
 * Single-use challenges of 32 random bytes, each bound to one browser session and one purpose. `use` takes the challenge
 * out of the store in one atomic step: of any number of parallel answers exactly one gets past it, right or wrong.
 */
export type Challenges = {
  issue(purpose: ChallengePurpose, browserSession: string): Promise<string>;
  /** A challenge that is not random but what she signs: it must be as hard to guess, and asks one question. */
  give(purpose: ChallengePurpose, browserSession: string, challenge: string): Promise<void>;
  /** Refusal: `challenge-unknown` for one never given, used, expired, or given to another browser or for another purpose. */
  use(purpose: ChallengePurpose, browserSession: string, challenge: string): Promise<void>;
};

export function createChallenges(kv: KeyValue, ids: Ids): Challenges {
  const key = (challenge: string) => `challenge:${sha256Base64url(challenge)}`;
  const binding = (purpose: string, session: string) => `${purpose}\n${sha256Base64url(session)}`;
  const give = (purpose: ChallengePurpose, browserSession: string, challenge: string) =>
    kv.set(key(challenge), binding(purpose, browserSession), CHALLENGE_SECONDS);
  return {
    async issue(purpose, browserSession) {
      const challenge = ids.token(32);
      await give(purpose, browserSession, challenge);
      return challenge;
    },
    give,
    async use(purpose, browserSession, challenge) {
      const stored = await kv.take(key(challenge));
      if (stored !== binding(purpose, browserSession)) {
        throw refused('challenge-unknown', 'This attempt has expired or was already used; start again.');
      }
    },
  };
}
