import type { Refusal } from '../path/state.ts';

/**
 * Whether a source that is good from `thisUpdate` to `nextUpdate` may be used at `time` (all in milliseconds).
 * `grace` tells that it may be used only because of the grace period.
 */
export function judgeFreshness(
  what: 'crl' | 'ocsp',
  source: { thisUpdate: number; nextUpdate: number | undefined },
  time: number,
  graceMs: number,
): { refusal: Refusal } | { grace: boolean } {
  const words = what === 'crl' ? 'revocation list' : 'OCSP answer';
  if (source.nextUpdate === undefined) {
    return {
      refusal: { code: `${what}-no-next-update`, reason: `The ${words} does not say how long it holds` },
    };
  }
  if (time < source.thisUpdate) {
    return { refusal: { code: `${what}-not-yet-valid`, reason: `The ${words} is from the future` } };
  }
  if (time > source.nextUpdate + graceMs) {
    const until = new Date(source.nextUpdate).toISOString();
    return { refusal: { code: `${what}-expired`, reason: `The ${words} was good until ${until}` } };
  }
  return { grace: time > source.nextUpdate };
}
