/** What another service last said about itself, and when; never a guess. */
export type SourceReport<T> = {
  /** The last answer that came; null before the first. */
  value: T | null;
  /** When it came. */
  at: Date | null;
  /** Since when there was no answer; null while it answers. */
  unreachableSince: Date | null;
};

export type Source<T> = {
  report(): SourceReport<T>;
  start(): void;
  stop(): void;
};
