import { allowDigitalSignature } from './checks/allow-digital-signature.ts';
import { allowKeyPurpose } from './checks/allow-key-purpose.ts';
import { beEndEntity } from './checks/be-end-entity.ts';
import { beOfListedAuthority } from './checks/be-of-listed-authority.ts';
import { holdAuthorityPolicy } from './checks/hold-authority-policy.ts';
import { useStrongHashes } from './checks/use-strong-hashes.ts';
import { useStrongKeys } from './checks/use-strong-keys.ts';
import type { Purpose } from './purpose.ts';

/** Assurance level 3 of the Certificate Policy of Taiwan's government PKI. */
export const TAIWAN_CLASS_3 = '2.16.886.101.0.3.3';

/** Logging in with a card of Taiwan's government PKI. The policy of assurance level 3 is required by the path itself. */
export const loginPurpose: Purpose = {
  defaultPolicies: [TAIWAN_CLASS_3],
  checks: [
    useStrongKeys, //         1
    useStrongHashes, //       2
    beEndEntity, //           3
    allowDigitalSignature, // 4
    allowKeyPurpose, //       5
    beOfListedAuthority, //   6, where authorities are listed
    holdAuthorityPolicy, //   7, the same
  ],
};
