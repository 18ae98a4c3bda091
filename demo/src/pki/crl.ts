import type { KeyObject } from 'node:crypto';
import {
  authorityKeyIdentifier,
  encodeExtension,
  encodeName,
  type Issuer,
  signatureAlgorithm,
  signStructure,
} from './certificate.ts';
import { type Der, enumerated, explicit, integer, sequence, time } from './der.ts';
import { Oid } from './oids.ts';

/** CRLReason of RFC 5280 section 5.3.1, as far as a citizen's card needs it. */
export const revocationReasons = { unspecified: 0, keyCompromise: 1, superseded: 4, cessation: 5 } as const;
export type RevocationReason = keyof typeof revocationReasons;

export type RevokedCertificate = { serial: string; at: string; reason: RevocationReason };

const entry = ({ serial, at, reason }: RevokedCertificate): Der =>
  sequence(
    integer(Buffer.from(serial, 'hex')),
    time(new Date(at)),
    // RFC 5280 section 5.3.1: reason "unspecified" is said by leaving the extension out.
    ...(reason === 'unspecified'
      ? []
      : [
          sequence(
            encodeExtension({
              id: Oid.reasonCode,
              critical: false,
              value: enumerated(revocationReasons[reason]),
            }),
          ),
        ]),
  );

/** Signs a complete version 2 CRL (RFC 5280 section 5.1). Serials are hexadecimal. */
export const signCrl = (parts: {
  issuer: Issuer;
  number: number;
  thisUpdate: Date;
  nextUpdate: Date;
  revoked: RevokedCertificate[];
}): Der => {
  const key: KeyObject = parts.issuer.key;
  return signStructure(
    sequence(
      integer(1),
      signatureAlgorithm(key),
      encodeName(parts.issuer.name),
      time(parts.thisUpdate),
      time(parts.nextUpdate),
      // Section 5.1.2.6: with nothing revoked the list itself is absent, not empty.
      ...(parts.revoked.length > 0 ? [sequence(...parts.revoked.map(entry))] : []),
      explicit(
        0,
        sequence(
          encodeExtension(authorityKeyIdentifier(key)),
          encodeExtension({ id: Oid.crlNumber, critical: false, value: integer(parts.number) }),
        ),
      ),
    ),
    key,
  );
};
