import { ANY_POLICY } from '../asn1/oids.ts';
import type { PolicyMapping } from '../certificate/extensions.ts';

/**
 * The valid_policy_graph of RFC 9618, which replaces the tree of RFC 5280 6.1.2 (a): one node per policy and depth,
 * so that its size is bounded by what the certificates say and crafted mappings cannot make it explode.
 * Nodes are never changed once they have children; branches that die out are left unvisited instead of pruned.
 */
type PolicyNode = {
  validPolicy: string;
  expected: ReadonlySet<string>;
  parents: readonly PolicyNode[];
};

type Level = ReadonlyMap<string, PolicyNode>;

export class PolicyGraph {
  readonly #levels: readonly Level[];

  private constructor(levels: readonly Level[]) {
    this.#levels = levels;
  }

  /** RFC 9618 5.3: one node of depth zero with anyPolicy. */
  static start(): PolicyGraph {
    const node = { validPolicy: ANY_POLICY, expected: new Set([ANY_POLICY]), parents: [] };
    return new PolicyGraph([new Map([[ANY_POLICY, node]])]);
  }

  /**
   * RFC 9618 5.4, steps (d)(1) to (d)(3): the next depth for a certificate's policies.
   * @returns null when no node is left
   */
  withCertificatePolicies(policies: readonly string[], anyPolicyCounts: boolean): PolicyGraph | null {
    const above = this.#last;
    const expecting = parentsByExpectedPolicy(above);
    const level = new Map<string, PolicyNode>();
    const anyNode = above.get(ANY_POLICY);
    for (const policy of policies) {
      if (policy === ANY_POLICY) continue;
      const parents = expecting.get(policy) ?? (anyNode ? [anyNode] : []);
      if (parents.length > 0)
        level.set(policy, { validPolicy: policy, expected: new Set([policy]), parents });
    }
    if (anyPolicyCounts && policies.includes(ANY_POLICY)) {
      for (const [policy, parents] of expecting) {
        if (level.has(policy)) continue;
        level.set(policy, { validPolicy: policy, expected: new Set([policy]), parents });
      }
    }
    return level.size === 0 ? null : new PolicyGraph([...this.#levels, level]);
  }

  /** RFC 9618 5.5, step (b)(1): what the issuer's policies are called from here on. */
  withMappings(mappings: readonly PolicyMapping[]): PolicyGraph {
    const level = new Map(this.#last);
    for (const [issuerPolicy, expected] of groupMappings(mappings)) {
      const node = this.#last.get(issuerPolicy);
      const anyNode = this.#last.get(ANY_POLICY);
      if (node) level.set(issuerPolicy, { ...node, expected });
      else if (anyNode)
        level.set(issuerPolicy, { validPolicy: issuerPolicy, expected, parents: anyNode.parents });
    }
    return new PolicyGraph([...this.#levels.slice(0, -1), level]);
  }

  /** RFC 9618 5.5, step (b)(2): mapping is inhibited, so mapped policies end here. */
  withoutMapped(mappings: readonly PolicyMapping[]): PolicyGraph | null {
    const level = new Map(this.#last);
    for (const mapping of mappings) level.delete(mapping.issuerDomainPolicy);
    return level.size === 0 ? null : new PolicyGraph([...this.#levels.slice(0, -1), level]);
  }

  /**
   * RFC 9618 5.6, step (g): the authority-constrained set, in the terms of the anchor, narrowed to the user's set
   * (undefined stands for any-policy).
   */
  constrainedPolicies(userPolicies: readonly string[] | undefined): string[] {
    const authority = this.#authorityConstrainedPolicies();
    if (userPolicies === undefined) return [...authority].sort();
    const allowed = authority.has(ANY_POLICY)
      ? userPolicies
      : userPolicies.filter((policy) => authority.has(policy));
    return [...new Set(allowed)].sort();
  }

  get #last(): Level {
    return this.#levels[this.#levels.length - 1] ?? new Map();
  }

  #authorityConstrainedPolicies(): Set<string> {
    const policies = new Set<string>();
    if (this.#last.has(ANY_POLICY)) policies.add(ANY_POLICY);
    const visited = new Set<PolicyNode>(this.#last.values());
    for (const node of visited) {
      // Only what hangs directly below anyPolicy has the anchor's own name for the policy.
      const belowAny = node.parents.length === 1 && node.parents[0]?.validPolicy === ANY_POLICY;
      if (node.validPolicy !== ANY_POLICY && belowAny) policies.add(node.validPolicy);
      for (const parent of node.parents) visited.add(parent);
    }
    return policies;
  }
}

function parentsByExpectedPolicy(level: Level): Map<string, PolicyNode[]> {
  const expecting = new Map<string, PolicyNode[]>();
  for (const node of level.values()) {
    for (const policy of node.expected) {
      const parents = expecting.get(policy);
      if (parents) parents.push(node);
      else expecting.set(policy, [node]);
    }
  }
  return expecting;
}

function groupMappings(mappings: readonly PolicyMapping[]): Map<string, Set<string>> {
  const groups = new Map<string, Set<string>>();
  for (const { issuerDomainPolicy, subjectDomainPolicy } of mappings) {
    const group = groups.get(issuerDomainPolicy);
    if (group) group.add(subjectDomainPolicy);
    else groups.set(issuerDomainPolicy, new Set([subjectDomainPolicy]));
  }
  return groups;
}
