/** Traditional Chinese as used in Taiwan, and English. */
export type Pair = readonly [zh: string, en: string];

/** One thing that a paper says. Its value is a text, or for `columns` a list of rows of texts. */
export type PaperField = {
  readonly name: string;
  readonly label: Pair;
  /** How the value is written: a calendar day is `YYYY-MM-DD`, numbers are decimal texts. */
  readonly form: 'text' | 'prose' | 'day' | 'decimal' | 'integer' | 'business-number' | 'rows';
  /**
   * Who decides that a reader sees it: `always` is signed in clear; `holder` is disclosed where the holder wants; `number` is
   * signed in clear too, but in one-time copies left to the holder, because by it two readers would know the paper again.
   */
  readonly seen: 'always' | 'number' | 'holder';
  readonly optional?: true;
  /** What stands after the value on the printed paper, as 平方公尺. */
  readonly unit?: Pair;
  /** The only values there are, and what people read for each. */
  readonly choices?: { readonly [value: string]: Pair };
  /** What a row of a list says; only with form `rows`. */
  readonly columns?: readonly PaperColumn[];
};

export type PaperColumn = {
  readonly name: string;
  readonly label: Pair;
  readonly form: 'text' | 'day' | 'integer';
  readonly unit?: Pair;
};

/** A kind of paper that an office issues: the one place that says what it holds and how it is called. */
export type PaperType = {
  /** The credential type, `vct` (SD-JWT VC). */
  readonly vct: string;
  readonly name: Pair;
  readonly description: Pair;
  /** Heading of the printed paper where it depends on a field's value. */
  readonly headings?: { readonly field: string; readonly of: { readonly [value: string]: Pair } };
  /** The field that names the office, for the end of the printed paper. */
  readonly authority: string;
  readonly fields: readonly PaperField[];
  /** What the office attests, above its name on the printed paper. */
  readonly closing: Pair;
};
