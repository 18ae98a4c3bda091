import { validateCertificate } from '../../src/index.ts';
import {
  basicConstraints,
  KU,
  keyUsage,
  nameConstraints,
  policies,
  policyMappings,
  subjectAltName,
} from '../../test/authority/extensions.ts';
import { issue, makeRoot, NOW, type Signer } from '../../test/authority/issue.ts';
import { testKey } from '../../test/authority/keys.ts';
import { dnsName } from '../../test/authority/names.ts';
import { Random } from '../../test/authority/random.ts';
import type { Watch } from './watch.ts';

const root = makeRoot('CN=Graph root');
const KEYS = 32;

const node = (i: number, generation = 0): Signer => ({
  name: `CN=Node ${i}`,
  key: testKey('p256', `node ${(i + generation * 7) % KEYS}`),
});

const AUTHORITY = [basicConstraints(true), keyUsage(KU.keyCertSign, KU.crlSign)];
const POLICIES = Array.from({ length: 24 }, (_, i) => `1.2.3.${i}`);

const cross = (issuer: Signer, subject: Signer, more: ReturnType<typeof policies>[] = []): Uint8Array =>
  issue({ issuer, subject: subject.name, key: subject.key, extensions: [...AUTHORITY, ...more] });

const leafBelow = (issuer: Signer, more: ReturnType<typeof policies>[] = []): Uint8Array =>
  issue({
    issuer,
    subject: 'CN=Leaf',
    key: testKey('p256', 'graph leaf'),
    extensions: [keyUsage(KU.digitalSignature), ...more],
  });

type Graph = { leaf: Uint8Array; intermediates: Uint8Array[]; reachable: boolean | undefined };

/** A leaf that claims an issuer whose key did not sign it, so that the search never ends happily. */
const falseLeaf = (issuer: Signer): Uint8Array =>
  leafBelow({ name: issuer.name, key: testKey('p256', 'graph stranger') });

const SHAPES: Readonly<Record<string, (random: Random) => Graph>> = {
  /** Every authority certifies every other one: factorially many paths. */
  mesh(random) {
    const size = 4 + random.below(11);
    const nodes = Array.from({ length: size }, (_, i) => node(i));
    const edges = nodes.flatMap((a) =>
      nodes.filter((b) => a !== b && random.chance(0.9)).map((b) => cross(a, b)),
    );
    const [entry = node(0)] = nodes;
    const exit = random.pick(nodes);
    const isFalse = random.chance(0.5);
    return {
      leaf: isFalse ? falseLeaf(exit) : leafBelow(exit),
      intermediates: [cross(root, entry), ...edges],
      reachable: !isFalse,
    };
  },
  /** Two keys a step: 2 ** depth paths. */
  ladder(random) {
    const depth = 4 + random.below(11);
    const edges: Uint8Array[] = [cross(root, node(0)), cross(root, node(0, 1))];
    for (let i = 0; i < depth; i++) {
      for (const g of [0, 1]) for (const h of [0, 1]) edges.push(cross(node(i, g), node(i + 1, h)));
    }
    const isFalse = random.chance(0.5);
    return {
      leaf: isFalse ? falseLeaf(node(depth)) : leafBelow(node(depth)),
      intermediates: edges,
      reachable: !isFalse,
    };
  },
  /** A ring that nobody trusted certified. */
  ring(random) {
    const size = 3 + random.below(60);
    const edges = Array.from({ length: size }, (_, i) => cross(node(i), node((i + 1) % size)));
    return { leaf: leafBelow(node(0)), intermediates: edges, reachable: false };
  },
  /** Many keys under one name, of which one is right. */
  crowd(random) {
    const right = random.below(200);
    const edges = Array.from({ length: 200 }, (_, i) =>
      i === right
        ? cross(root, node(1))
        : cross({ name: root.name, key: testKey('p256', 'graph stranger') }, node(1, i)),
    );
    return { leaf: leafBelow(node(1)), intermediates: edges, reachable: undefined };
  },
  /** Mappings from every policy to every policy at each step, which would make a tree of 24 ** depth nodes. */
  mappings(random) {
    const depth = 3 + random.below(8);
    const all = POLICIES.flatMap((a) => POLICIES.map((b): [string, string] => [a, b]));
    const more = [policies(...POLICIES), policyMappings(...all)];
    const edges = [cross(root, node(0), more)];
    for (let i = 0; i < depth; i++) edges.push(cross(node(i), node(i + 1), more));
    return { leaf: leafBelow(node(depth), [policies(...POLICIES)]), intermediates: edges, reachable: true };
  },
  /** Thousands of names against hundreds of constraints. */
  names(random) {
    const many = (count: number, tail: string) =>
      Array.from({ length: count }, (_, i) => dnsName(`host-${i}.${tail}`));
    const constraint = nameConstraints([dnsName('gov.tw')], many(1 + random.below(900), 'example.org'));
    const leaf = leafBelow(node(0), [subjectAltName(...many(1 + random.below(1900), 'moi.gov.tw'))]);
    return { leaf, intermediates: [cross(root, node(0), [constraint])], reachable: undefined };
  },
  /** Longer than any path may be. */
  chain(random) {
    const length = 10 + random.below(200);
    const edges = [cross(root, node(0)), ...Array.from({ length }, (_, i) => cross(node(i), node(i + 1)))];
    return { leaf: leafBelow(node(length)), intermediates: edges, reachable: length < 15 };
  },
};

/**
 * Decides crafted graphs of certificates.
 * @throws Error when a leaf that nobody trusted issued is accepted, or a plain path is not found
 */
export function runGraphs(count: number, seed: number, watch: Watch): Record<string, number> {
  const random = new Random(seed);
  const codes: Record<string, number> = {};
  const shapes = Object.entries(SHAPES);
  for (let i = 0; i < count; i++) {
    const [name, make] = shapes[i % shapes.length] ?? random.pick(shapes);
    const { leaf, intermediates, reachable } = make(random);
    const decision = watch.run(name, () =>
      validateCertificate({
        leaf,
        intermediates,
        anchors: [root.der],
        time: NOW,
        explicitPolicy: name === 'mappings',
      }),
    );
    codes[`${name}: ${decision.code}`] = (codes[`${name}: ${decision.code}`] ?? 0) + 1;
    if (reachable !== undefined && decision.valid !== reachable) {
      throw new Error(`A graph of the shape ${name} was decided as ${decision.code}`);
    }
  }
  return codes;
}
