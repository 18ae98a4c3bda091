import type { TitleChange, TitleJson } from './title.ts';

/** Where a case stands. The first eight follow one another. */
export type Stage =
  | 'parties'
  | 'documents'
  | 'fees'
  | 'checks'
  | 'approvals'
  | 'decision'
  | 'registration'
  | 'deed'
  | 'done'
  /** Handed back to be completed (補正). */
  | 'returned'
  | 'rejected'
  | 'appealed'
  | 'withdrawn';

/** A party invited to a case: her fresh key and commitment once she has joined. */
export type Slot = {
  readonly slot: string;
  readonly role: string;
  /** Key that she must join with: that under which she stands in the title. */
  readonly expects?: string;
  readonly key?: string;
  readonly party?: string;
};

/** What is wrong, by code, in the words of the check that found it. */
export type Fault = { readonly code: string; readonly detail: string };

export type CaseFile = {
  readonly id: string;
  readonly office: string;
  readonly type: string;
  readonly unit: string;
  readonly facts: Record<string, unknown>;
  readonly slots: readonly Slot[];
  /** Salted commitments (or consent receipts' hashes) by kind of document. */
  readonly documents: Readonly<Record<string, string>>;
  readonly fee: number;
  readonly paid: number;
  readonly change?: TitleChange;
  readonly digest?: string;
  /** By key of the party. */
  readonly approvals: Readonly<Record<string, string>>;
  readonly decisions: readonly { readonly key: string; readonly approval: string }[];
  readonly transaction?: string;
  /** Log entry of the deed. */
  readonly deed?: string;
  readonly reasons: readonly Fault[];
  readonly stage: Stage;
  /** When the stage has to be left, RFC 3339. */
  readonly due?: string;
  readonly seq: number;
};

/** What happened. Each event is a fact that stays. */
export type CaseEvent =
  | {
      readonly name: 'applied';
      readonly data: Pick<CaseFile, 'id' | 'office' | 'type' | 'unit' | 'facts' | 'slots' | 'fee'>;
    }
  | { readonly name: 'joined'; readonly data: { slot: string; key: string; party: string } }
  | { readonly name: 'documented'; readonly data: { documents: Record<string, string> } }
  | { readonly name: 'paid'; readonly data: { amount: number; reference: string } }
  | { readonly name: 'checked'; readonly data: { change: TitleChange; digest: string } }
  | { readonly name: 'approved'; readonly data: { key: string; approval: string } }
  | { readonly name: 'decided'; readonly data: { key: string; approval: string } }
  | { readonly name: 'sent'; readonly data: { transaction: string } }
  | { readonly name: 'registered'; readonly data: { version: number; state: string; title: TitleJson } }
  | { readonly name: 'deed-issued'; readonly data: { entry: string } }
  | { readonly name: 'handed-back'; readonly data: { reasons: readonly Fault[] } }
  | { readonly name: 'completed'; readonly data: { documents: Record<string, string> } }
  | { readonly name: 'rejected'; readonly data: { reasons: readonly Fault[] } }
  | { readonly name: 'withdrawn'; readonly data: { reason: string } }
  | { readonly name: 'appealed'; readonly data: { ground: string } }
  | { readonly name: 'appeal-decided'; readonly data: { upheld: boolean; reasons: readonly Fault[] } };

/** What the type of a case says about its stages. */
export type StageRules = {
  /** Documents without which it is not checked. */
  readonly documents: readonly string[];
  readonly days: Partial<Record<Stage, number>>;
};

/** The stages that follow one another by themselves, and what each waits for. */
const steps: readonly [Stage, (file: CaseFile, rules: StageRules) => boolean][] = [
  ['parties', ({ slots }) => slots.every(({ key }) => key !== undefined)],
  ['documents', ({ documents }, rules) => rules.documents.every((name) => documents[name] !== undefined)],
  ['fees', ({ fee, paid }) => paid >= fee],
  ['checks', ({ change }) => change !== undefined],
  [
    'approvals',
    ({ change, approvals }) => (change?.parties ?? []).every((key) => approvals[key] !== undefined),
  ],
  ['decision', ({ decisions }) => decisions.length === 2],
];

/** Where the case stands by what it has. */
function stageBySteps(file: CaseFile, rules: StageRules): Stage {
  return steps.find(([, isMet]) => !isMet(file, rules))?.[0] ?? 'registration';
}

/** What a check made is void once the case goes back: everybody approves anew. */
const unchecked = (file: CaseFile): CaseFile => {
  const { change: _, digest: __, ...rest } = file;
  return { ...rest, approvals: {}, decisions: [] };
};

const nothing: Omit<CaseFile, 'id' | 'office' | 'type' | 'unit' | 'facts' | 'slots' | 'fee'> = {
  documents: {},
  paid: 0,
  approvals: {},
  decisions: [],
  reasons: [],
  stage: 'parties',
  seq: 0,
};

/** The case after one more event. */
export function afterEvent(
  file: CaseFile | undefined,
  event: CaseEvent,
  rules: StageRules,
  at: Date,
): CaseFile {
  const changed = fold(file, event, rules);
  const days = rules.days[changed.stage];
  const entered = changed.stage !== file?.stage;
  const due = days === undefined ? undefined : new Date(at.getTime() + days * 86_400_000).toISOString();
  const { due: before, ...rest } = changed;
  const until = entered ? due : before;
  return { ...rest, ...(until === undefined ? {} : { due: until }), seq: changed.seq + 1 };
}

function fold(file: CaseFile | undefined, event: CaseEvent, rules: StageRules): CaseFile {
  const forward = (next: CaseFile): CaseFile => ({ ...next, reasons: [], stage: stageBySteps(next, rules) });
  if (event.name === 'applied') return forward({ ...nothing, ...event.data });
  if (!file) throw new Error('a case begins with its application');
  switch (event.name) {
    case 'joined': {
      const { slot: name, ...joined } = event.data;
      const slots = file.slots.map((slot) => (slot.slot === name ? { ...slot, ...joined } : slot));
      return forward({ ...file, slots });
    }
    case 'documented':
      return forward({ ...file, documents: { ...file.documents, ...event.data.documents } });
    case 'completed':
      return forward(unchecked({ ...file, documents: { ...file.documents, ...event.data.documents } }));
    case 'paid':
      return forward({ ...file, paid: file.paid + event.data.amount });
    case 'checked':
      return forward({ ...file, ...event.data });
    case 'approved':
      return forward({ ...file, approvals: { ...file.approvals, [event.data.key]: event.data.approval } });
    case 'decided':
      return forward({ ...file, decisions: [...file.decisions, event.data] });
    case 'sent':
      return { ...file, ...event.data };
    case 'registered':
      return { ...file, stage: 'deed' };
    case 'deed-issued':
      return { ...file, deed: event.data.entry, stage: 'done' };
    case 'handed-back':
      return { ...unchecked(file), reasons: event.data.reasons, stage: 'returned' };
    case 'rejected':
      return { ...unchecked(file), reasons: event.data.reasons, stage: 'rejected' };
    case 'withdrawn':
      return { ...unchecked(file), stage: 'withdrawn' };
    case 'appealed':
      return { ...file, stage: 'appealed' };
    case 'appeal-decided':
      return event.data.upheld
        ? forward(unchecked(file))
        : { ...file, reasons: event.data.reasons, stage: 'rejected' };
  }
}
