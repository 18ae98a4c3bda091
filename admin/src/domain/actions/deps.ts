import type { Clock } from '@xinlu/common/clock';
import type { Ids } from '@xinlu/common/ids';
import type { UnverifiedCertificate } from '@xinlu/pki';
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
  /** The roots of the government PKI, from configuration. */
  roots: readonly UnverifiedCertificate[];
};
