import { judgeFreshness } from '../revocation/freshness.ts';
import type { OcspCandidate } from './ocsp-candidate.ts';

/** Without nextUpdate newer information is always available (RFC 6960 4.2.2.1), so the answer soon wears off. */
const LIFETIME_WITHOUT_NEXT_UPDATE_MS = 10 * 60 * 1000;

/** As `judgeFreshness`, for an OCSP answer. */
export function judgeAnswerFreshness({
  answer: { thisUpdate, nextUpdate = thisUpdate + LIFETIME_WITHOUT_NEXT_UPDATE_MS },
  context,
}: OcspCandidate): ReturnType<typeof judgeFreshness> {
  return judgeFreshness('ocsp', { thisUpdate, nextUpdate }, context.settings.time, context.graceMs);
}
