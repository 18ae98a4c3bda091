import { judgeAnswerFreshness } from '../answer-freshness.ts';
import type { OcspCheck } from '../ocsp-candidate.ts';

export const beFreshAnswer: OcspCheck = {
  rule: 'RFC 6960 3.2 (5), (6)',
  run(candidate) {
    const judged = judgeAnswerFreshness(candidate);
    return 'refusal' in judged ? judged.refusal : undefined;
  },
};
