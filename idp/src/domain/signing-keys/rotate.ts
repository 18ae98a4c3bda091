import type { Clock } from '@xinlu/common/clock';
import { refused } from '@xinlu/common/errors';
import type { IdTokenAlgorithm } from '@xinlu/common/wire';
import { dueSteps, passed, type Schedule, successor } from './schedule.ts';
import type { KeyChange, KeyMaterial, MadeKey, SigningKey, SigningKeyStore } from './signing-keys.ts';

export type RotationServices = {
  store: SigningKeyStore;
  material: KeyMaterial;
  clock: Clock;
  schedule: Schedule;
  algorithms: readonly IdTokenAlgorithm[];
};

/** `now`: without the time that the schedule leaves to relying parties, as after a theft. */
export type Haste = { now?: boolean };

export type Rotation = {
  /** Makes the first key of each algorithm that has none; of ES256 it is the one given. */
  ensure(first: MadeKey): Promise<void>;
  /** Publishes a key; the first one of its algorithm signs at once: there is none to overlap with. */
  add(alg: IdTokenAlgorithm): Promise<SigningKey>;
  promote(kid: string, haste?: Haste): Promise<SigningKey>;
  /** Takes the key that signs out of use, for the successor that has been published the longest. */
  retire(kid: string, haste?: Haste): Promise<SigningKey>;
  remove(kid: string, haste?: Haste): Promise<SigningKey>;
  /** Does what the schedule wants; gives how many steps. */
  turn(): Promise<number>;
};

const hours = (seconds: number) => `${Math.ceil(seconds / 3600)} h`;

/**
 * The life of signing keys. Refusals: `algorithm-not-served`, `key-unknown`, `key-not-published`, `key-too-new`,
 * `key-not-current`, `key-without-successor`, `key-in-use`, `key-still-verifies`.
 */
export function createRotation(services: RotationServices): Rotation {
  const { store, clock, schedule } = services;

  async function named(change: KeyChange, kid: string): Promise<{ key: SigningKey; keys: SigningKey[] }> {
    const keys = await change.keys();
    const key = keys.find((one) => one.kid === kid);
    if (key === undefined) throw refused('key-unknown', 'There is no signing key of this kid.');
    return { key, keys };
  }

  async function insert(change: KeyChange, made: MadeKey, keys: SigningKey[]): Promise<SigningKey> {
    const at = clock.now();
    const first = !keys.some(({ alg, state }) => alg === made.alg && state === 'current');
    const key = {
      ...made,
      state: first ? ('current' as const) : ('published' as const),
      publishedAt: at,
      promotedAt: first ? at : undefined,
    };
    await change.insert(key);
    await change.record({
      kind: 'signing-key.published',
      detail: { kid: key.kid, alg: key.alg, signs: first },
    });
    return key;
  }

  async function add(change: KeyChange, alg: IdTokenAlgorithm): Promise<SigningKey> {
    if (!services.algorithms.includes(alg))
      throw refused('algorithm-not-served', `${alg} is not served here.`);
    return insert(change, await services.material.make(alg), await change.keys());
  }

  async function promote(change: KeyChange, kid: string, { now = false }: Haste): Promise<SigningKey> {
    const { key, keys } = await named(change, kid);
    const at = clock.now();
    if (key.state !== 'published')
      throw refused('key-not-published', `The key is ${key.state}: only a published one can be promoted.`);
    if (!now && !passed(key.publishedAt, schedule.publishAhead, at))
      throw refused(
        'key-too-new',
        `Relying parties may not know this key yet: it must be published for ${hours(schedule.publishAhead)} first, or --now be said.`,
      );
    const before = keys.find(({ alg, state }) => alg === key.alg && state === 'current');
    if (before !== undefined) {
      await change.retire(before.kid, at);
      await change.record({ kind: 'signing-key.retired', detail: { kid: before.kid, alg: before.alg } });
    }
    await change.promote(kid, at);
    await change.record({ kind: 'signing-key.promoted', detail: { kid, alg: key.alg, early: now } });
    return { ...key, state: 'current', promotedAt: at };
  }

  async function remove(change: KeyChange, kid: string, { now = false }: Haste): Promise<SigningKey> {
    const { key } = await named(change, kid);
    if (key.state === 'current')
      throw refused('key-in-use', 'The key signs: promote another of its algorithm first.');
    if (!now && key.retiredAt !== undefined && !passed(key.retiredAt, schedule.verifyFor, clock.now()))
      throw refused(
        'key-still-verifies',
        `What this key signed is still taken: it must be retired for ${hours(schedule.verifyFor)} first, or --now be said.`,
      );
    await change.remove(kid);
    await change.record({ kind: 'signing-key.removed', detail: { kid, alg: key.alg, early: now } });
    return key;
  }

  return {
    ensure: (first) =>
      store.change(async (change) => {
        for (const alg of services.algorithms) {
          const keys = await change.keys();
          if (keys.some((key) => key.alg === alg)) continue;
          await insert(change, alg === first.alg ? first : await services.material.make(alg), keys);
        }
      }),
    add: (alg) => store.change((change) => add(change, alg)),
    promote: (kid, haste = {}) => store.change((change) => promote(change, kid, haste)),
    retire: (kid, haste = {}) =>
      store.change(async (change) => {
        const { key, keys } = await named(change, kid);
        if (key.state !== 'current')
          throw refused(
            'key-not-current',
            `The key is ${key.state}: only the one that signs can be retired.`,
          );
        const next = successor(keys, key.alg);
        if (next === undefined)
          throw refused('key-without-successor', `No other ${key.alg} key is published: add one first.`);
        await promote(change, next.kid, haste);
        return { ...key, state: 'retired', retiredAt: clock.now() };
      }),
    remove: (kid, haste = {}) => store.change((change) => remove(change, kid, haste)),
    async turn() {
      const due = (keys: readonly SigningKey[]) => dueSteps(keys, services.algorithms, schedule, clock.now());
      if (due(await store.all()).length === 0) return 0;
      return store.change(async (change) => {
        const steps = due(await change.keys()); // another process may have been first
        for (const step of steps) {
          if (step.step === 'add') await add(change, step.alg);
          else if (step.step === 'promote') await promote(change, step.kid, {});
          else await remove(change, step.kid, {});
        }
        return steps.length;
      });
    },
  };
}
