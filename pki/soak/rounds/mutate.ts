import type { Random } from '../../test/authority/random.ts';

type Mutation = (octets: Uint8Array, random: Random) => Uint8Array;

const at = (octets: Uint8Array, random: Random): number => random.below(Math.max(1, octets.length));

function splice(octets: Uint8Array, start: number, remove: number, insert: Uint8Array): Uint8Array {
  return Uint8Array.from([...octets.subarray(0, start), ...insert, ...octets.subarray(start + remove)]);
}

function randomOctets(random: Random, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, () => random.below(256));
}

/** Octets that mean something in DER: tags, lengths that lie, extremes. */
const TELLING = [
  0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0a, 0x17, 0x18, 0x1f, 0x30, 0x31, 0x7f, 0x80, 0x81, 0x82, 0x84,
  0x88, 0xa0, 0xa3, 0xff,
];

const MUTATIONS: readonly Mutation[] = [
  (octets, random) => {
    const copy = octets.slice();
    const i = at(octets, random);
    copy[i] = (copy[i] ?? 0) ^ (1 << random.below(8));
    return copy;
  },
  (octets, random) => {
    const copy = octets.slice();
    copy[at(octets, random)] = random.pick(TELLING);
    return copy;
  },
  (octets, random) => octets.slice(0, at(octets, random)),
  (octets, random) => splice(octets, at(octets, random), 1 + random.below(16), new Uint8Array()),
  (octets, random) => splice(octets, at(octets, random), 0, randomOctets(random, 1 + random.below(16))),
  (octets, random) => {
    const start = at(octets, random);
    return splice(octets, at(octets, random), 0, octets.subarray(start, start + 1 + random.below(64)));
  },
  (octets, random) => {
    const start = at(octets, random);
    const length = 1 + random.below(32);
    return splice(octets, at(octets, random), length, octets.subarray(start, start + length));
  },
];

/** One to three changes; the result may by chance equal the original. */
export function mutate(octets: Uint8Array, random: Random): Uint8Array {
  let result = octets;
  for (let i = 0; i <= random.below(3); i++) result = random.pick(MUTATIONS)(result, random);
  return result;
}
