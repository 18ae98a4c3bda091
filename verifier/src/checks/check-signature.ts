import { isSignedBy } from '../document/jws.ts';
import { kinds } from '../document/kinds.ts';
import { check, claimedSigner, type Step } from './check.ts';
import { nameValues } from './names.ts';

/** The document is signed by a key of the register. */
export const checkSignature: Step = async (subject) => {
  if (!subject.trust) return check('signature', 'unknown', 'signature.no-trust');
  const { jwt, kind } = subject.file.document;
  const signer = claimedSigner(subject, jwt.header);
  if (!signer) return check('signature', 'fail', 'signature.unknown-key');
  if (!(await isSignedBy(jwt, signer.jwk, kinds[kind].types)))
    return check('signature', 'fail', 'signature.wrong');
  return check('signature', 'pass', 'signature.verified', nameValues(signer.participant));
};
