import type { Terms } from '@xinlu/contracts';
import type { TSchema } from 'typebox';
import type { Fault, Slot, StageRules } from './case-file.ts';
import type { TitleChange, TitleJson } from './title.ts';

/** What a case type makes its change of. */
export type ChangeSource = {
  readonly facts: Record<string, unknown>;
  readonly slots: readonly Required<Pick<Slot, 'slot' | 'role' | 'key' | 'party'>>[];
  /** The state that stands; undefined if the unit was never opened. */
  readonly title: TitleJson | undefined;
  readonly terms: Terms;
};

/** A type of case: data, and the few functions that make its change. */
export type CaseType = StageRules & {
  readonly name: string;
  readonly title: { readonly 'zh-TW': string; readonly en: string };
  /** Form of the application's facts. */
  readonly facts: TSchema;
  /** In New Taiwan dollars. */
  readonly fee: number;
  /** Who is invited. @throws AppError if the facts do not fit the title that stands */
  slots(facts: Record<string, unknown>, title: TitleJson | undefined): readonly Slot[];
  /** Why the case cannot be registered as it is; none if it can. */
  check(source: ChangeSource): readonly Fault[];
  change(source: ChangeSource): TitleChange;
};

/** Days by which each stage has to be left: what is not completed in time is rejected (土地登記規則 56, 57). */
export const usualDays = { parties: 30, documents: 30, fees: 15, approvals: 30, decision: 7, returned: 15 };
