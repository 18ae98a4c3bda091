import { canonicalJson, sha256Base64url } from '@xinlu/common/canonical';
import type { AuditLine } from './records.ts';

/** Each line's hash covers the whole line and the hash before it: one changed line breaks all that follow. */
export function auditHashOf(line: Omit<AuditLine, 'hash'>): string {
  const { seq, at, operator, action, subject, detail, previous } = line;
  const canonical = canonicalJson({ seq, at: at.toISOString(), operator, action, subject, detail, previous });
  return sha256Base64url(`xinlu/register-audit/1\n${canonical}`);
}

/** The sequence number of the first line that does not follow from the one before; undefined when all do. */
export function firstBrokenLine(lines: readonly AuditLine[]): number | undefined {
  let previous: string | null = null;
  for (const [index, line] of lines.entries()) {
    if (line.seq !== index + 1 || line.previous !== previous || line.hash !== auditHashOf(line))
      return line.seq;
    previous = line.hash;
  }
  return undefined;
}
