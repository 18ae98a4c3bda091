import type { OcspCheck } from '../ocsp-candidate.ts';

export const beProducedInTime: OcspCheck = {
  rule: 'RFC 6960 4.2.2.1',
  run({ response, answer, context }) {
    const { producedAt } = response;
    if (producedAt <= context.settings.time && producedAt >= answer.thisUpdate) return undefined;
    return { code: 'ocsp-produced-at', reason: 'The OCSP response was produced at an impossible time' };
  },
};
