import { freshVerdict, signatureVerdict } from '../signature-memo.ts';
import type { Check } from '../state.ts';

const REASONS = {
  invalid: { code: 'signature-invalid', reason: 'The signature does not fit the key of the issuer' },
  'algorithm-unsupported': {
    code: 'signature-algorithm-unsupported',
    reason: 'The signature algorithm is not supported',
  },
  'key-mismatch': {
    code: 'signature-invalid',
    reason: 'The signature algorithm does not belong to the kind of key that the issuer has',
  },
  'key-unusable': { code: 'public-key-unusable', reason: 'The public key of the issuer cannot be used' },
} as const;

export const verifyCertificateSignature: Check = {
  rule: 'RFC 5280 6.1.3 (a)(1)',
  run({ certificate, state, isLast }) {
    const judge = isLast ? freshVerdict : signatureVerdict;
    const verdict = judge(certificate, state.workingPublicKey);
    return verdict === 'valid' ? undefined : REASONS[verdict];
  },
};
