import type { IdTokenAlgorithm } from '@xinlu/common/wire';
import type { SigningKey } from './signing-keys.ts';

const HOUR = 3600;

/** Seconds each. */
export type Schedule = {
  /** How long a key is in the JWKS before it signs: longer than relying parties keep a JWKS. */
  publishAhead: number;
  /** How long a key signs before its successor does; 0: only by command. */
  signFor: number;
  /** How long a retired key stays in the JWKS: longer than anybody takes what it signed, an `id_token_hint` too. */
  verifyFor: number;
};

export const SCHEDULE: Schedule = {
  publishAhead: 24 * HOUR,
  signFor: 90 * 24 * HOUR,
  // A login lasts 8 hours, an ID token one; the consent service takes one as a hint for a day after that.
  verifyFor: 7 * 24 * HOUR,
};

export type Step =
  | { step: 'add'; alg: IdTokenAlgorithm }
  | { step: 'promote'; kid: string }
  | { step: 'remove'; kid: string };

/** Whether so many seconds have passed. */
export const passed = (since: Date, seconds: number, now: Date): boolean =>
  now.getTime() - since.getTime() >= seconds * 1000;

/** What the schedule wants now. A key that a person published goes the same way as one published by the schedule. */
export function dueSteps(
  keys: readonly SigningKey[],
  algorithms: readonly IdTokenAlgorithm[],
  schedule: Schedule,
  now: Date,
): Step[] {
  const steps: Step[] = keys
    .filter(({ retiredAt }) => retiredAt !== undefined && passed(retiredAt, schedule.verifyFor, now))
    .map(({ kid }) => ({ step: 'remove', kid }));
  if (schedule.signFor === 0) return steps;
  for (const alg of algorithms) {
    const current = keys.find((key) => key.alg === alg && key.state === 'current');
    if (current?.promotedAt === undefined) continue;
    const next = successor(keys, alg);
    if (next === undefined) {
      if (passed(current.promotedAt, schedule.signFor - schedule.publishAhead, now))
        steps.push({ step: 'add', alg });
    } else if (
      passed(current.promotedAt, schedule.signFor, now) &&
      passed(next.publishedAt, schedule.publishAhead, now)
    ) {
      steps.push({ step: 'promote', kid: next.kid });
    }
  }
  return steps;
}

/** The key of this algorithm that has been published the longest. */
export function successor(keys: readonly SigningKey[], alg: IdTokenAlgorithm): SigningKey | undefined {
  return keys
    .filter((key) => key.alg === alg && key.state === 'published')
    .sort((one, other) => one.publishedAt.getTime() - other.publishedAt.getTime())[0];
}
