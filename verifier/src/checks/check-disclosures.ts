import { kinds } from '../document/kinds.ts';
import { disclosuresBelong } from '../document/sd-jwt.ts';
import { check, type Step } from './check.ts';

/** What is disclosed was signed by the issuer, field by field. */
export const checkDisclosures: Step = ({ file: { document } }) => {
  if (!kinds[document.kind].selective) return undefined;
  if (!disclosuresBelong(document)) return check('disclosures', 'fail', 'disclosures.foreign');
  return check('disclosures', 'pass', 'disclosures.belong', { count: String(document.disclosures.length) });
};
