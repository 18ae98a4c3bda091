type Waiting<V> = { resolve(value: V | undefined): void; reject(error: unknown): void };

/**
 * Look-ups by key that go to the database together: those of one turn, and those that come while a query is under way. Each
 * is answered by a query that began after it was asked, so it sees all that was committed before.
 *
 * @param ask gives the values of the keys that have one
 */
export function gather<V>(ask: (keys: string[]) => Promise<ReadonlyMap<string, V>>) {
  let waiting = new Map<string, Waiting<V>[]>();
  let running = false;

  async function run(): Promise<void> {
    while (waiting.size > 0) {
      const asked = waiting;
      waiting = new Map();
      try {
        const found = await ask([...asked.keys()]);
        for (const [key, all] of asked) for (const one of all) one.resolve(found.get(key));
      } catch (error) {
        for (const all of asked.values()) for (const one of all) one.reject(error);
      }
    }
    running = false;
  }

  return (key: string): Promise<V | undefined> =>
    new Promise((resolve, reject) => {
      const others = waiting.get(key);
      if (others === undefined) waiting.set(key, [{ resolve, reject }]);
      else others.push({ resolve, reject });
      if (running) return;
      running = true;
      // At the end of this turn of the event loop: answers of another store often bring several askers in one turn.
      setImmediate(() => void run());
    });
}
