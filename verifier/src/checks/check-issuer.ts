import { kinds } from '../document/kinds.ts';
import { check, claimedSigner, type Step } from './check.ts';
import { nameValues } from './names.ts';

/** The signer is who the document says, and held the role for this kind of document when it was issued. */
export const checkIssuer: Step = (subject) => {
  if (!subject.trust) return check('issuer', 'unknown', 'issuer.no-trust');
  const { jwt, kind } = subject.file.document;
  const participant = claimedSigner(subject, jwt.header)?.participant;
  if (!participant) return check('issuer', 'fail', 'issuer.unknown');
  const { iss, iat, vct } = jwt.payload;
  if (iss !== participant.id) return check('issuer', 'fail', 'issuer.other');
  const named = nameValues(participant);
  const entitling = participant.entitlements.filter(
    ({ roles, credentialTypes }) =>
      roles.includes(kinds[kind].role) &&
      (kind !== 'credential' || (typeof vct === 'string' && credentialTypes.includes(vct))),
  );
  if (entitling.length === 0) return check('issuer', 'fail', 'issuer.not-entitled', named);
  const issued = typeof iat === 'number' ? iat * 1000 : Number.NaN;
  const then = entitling.some(
    ({ from, until }) => issued >= from.getTime() && (!until || issued < until.getTime()),
  );
  if (!then) return check('issuer', 'fail', 'issuer.not-then', named);
  return check('issuer', 'pass', 'issuer.entitled', named);
};
