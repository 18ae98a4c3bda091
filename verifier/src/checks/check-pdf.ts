import type { UnverifiedPdf } from '../pdf/read-pdf.ts';
import { verifySeal } from '../pdf/seal.ts';
import type { TrustList } from '../trust/trust-list.ts';
import { type Check, check } from './check.ts';
import { inForce } from './check-key.ts';
import { nameValues } from './names.ts';
import { timeValues } from './times.ts';

const drawn = {
  same: ['pass', 'pdf.same'],
  'text-differs': ['fail', 'pdf.text-differs'],
  altered: ['fail', 'pdf.altered'],
} as const;

/**
 * The pages say what the attached file says, and the office that issued the paper sealed the whole. What else a reader of
 * PDF shows (who certified the seal's key) is for those who do not know of the register; here the register alone says
 * whose key it is.
 */
export async function checkPdf(
  pdf: UnverifiedPdf,
  issuer: unknown,
  trust: TrustList | undefined,
): Promise<Check[]> {
  const [result, code] = drawn[pdf.drawn];
  const pages = check('pdf', result, code);
  // Of a PDF that is not the office's own there is nothing that a seal could be over.
  if (pdf.drawn !== 'same') return [pages];
  return [pages, await checkSeal(pdf, issuer, trust)];
}

async function checkSeal(
  { seal, covered, sealedAt }: UnverifiedPdf,
  issuer: unknown,
  trust: TrustList | undefined,
): Promise<Check> {
  if (seal.length === 0) return check('seal', 'fail', 'seal.missing');
  const kid = await verifySeal(seal, covered);
  if (kid === undefined) return check('seal', 'fail', 'seal.wrong');
  if (!trust) return check('seal', 'unknown', 'seal.no-trust');
  const key = trust.key(kid);
  if (!key) return check('seal', 'fail', 'seal.unknown-key');
  const { participant } = key;
  if (participant.id !== issuer) return check('seal', 'fail', 'seal.other', nameValues(participant));
  // A seal stands in no log, so nothing proves that it is older than the revocation of its key.
  if (key.revoked || inForce(key, sealedAt.getTime()) !== 'yes')
    return check('seal', 'unknown', 'seal.key-out-of-force', timeValues('sealed', sealedAt));
  return check('seal', 'pass', 'seal.verified', nameValues(participant));
}
