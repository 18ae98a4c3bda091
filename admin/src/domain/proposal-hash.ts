import { canonicalJson, sha256Base64url } from '@xinlu/common/canonical';
import type { Proposal } from './records.ts';

/**
 * The hash that a decision names: over everything the second operator is shown, in canonical form (RFC 8785), so that
 * nobody can approve one thing and have done another.
 */
export function contentHashOf(
  proposal: Pick<Proposal, 'id' | 'target' | 'baseVersion' | 'content'> & { proposedBy: string },
): string {
  const { id, target, baseVersion, content, proposedBy } = proposal;
  return sha256Base64url(
    `xinlu/register-proposal/1\n${canonicalJson({ id, target, baseVersion, content, proposedBy })}`,
  );
}
