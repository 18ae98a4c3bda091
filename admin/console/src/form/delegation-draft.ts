import type { Delegation } from '../wire.ts';

export const MANDATE_KINDS = ['guardian', 'representative', 'company-agent'] as const;

/** What a party lets one person do for another, as it is being typed: an action a line, `code | 中文名稱 | English name`. */
export type DelegationDraft = { delegationKinds: string[]; delegationActions: string };

export const emptyDelegationDraft: DelegationDraft = { delegationKinds: [], delegationActions: '' };

export function delegationDraftOf(delegation: Delegation | undefined): DelegationDraft {
  return {
    delegationKinds: delegation?.kinds ?? [],
    delegationActions: (delegation?.actions ?? [])
      .map(({ code, name }) => [code, name['zh-TW'], name.en].join(' | '))
      .join('\n'),
  };
}

/** Undefined when nobody may act for another there. A line without its names stays one without: the register refuses it. */
export function delegationOf(draft: DelegationDraft): Delegation | undefined {
  const actions = draft.delegationActions
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [code = '', zh = '', ...en] = line.split(/[|｜]/).map((part) => part.trim());
      return { code, name: { 'zh-TW': zh, en: en.join(' | ') } };
    });
  if (draft.delegationKinds.length === 0 && actions.length === 0) return undefined;
  return { kinds: draft.delegationKinds, actions };
}
