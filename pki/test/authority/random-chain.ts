import { makeCrl } from './crls.ts';
import {
  authorityKeyId,
  basicConstraints,
  type Ext,
  inhibitAnyPolicy,
  KU,
  keyUsage,
  nameConstraints,
  policies,
  policyConstraints,
  policyMappings,
  subjectAltName,
  subjectKeyId,
} from './extensions.ts';
import { day, issue } from './issue.ts';
import { type KeyKind, type TestKey, testKey } from './keys.ts';
import { directoryName, dnsName, emailName, ipName, uriName } from './names.ts';
import type { Random } from './random.ts';

/** One certificate before it is issued; a fault changes one thing about it. */
export type Draft = {
  name: string;
  issuerName: string;
  key: TestKey;
  signingKey: TestKey;
  serial: bigint;
  version: 1 | 2 | 3;
  notBefore: Date;
  notAfter: Date;
  extensions: Map<string, Ext>;
  repeated: Ext[];
  outerAlgorithm?: Uint8Array;
  /** Flips a bit of the signature. */
  forged: boolean;
};

/** A chain from the root (first) to the leaf (last), with what it is to be validated with. */
export type ChainDraft = {
  drafts: Draft[];
  /** Lists by the position of their issuer; absent means that revocation is not asked. */
  crls: Map<number, Parameters<typeof makeCrl>[0]> | undefined;
  policies: string[] | undefined;
  explicitPolicy: boolean;
  inhibitPolicyMapping: boolean;
  inhibitAnyPolicy: boolean;
  omitted: Set<number>;
};

export type IssuedChain = {
  root: Uint8Array;
  intermediates: Uint8Array[];
  leaf: Uint8Array;
  crls: Uint8Array[] | undefined;
};

export const POLICY = '2.16.886.101.0.3.3';
export const OTHER_POLICY = '2.16.886.101.0.3.1';
export const ANY = '2.5.29.32.0';

const KINDS: readonly KeyKind[] = ['rsa', 'p256', 'p256', 'p384', 'ed25519'];

function put(draft: Draft, extension: Ext): void {
  draft.extensions.set(extension.oid, extension);
}

/** A chain that follows every rule; `depth` certificates hang below the root. */
export function draftChain(random: Random, depth: number): ChainDraft {
  const drafts: Draft[] = [];
  for (let i = 0; i <= depth; i++) {
    const isLeaf = i === depth;
    const key = testKey(random.pick(KINDS), `random ${i}`);
    const issuer = drafts[i - 1];
    const name = isLeaf ? `C=TW/CN=Citizen ${random.below(1e6)}` : `C=TW/O=Government/CN=Authority ${i}`;
    const draft: Draft = {
      name,
      issuerName: issuer?.name ?? name,
      key,
      signingKey: issuer?.key ?? key,
      serial: BigInt(random.below(2 ** 40)) + 1n,
      version: 3,
      notBefore: day(-1000),
      notAfter: day(1000),
      extensions: new Map(),
      repeated: [],
      forged: false,
    };
    put(draft, subjectKeyId(key.keyId));
    put(draft, authorityKeyId(draft.signingKey.keyId));
    put(draft, isLeaf ? keyUsage(KU.digitalSignature) : keyUsage(KU.keyCertSign, KU.crlSign));
    if (!isLeaf)
      put(draft, basicConstraints(true, random.chance(0.3) ? depth - i - 1 + random.below(2) : undefined));
    drafts.push(draft);
  }
  const chain: ChainDraft = {
    drafts,
    crls: undefined,
    policies: undefined,
    explicitPolicy: false,
    inhibitPolicyMapping: false,
    inhibitAnyPolicy: false,
    omitted: new Set(),
  };
  addNames(random, chain);
  addPolicies(random, chain);
  if (random.chance(0.5)) addCrls(chain);
  return chain;
}

export function leafOf({ drafts }: ChainDraft): Draft {
  const leaf = drafts.at(-1);
  if (!leaf) throw new RangeError('A chain has a leaf');
  return leaf;
}

/** Any certificate below the root that issued another one, or undefined. */
export function someAuthority(random: Random, { drafts }: ChainDraft): Draft | undefined {
  const authorities = drafts.slice(1, -1);
  return authorities.length > 0 ? random.pick(authorities) : undefined;
}

function addNames(random: Random, chain: ChainDraft): void {
  if (!random.chance(0.6)) return;
  const leaf = leafOf(chain);
  put(
    leaf,
    subjectAltName(
      dnsName('www.moi.gov.tw'),
      emailName('a@moi.gov.tw'),
      uriName('https://www.moi.gov.tw/x'),
      ipName(10, 1, 2, 3),
    ),
  );
  const authority = someAuthority(random, chain);
  if (!authority || !random.chance(0.7)) return;
  const permitted = [
    dnsName('gov.tw'),
    emailName('moi.gov.tw'),
    uriName('.gov.tw'),
    ipName(10, 0, 0, 0, 255, 0, 0, 0),
    directoryName('C=TW'),
  ];
  const excluded = [dnsName('mil.tw'), emailName('mod.gov.tw'), ipName(192, 168, 0, 0, 255, 255, 0, 0)];
  put(
    authority,
    nameConstraints(permitted.filter(() => random.chance(0.6)).concat(directoryName('C=TW')), excluded),
  );
}

function addPolicies(random: Random, chain: ChainDraft): void {
  if (!random.chance(0.7)) return;
  chain.explicitPolicy = random.chance(0.5);
  chain.policies = random.chance(0.5) ? [POLICY] : undefined;
  const below = chain.drafts.slice(1);
  const mapper = random.chance(0.3) ? someAuthority(random, chain) : undefined;
  let current = POLICY;
  for (const draft of below) {
    const isLeaf = draft === leafOf(chain);
    put(
      draft,
      policies(...(random.chance(0.2) && !isLeaf && draft !== mapper ? [ANY] : [current, '1.2.3.4'])),
    );
    if (draft !== mapper) continue;
    put(draft, policyMappings([POLICY, '1.3.6.1.4.1.99999.3']));
    current = '1.3.6.1.4.1.99999.3';
  }
  const authority = someAuthority(random, chain);
  if (authority && random.chance(0.3)) put(authority, policyConstraints(random.below(3)));
}

function addCrls(chain: ChainDraft): void {
  chain.crls = new Map();
  for (const [i, { name, key }] of chain.drafts.slice(0, -1).entries()) {
    chain.crls.set(i, { issuer: { name, key }, entries: [{ serial: 999_999_999_999_999n }] });
  }
}

export function issueChain(chain: ChainDraft): IssuedChain {
  const certificates = chain.drafts.map(issueDraft);
  const kept = certificates.filter((_, i) => !chain.omitted.has(i));
  const [root] = certificates;
  const leaf = certificates.at(-1);
  if (!root || !leaf) throw new RangeError('A chain has a root and a leaf');
  return {
    root,
    leaf,
    intermediates: kept.filter((der) => der !== root && der !== leaf),
    crls: chain.crls && [...chain.crls.values()].map(makeCrl),
  };
}

function issueDraft(draft: Draft): Uint8Array {
  const { issuerName, signingKey, name, key, outerAlgorithm, version } = draft;
  const der = issue({
    issuer: { name: issuerName, key: signingKey },
    subject: name,
    key,
    serial: draft.serial,
    version,
    notBefore: draft.notBefore,
    notAfter: draft.notAfter,
    extensions: version === 3 ? [...draft.extensions.values(), ...draft.repeated] : [],
    ...(outerAlgorithm ? { outerAlgorithm } : {}),
  });
  // The last octet of every signature here is payload: of RSA's number, of s, or of EdDSA's scalar.
  if (draft.forged) der[der.length - 5] = (der[der.length - 5] ?? 0) ^ 1;
  return der;
}

export { inhibitAnyPolicy, put };
