import { KeyPurposeOid } from '../../asn1/oids.ts';
import type { PurposeCheck } from '../purpose.ts';

const ALLOWED_KEY_PURPOSES: ReadonlySet<string> = new Set([
  KeyPurposeOid.any,
  KeyPurposeOid.clientAuth,
  KeyPurposeOid.smartCardLogon,
]);

export const allowKeyPurpose: PurposeCheck = {
  rule: 'Login policy 5: extended key usage absent, any, client authentication or smart card logon',
  run({ path }) {
    const purposes = path.at(-1)?.extensions.extendedKeyUsage;
    return purposes === undefined || purposes.some((purpose) => ALLOWED_KEY_PURPOSES.has(purpose))
      ? undefined
      : {
          code: 'login-key-purpose',
          reason: 'The extended key usage of the certificate does not allow logging in',
        };
  },
};
