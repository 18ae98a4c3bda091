import { ExtensionOid } from '../../asn1/oids.ts';
import { unknownCritical } from '../../certificate/extension-list.ts';
import type { CrlCheck } from '../crl-candidate.ts';

const PROCESSED: ReadonlySet<string> = new Set([
  ExtensionOid.authorityKeyIdentifier,
  ExtensionOid.crlNumber,
  ExtensionOid.deltaCrlIndicator,
  ExtensionOid.issuingDistributionPoint,
]);

export const knowCriticalCrlExtensions: CrlCheck = {
  rule: 'RFC 5280 5.2, 5.3',
  run: ({ crl }) =>
    unknownCritical(crl.head.extensionList, PROCESSED).length > 0 || crl.revoked.hasUnknownCritical
      ? {
          code: 'crl-critical-extension-unknown',
          reason: 'The revocation list has a critical extension that is not known here',
        }
      : undefined,
};
