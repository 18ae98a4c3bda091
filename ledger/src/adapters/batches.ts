/**
 * Turns single calls into batches: what arrives while one batch is under way goes into the next. Under load many
 * callers share one round trip and one flush to disk; alone, a caller waits for nobody.
 *
 * @param run handles a batch and answers in the order of its items; if it rejects, all its callers are rejected
 */
export function inBatches<In, Out>(
  run: (items: readonly In[]) => Promise<readonly Out[]>,
  limit: number,
): (item: In) => Promise<Out> {
  type Caller = { item: In; resolve: (answer: Out) => void; reject: (error: unknown) => void };
  const waiting: Caller[] = [];
  let busy = false;

  async function drain(): Promise<void> {
    busy = true;
    while (waiting.length > 0) {
      const batch = waiting.splice(0, limit);
      try {
        const answers = await run(batch.map(({ item }) => item));
        for (const [at, caller] of batch.entries()) caller.resolve(answers[at] as Out);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    busy = false;
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      // A microtask later, so that calls of the same turn go together.
      if (!busy) {
        busy = true;
        queueMicrotask(drain);
      }
    });
}
