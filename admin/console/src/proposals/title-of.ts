import type { Participant, Proposal } from '../wire.ts';

type Translate = (key: string, options?: Record<string, unknown>) => string;

/** A proposal in one line: what would happen to whom. */
export function titleOf(
  proposal: Pick<Proposal, 'kind' | 'before' | 'after' | 'target'>,
  t: Translate,
  locale: string,
): string {
  const subject = (proposal.after ?? proposal.before) as { name: Participant['name'] | string } | null;
  const name = subject?.name;
  const text =
    typeof name === 'string' ? name : (name?.[locale === 'en' ? 'en' : 'zh-TW'] ?? proposal.target);
  return t(`proposal_kind.${proposal.kind}`, { name: text });
}
