import type { CaseEvent, CaseFile } from './case-file.ts';
import type { TitleJson } from './title.ts';

/** An event with its place and time. */
export type StoredEvent = CaseEvent & {
  readonly seq: number;
  readonly at: Date;
  readonly commandId: string | null;
};

/** One case, held against every other change until the work with it ends. */
export type HeldCase = {
  readonly file: CaseFile;
  /** SHA-256 of the command that has this id in this case; undefined if none has. */
  commandHash(commandId: string): Promise<Uint8Array | undefined>;
  /** Adds an event, in the same transaction. Answers the case after it. */
  add(event: CaseEvent, command?: Command): Promise<CaseFile>;
};
export type Command = { readonly id: string; readonly hash: Uint8Array };

/**
 * The cases. Durable once an answer is given; whatever one `hold` adds, is added whole or not at all.
 */
export type CaseStore = {
  /** One clockwork at a time over all processes; undefined if another is at it. */
  alone<T>(work: () => Promise<T>): Promise<T | undefined>;
  /** Begins a case by its application; the same id again answers the case that stands. */
  begin(event: CaseEvent & { name: 'applied' }, command: Command): Promise<CaseFile>;
  /** Works on one case alone. Undefined if there is no such case of this office. */
  hold<T>(id: string, office: string, work: (held: HeldCase) => Promise<T>): Promise<T | undefined>;
  /** The same for any case that the clockwork has something to do for, which nobody else holds. */
  holdNext<T>(
    now: Date,
    after: string,
    work: (held: HeldCase) => Promise<T>,
  ): Promise<{ id: string; done: T } | undefined>;
  events(id: string, office: string): Promise<StoredEvent[]>;
  /** Most urgent first. */
  queue(office: string, filter: { stage?: string; dueBefore?: Date; limit: number }): Promise<CaseFile[]>;
  /** Events of all cases of a unit, oldest first. */
  unitHistory(unit: string): Promise<(StoredEvent & { caseId: string; type: string })[]>;
  /** The state of a unit of which the register holds these 27 bytes. */
  title(unit: string, state: string): Promise<TitleJson | undefined>;
  /** Keeps a state before the register can hold it. */
  keepTitle(unit: string, state: string, title: TitleJson): Promise<void>;
};
