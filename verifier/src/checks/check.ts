import type { ChainView } from '../chain/chain-view.ts';
import type { UnverifiedFile } from '../file/xinlu-file.ts';
import type { TrustList } from '../trust/trust-list.ts';
import type { HolderRequest } from './check-holder.ts';
import { type Words, type WordsCode, wordsFor } from './words.ts';

export type CheckResult = 'pass' | 'fail' | 'unknown';

export type CheckName =
  | 'pdf'
  | 'seal'
  | 'form'
  | 'trust'
  | 'signature'
  | 'key'
  | 'issuer'
  | 'disclosures'
  | 'holder'
  | 'principal'
  | 'time'
  | 'log'
  | 'checkpoint'
  | 'witnesses'
  | 'anchor'
  | 'block'
  | 'chain'
  | 'status';

/** One thing that was looked at, and what came of it. */
export type Check = {
  readonly name: CheckName;
  readonly result: CheckResult;
  /** Stable reason, for programs. */
  readonly code: WordsCode;
  /** The same for people. */
  readonly words: Words;
};

/** What the checks look at. */
export type Subject = {
  readonly file: UnverifiedFile;
  /** Roots of trust; absent if none were given or they are not genuine. */
  readonly trust: TrustList | undefined;
  /** Why `trust` is absent. */
  readonly trustGiven: boolean;
  /** The moment for which the answer is asked. */
  readonly at: Date;
  /** A status list from outside the file, as text: a compact token or a `*.xinlu.json` of kind status-list. */
  readonly status: string | undefined;
  /** A live look at the chain, if asked for. */
  readonly chain: ChainView | undefined;
  /** What the holder was asked to prove, if she was. */
  readonly holder: HolderRequest | undefined;
};

/** A check that does not apply to a document gives nothing. */
export type Step = (subject: Subject) => Promise<Check | undefined> | Check | undefined;

/** Makes a check; the result follows from the code, so that one reason never has two results. */
export function check(
  name: CheckName,
  result: CheckResult,
  code: WordsCode,
  values: Record<string, string> = {},
): Check {
  return { name, result, code, words: wordsFor(code, values) };
}

/** The participant that owns the key named in a JWT's header, if the register knows it. */
export function claimedSigner(subject: Subject, header: { readonly [key: string]: unknown }) {
  const { kid } = header;
  return typeof kid === 'string' ? subject.trust?.key(kid) : undefined;
}
