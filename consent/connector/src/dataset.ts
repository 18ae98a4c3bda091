import { Compile } from 'typebox/schema';

/** What the agency's function is told: who (from the identity envelope), what, and on whose behalf. */
export type ReadRequest = {
  /** Verified by the identity provider; never log it. */
  nationalId: string;
  /** The fields granted; more may be returned, they are filtered away. */
  fields: readonly string[];
  purpose: string;
  clientId: string;
  accessId: string;
};

type Values = Readonly<Record<string, unknown>>;

/** One dataset of an agency: a JSON Schema for each field, and the function that reads what it holds about one person. */
export type DatasetSource = { fields: Readonly<Record<string, Values>> } & (
  | {
      /** The person's values by field, or undefined when the agency holds nothing about her. */
      read(request: ReadRequest): Promise<Values | undefined>;
      records?: never;
    }
  | {
      /**
       * For what is too large for one document: her records one after another, each with values by field; given as streams
       * alone. It is read as fast as the relying party takes it, and returned from (`finally`) when that goes away.
       */
      records(request: ReadRequest): Promise<AsyncIterable<Values> | undefined>;
      read?: never;
    }
);

export type Dataset = DatasetSource & {
  id: string;
  /** The first field whose value is missing or does not fit its schema. */
  firstWrongField(values: Values): string | undefined;
};

/** Compiles the schemas once, so that a broken one stops the start and not a release. */
export function compileDatasets(
  sources: Readonly<Record<string, DatasetSource>>,
): ReadonlyMap<string, Dataset> {
  return new Map(
    Object.entries(sources).map(([id, source]) => {
      const checks = new Map(Object.entries(source.fields).map(([name, schema]) => [name, Compile(schema)]));
      const firstWrongField: Dataset['firstWrongField'] = (values) =>
        Object.keys(values).find((name) => checks.get(name)?.Check(values[name]) !== true);
      return [id, { id, ...source, firstWrongField }];
    }),
  );
}
