import { nothing, oid, seq } from './der.ts';
import {
  authorityKeyId,
  basicConstraints,
  ext,
  KU,
  keyUsage,
  nameConstraints,
  policies,
  policyConstraints,
  policyMappings,
  subjectAltName,
} from './extensions.ts';
import { day } from './issue.ts';
import { testKey } from './keys.ts';
import { directoryName, dnsName, emailName, ipName, uriName } from './names.ts';
import type { Random } from './random.ts';
import {
  ANY,
  type ChainDraft,
  type Draft,
  inhibitAnyPolicy,
  leafOf,
  OTHER_POLICY,
  POLICY,
  put,
  someAuthority,
} from './random-chain.ts';

/** One rule broken in an otherwise good chain. False when the chain has no place for it. */
export type Fault = (random: Random, chain: ChainDraft) => boolean;

const onAny =
  (change: (draft: Draft, random: Random) => void): Fault =>
  (random, chain) => {
    change(random.pick(chain.drafts.slice(1)), random);
    return true;
  };

const onAuthority =
  (change: (draft: Draft, random: Random, chain: ChainDraft) => void): Fault =>
  (random, chain) => {
    const authority = someAuthority(random, chain);
    if (authority) change(authority, random, chain);
    return authority !== undefined;
  };

const constrain = (names: Uint8Array[], permitted: Uint8Array[], excluded: Uint8Array[] = []): Fault =>
  onAuthority((authority, _, chain) => {
    put(leafOf(chain), subjectAltName(...names));
    put(authority, nameConstraints(permitted, excluded));
  });

const onCrl =
  (
    change: (crl: NonNullable<ReturnType<NonNullable<ChainDraft['crls']>['get']>>, subject: Draft) => void,
  ): Fault =>
  (random, chain) => {
    if (!chain.crls) return false;
    const position = random.below(chain.drafts.length - 1);
    const crl = chain.crls.get(position);
    const subject = chain.drafts[position + 1];
    if (crl && subject) change(crl, subject);
    return crl !== undefined;
  };

export const FAULTS: Readonly<Record<string, Fault>> = {
  none: () => true,
  expired: onAny((draft) => {
    draft.notAfter = day(-1);
  }),
  'not yet valid': onAny((draft) => {
    draft.notBefore = day(1);
  }),
  'expired root': (_, chain) => {
    const [root] = chain.drafts;
    if (root) root.notAfter = day(-1);
    return true;
  },
  forged: onAny((draft) => {
    draft.forged = true;
  }),
  'signed by a stranger': onAny((draft) => {
    draft.signingKey = testKey(draft.signingKey.kind, 'stranger');
  }),
  'names do not chain': onAny((draft) => {
    draft.issuerName = 'C=TW/CN=Nobody';
  }),
  'authority flag false': onAuthority((draft) => put(draft, basicConstraints(false))),
  'no basic constraints': onAuthority((draft) => {
    draft.extensions.delete('2.5.29.19');
  }),
  'version 1 authority': onAuthority((draft) => {
    draft.version = 1;
  }),
  'may not sign certificates': onAuthority((draft) => put(draft, keyUsage(KU.crlSign, KU.digitalSignature))),
  'path too long': (_, chain) => {
    const first = chain.drafts[1];
    if (!first || chain.drafts.length < 4) return false;
    put(first, basicConstraints(true, chain.drafts.length - 4));
    return true;
  },
  'unknown critical extension': onAny((draft) => put(draft, ext('1.3.6.1.4.1.99999.1', nothing(), true))),
  'unknown extension that is not critical': onAny((draft) =>
    put(draft, ext('1.3.6.1.4.1.99999.1', nothing())),
  ),
  'extension twice': onAny((draft) => {
    draft.repeated = [...draft.extensions.values()].filter((e) => e.oid === '2.5.29.15');
  }),
  'algorithms differ': onAny((draft) => {
    draft.outerAlgorithm = seq(oid('1.2.840.113549.1.1.13'), nothing());
  }),
  'intermediate missing': (random, chain) => {
    if (chain.drafts.length < 3) return false;
    chain.omitted.add(1 + random.below(chain.drafts.length - 2));
    return true;
  },
  'DNS name outside': constrain([dnsName('www.example.com')], [dnsName('gov.tw')]),
  'DNS name excluded': constrain([dnsName('www.moi.gov.tw')], [], [dnsName('moi.gov.tw')]),
  'DNS name beside': constrain([dnsName('notgov.tw')], [dnsName('gov.tw')]),
  'e-mail outside': constrain([emailName('a@sub.moi.gov.tw')], [emailName('moi.gov.tw')]),
  'e-mail inside a domain': constrain([emailName('a@sub.moi.gov.tw')], [emailName('.moi.gov.tw')]),
  'e-mail excluded': constrain([emailName('a@moi.gov.tw')], [], [emailName('a@moi.gov.tw')]),
  'URI outside': constrain([uriName('https://moi.gov.tw/')], [uriName('.moi.gov.tw')]),
  'URI inside': constrain([uriName('https://www.moi.gov.tw:8443/a')], [uriName('.gov.tw')]),
  'URI excluded': constrain([uriName('https://www.moi.gov.tw/')], [], [uriName('www.moi.gov.tw')]),
  'address outside': constrain([ipName(11, 1, 1, 1)], [ipName(10, 0, 0, 0, 255, 0, 0, 0)]),
  'address excluded': constrain([ipName(10, 9, 1, 1)], [], [ipName(10, 9, 0, 0, 255, 255, 0, 0)]),
  'subject outside': constrain([dnsName('x.gov.tw')], [directoryName('C=JP')]),
  'subject excluded': constrain([dnsName('x.gov.tw')], [], [directoryName('C=TW')]),
  'policy required, none there': (_, chain) => {
    chain.explicitPolicy = true;
    leafOf(chain).extensions.delete('2.5.29.32');
    return true;
  },
  'another policy asked for': (_, chain) => {
    chain.explicitPolicy = true;
    chain.policies = [OTHER_POLICY];
    return true;
  },
  'policy required by an authority, none there': onAuthority((draft, _, chain) => {
    put(draft, policyConstraints(0));
    leafOf(chain).extensions.delete('2.5.29.32');
  }),
  'mapping from anyPolicy': onAuthority((draft) => {
    put(draft, policies(POLICY));
    put(draft, policyMappings([ANY, POLICY]));
  }),
  'mapping inhibited': (random, chain) => {
    const authority = someAuthority(random, chain);
    if (!authority) return false;
    chain.explicitPolicy = true;
    chain.inhibitPolicyMapping = true;
    for (const draft of chain.drafts.slice(1))
      put(draft, policies(draft === leafOf(chain) ? '1.2.3.5' : POLICY));
    put(authority, policyMappings([POLICY, '1.2.3.5']));
    return true;
  },
  'anyPolicy inhibited': (_, chain) => {
    chain.explicitPolicy = true;
    chain.inhibitAnyPolicy = true;
    put(leafOf(chain), policies(ANY));
    return true;
  },
  'anyPolicy inhibited by an authority': onAuthority((draft, _, chain) => {
    chain.explicitPolicy = true;
    put(draft, inhibitAnyPolicy(0));
    put(leafOf(chain), policies(ANY));
  }),
  'authority key identifier of another key': onAny((draft) =>
    put(draft, authorityKeyId(new Uint8Array(20).fill(7))),
  ),
  revoked: onCrl((crl, subject) => {
    crl.entries = [{ serial: subject.serial, reason: 1 }];
  }),
  'list expired': onCrl((crl) => {
    crl.nextUpdate = day(-0.5);
  }),
  'list from the future': onCrl((crl) => {
    crl.thisUpdate = day(1);
  }),
  'list by a stranger': onCrl((crl) => {
    crl.issuer = { ...crl.issuer, key: testKey('p256', 'stranger') };
  }),
  'list of someone else': onCrl((crl) => {
    crl.issuer = { ...crl.issuer, name: 'CN=Nobody' };
  }),
  'list with an unknown critical extension': onCrl((crl) => {
    crl.extensions = [ext('1.3.6.1.4.1.99999.1', nothing(), true)];
  }),
};
