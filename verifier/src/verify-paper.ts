import { check } from './checks/check.ts';
import { checkPdf } from './checks/check-pdf.ts';
import { utf8Text } from './encoding/bytes.ts';
import { parseFile } from './file/xinlu-file.ts';
import { isPdf, readPdf } from './pdf/read-pdf.ts';
import { readTrustList } from './trust/trust-list.ts';
import { type Report, type VerifyOptions, verdictOf, verifyFile } from './verify.ts';

/**
 * Judges a paper in either form: a `*.xinlu.json`, or the PDF that carries one. A PDF is judged by its attached file and
 * by whether it is what the office made of it. Never throws on bad input.
 */
export async function verifyPaper(bytes: Uint8Array, options: VerifyOptions): Promise<Report> {
  if (!isPdf(bytes)) return verifyFile(textOf(bytes), options);
  const pdf = await readPdf(bytes);
  if (pdf === 'foreign' || pdf === 'empty') {
    const checks = [check('pdf', 'fail', `pdf.${pdf}`)];
    return { verdict: 'not-valid', at: options.at.toISOString(), checks };
  }
  const trust = options.trust === undefined ? undefined : await readTrustList(options.trust);
  const issuer = parseFile(pdf.file)?.document.jwt.payload['iss'];
  const ofPdf = await checkPdf(pdf, issuer, trust);
  const report = await verifyFile(pdf.file, options);
  const checks = [...ofPdf, ...report.checks];
  return { ...report, verdict: verdictOf(checks), checks };
}

/** Text that is not UTF-8 is no file of ours; the same text would not come out again. */
function textOf(bytes: Uint8Array): string {
  try {
    return utf8Text(bytes);
  } catch {
    return '';
  }
}
