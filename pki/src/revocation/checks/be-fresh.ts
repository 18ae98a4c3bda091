import type { CrlCheck } from '../crl-candidate.ts';
import { judgeFreshness } from '../freshness.ts';

export const beFresh: CrlCheck = {
  rule: 'RFC 5280 5.1.2.4, 5.1.2.5, 6.3.3 (a)',
  run({ crl, context }) {
    const judged = judgeFreshness('crl', crl.head, context.settings.time, context.graceMs);
    return 'refusal' in judged ? judged.refusal : undefined;
  },
};
