import { answersAbout } from '../certificate-id.ts';
import type { OcspCheck } from '../ocsp-candidate.ts';

export const beOnlyAnswer: OcspCheck = {
  rule: 'RFC 6960 4.2.1',
  run({ response, subject }) {
    if (answersAbout(response, subject).length === 1) return undefined;
    return { code: 'ocsp-ambiguous', reason: 'The OCSP response answers twice' };
  },
};
