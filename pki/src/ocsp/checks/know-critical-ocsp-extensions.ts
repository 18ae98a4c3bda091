import { unknownCritical } from '../../certificate/extension-list.ts';
import type { OcspCheck } from '../ocsp-candidate.ts';
import { NONCE } from '../ocsp-response.ts';

const KNOWN: ReadonlySet<string> = new Set([NONCE]);

export const knowCriticalOcspExtensions: OcspCheck = {
  rule: 'RFC 6960 4.4',
  run({ response, answer }) {
    const unknown = [response, answer].flatMap(({ extensions }) => unknownCritical(extensions, KNOWN));
    if (unknown.length === 0) return undefined;
    return {
      code: 'ocsp-critical-extension-unknown',
      reason: 'The OCSP response has an unknown critical extension',
    };
  },
};
