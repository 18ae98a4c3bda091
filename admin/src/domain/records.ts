import type { Participant } from '@xinlu/common/wire';

/** One person trusted to keep the register. `subject` is her pairwise subject at the IdP once she has enrolled. */
export type Operator = {
  id: string;
  name: string;
  issuer: string | null;
  subject: string | null;
  appointedAt: Date;
  enrolledAt: Date | null;
  endedAt: Date | null;
  codeExpires: Date | null;
};

/** An operator who is logged in and bound: the only one who may act. */
export type ActingOperator = {
  id: string;
  name: string;
  subject: string;
  /** How and when she logged in, kept with each decision. */
  acr: string;
  authTime: number;
};

/** What a proposal would do; `before` is what the proposer saw, so that the second operator sees the same. */
export type ProposalContent =
  | { kind: 'participant-add'; before: null; after: Participant; reason: string }
  | { kind: 'participant-change'; before: Participant; after: Participant; reason: string }
  | { kind: 'participant-end'; before: Participant; after: Participant; reason: string }
  | {
      kind: 'operator-add';
      before: null;
      /** The half of the one-time code that the proposer hands over is part of what is approved, by its hash. */
      after: { name: string; proposerCodeSha256: string };
      reason: string;
    }
  | { kind: 'operator-end'; before: { id: string; name: string }; after: null; reason: string };

export type ProposalKind = ProposalContent['kind'];
export type ProposalState = 'open' | 'approved' | 'rejected' | 'withdrawn';

export type Proposal = {
  id: string;
  /** Participant id, operator id, or the new operator's name. */
  target: string;
  /** The register version it was written against. */
  baseVersion: number;
  content: ProposalContent;
  /** base64url SHA-256 over the canonical form of all that a decision is about. */
  contentHash: string;
  proposedBy: { id: string; name: string };
  proposerSubject: string;
  proposedAt: Date;
  state: ProposalState;
  decidedBy: { id: string; name: string } | null;
  decidedAt: Date | null;
  decisionReason: string | null;
  decisionJws: string | null;
  /** The version that its approval made. */
  version: number | null;
};

/** One signed snapshot and its place in the chain and in the public log. */
export type RegisterVersion = {
  version: number;
  snapshotJws: string;
  /** base64url SHA-256 of `snapshotJws`. */
  hash: string;
  previous: string | null;
  signedAt: Date;
  proposal: string | null;
  salt: Uint8Array;
  commitment: string;
  entry: { id: string; index: number | null } | null;
};

export type AuditAction =
  | 'register-founded'
  | 'operator-enrolled'
  | 'enrolment-refused'
  | 'proposal-made'
  | 'proposal-approved'
  | 'proposal-rejected'
  | 'proposal-withdrawn';

/** One line of the audit: who did what to what, chained to the line before. */
export type AuditLine = {
  seq: number;
  at: Date;
  operator: string | null;
  action: AuditAction;
  subject: string;
  detail: Record<string, string | number | null>;
  previous: string | null;
  hash: string;
};
