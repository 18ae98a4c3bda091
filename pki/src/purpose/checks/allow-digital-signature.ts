import { KeyUsageBit } from '../../certificate/extensions.ts';
import type { PurposeCheck } from '../purpose.ts';

export const allowDigitalSignature: PurposeCheck = {
  rule: 'Login policy 4: key usage digitalSignature',
  run({ path }) {
    const keyUsage = path.at(-1)?.extensions.keyUsage ?? 0;
    return (keyUsage & KeyUsageBit.digitalSignature) !== 0
      ? undefined
      : {
          code: 'login-key-usage',
          reason: 'The certificate is not meant for digital signatures, as an encryption certificate is not',
        };
  },
};
