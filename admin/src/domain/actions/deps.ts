import type { Clock } from '@xinlu/common/clock';
import type { Ids } from '@xinlu/common/ids';
import { ID_TOKEN_ALGORITHMS, type IdTokenAlgorithm } from '@xinlu/common/wire';
import type { UnverifiedCertificate } from '@xinlu/pki';
import type { RuleContext } from '../rules/index.ts';
import type { VersionMaker } from '../snapshot.ts';
import type { RegisterStore } from '../store.ts';

/** Signs an operator's decision as a document of its own (compact JWS, typ `xinlu-register-decision+jwt`). */
export type DecisionSigner = (claims: DecisionClaims) => Promise<string>;

export type DecisionClaims = {
  iss: string;
  jti: string;
  iat: number;
  decision: 'approved' | 'rejected' | 'withdrawn';
  proposal: string;
  /** Hash of exactly what the operator was shown. */
  content_hash: string;
  base_version: number;
  operator: string;
  acr: string;
  auth_time: number;
  reason?: string;
};

/** What the register's actions stand on. */
export type RegisterDeps = {
  store: RegisterStore;
  makeVersion: VersionMaker;
  signDecision: DecisionSigner;
  issuer: string;
  clock: Clock;
  ids: Ids;
  demo: boolean;
  /** What the identity provider signs with. */
  idTokenAlgorithms: readonly IdTokenAlgorithm[];
  /** The roots of the government PKI, from configuration. */
  roots: readonly UnverifiedCertificate[];
};

/** What the rules hold a participant against. To end one is to choose nothing: what it chose need not be served any more. */
export function rulesNow(deps: RegisterDeps, ending = false): Omit<RuleContext, 'others'> {
  return {
    demo: deps.demo,
    roots: deps.roots,
    now: deps.clock.now(),
    idTokenAlgorithms: ending ? ID_TOKEN_ALGORITHMS : deps.idTokenAlgorithms,
  };
}
