import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { refused } from '../errors/index.ts';

type Fault = { path: string; message: string };

export type Parser<T> = {
  /** The value, now typed; or an `AppError` (code given, 400) whose `extra.faults` lists what is wrong and where. */
  parse(unverified: unknown): T;
  check(unverified: unknown): unverified is T;
};

/** Compiles a schema into the edge's parser. `code` is the stable code of the refusal. */
export function parser<S extends TSchema>(schema: S, code: string, what: string): Parser<Static<S>> {
  const compiled = Compile(schema);
  return {
    parse(unverified) {
      if (compiled.Check(unverified)) return unverified as Static<S>;
      const faults: Fault[] = [];
      for (const error of compiled.Errors(unverified).slice(0, 20)) {
        faults.push({ path: error.instancePath, message: error.message });
      }
      throw refused(code, `${what} does not have the expected form.`, { extra: { faults } });
    },
    check: (unverified): unverified is Static<S> => compiled.Check(unverified),
  };
}
