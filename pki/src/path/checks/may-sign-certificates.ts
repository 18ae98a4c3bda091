import { KeyUsageBit } from '../../certificate/extensions.ts';
import type { Check } from '../state.ts';

export const maySignCertificates: Check = {
  rule: 'RFC 5280 6.1.4 (n)',
  run({ certificate }) {
    const { keyUsage } = certificate.extensions;
    return keyUsage === undefined || (keyUsage & KeyUsageBit.keyCertSign) !== 0
      ? undefined
      : { code: 'key-usage', reason: 'The key of an authority may not sign certificates' };
  },
};
