import { parser } from '@xinlu/common/wire';
import { pinAnchor, type UnverifiedCertificate } from '@xinlu/pki';
import { Type } from 'typebox';

/** Of the file of the identity provider's roots, what concerns the register. */
const RootsFile = parser(
  Type.Object({
    anchors: Type.Array(Type.String({ pattern: '^[A-Za-z0-9+/]+={0,2}$', maxLength: 200_000 }), {
      minItems: 1,
      maxItems: 50,
    }),
  }),
  'roots-malformed',
  'The file of roots',
);

/** @throws AppError `roots-malformed`, PkiError `certificate-malformed` */
export function readRoots(unverified: unknown): UnverifiedCertificate[] {
  return RootsFile.parse(unverified).anchors.map((encoded) =>
    pinAnchor({ certificate: Buffer.from(encoded, 'base64') }),
  );
}
