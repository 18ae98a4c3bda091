import { ExtensionOid } from '../../asn1/oids.ts';
import { unknownCritical } from '../../certificate/extension-list.ts';
import type { Check } from '../state.ts';

/** What this library processes; an extension that is only decoded for display does not belong here. */
const PROCESSED: ReadonlySet<string> = new Set([
  ExtensionOid.keyUsage,
  ExtensionOid.subjectAltName,
  ExtensionOid.basicConstraints,
  ExtensionOid.nameConstraints,
  ExtensionOid.crlDistributionPoints,
  ExtensionOid.certificatePolicies,
  ExtensionOid.policyMappings,
  ExtensionOid.policyConstraints,
  ExtensionOid.extendedKeyUsage,
  ExtensionOid.inhibitAnyPolicy,
  ExtensionOid.ocspNoCheck,
]);

export const knowCriticalExtensions: Check = {
  rule: 'RFC 5280 6.1.4 (o), 6.1.5 (f)',
  run({ certificate }) {
    const [unknown] = unknownCritical(certificate.extensionList, PROCESSED);
    return unknown === undefined
      ? undefined
      : { code: 'critical-extension-unknown', reason: `The critical extension ${unknown} is not known here` };
  },
};
