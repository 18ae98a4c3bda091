import type { Participant } from '@xinlu/common/wire';
import type {
  AuditLine,
  Operator,
  Proposal,
  ProposalKind,
  ProposalState,
  RegisterVersion,
} from './records.ts';

/** One page of a list, and how many there are in all. */
export type Page<T> = { rows: T[]; total: number };
export type PageRequest = { offset: number; limit: number; descending?: boolean };

export type ParticipantRevision = {
  version: number;
  signedAt: Date;
  proposal: string | null;
  content: Participant;
};

/** Reading: each call sees what is committed when it begins. */
export type RegisterReader = {
  latestVersion(): Promise<RegisterVersion | undefined>;
  version(version: number): Promise<RegisterVersion | undefined>;
  versions(page: PageRequest): Promise<Page<RegisterVersion>>;
  /** The participants of the newest version, by id. */
  participants(): Promise<Participant[]>;
  /** Oldest first; empty when there never was such a participant. */
  revisions(participant: string): Promise<ParticipantRevision[]>;
  proposal(id: string): Promise<Proposal | undefined>;
  proposals(
    page: PageRequest & {
      state?: ProposalState | undefined;
      kind?: ProposalKind | undefined;
      target?: string | undefined;
    },
  ): Promise<Page<Proposal>>;
  operator(id: string): Promise<Operator | undefined>;
  /** The active operator bound to this person. */
  operatorOf(issuer: string, subject: string): Promise<Operator | undefined>;
  operators(page: PageRequest): Promise<Page<Operator>>;
  audit(
    page: PageRequest & { action?: string | undefined; operator?: string | undefined },
  ): Promise<Page<AuditLine>>;
};

/** Writing within one change: all of it is committed, or nothing. */
export type RegisterWriter = RegisterReader & {
  /** Appends the version, the revisions of what changed, and the job that carries its commitment to the ledger. */
  appendVersion(version: Omit<RegisterVersion, 'entry'>, changed: Participant[]): Promise<void>;
  insertProposal(
    proposal: Pick<
      Proposal,
      'id' | 'target' | 'baseVersion' | 'content' | 'contentHash' | 'proposerSubject' | 'proposedAt'
    > & {
      proposedBy: string;
    },
  ): Promise<void>;
  /** False when the proposal is not open any more. */
  closeProposal(
    id: string,
    decision: {
      state: Exclude<ProposalState, 'open'>;
      operator: string;
      subject: string;
      at: Date;
      reason: string | null;
      jws: string;
    },
  ): Promise<boolean>;
  insertOperator(operator: {
    id: string;
    name: string;
    codeSha256: string;
    codeExpires: Date | null;
    appointedAt: Date;
    /** What appointed her, and the proposer's half of the code; null for the first operators, who have one code. */
    appointment: { proposal: string; proposerCodeSha256: string } | null;
  }): Promise<void>;
  endOperator(id: string, at: Date): Promise<void>;
  /**
   * Binds the appointment behind exactly these codes, in any order, to a person. Of any number of parallel takers exactly
   * one gets the operator.
   */
  takeEnrolment(
    codesSha256: readonly [string] | readonly [string, string],
    person: { issuer: string; subject: string },
    at: Date,
  ): Promise<Operator | undefined>;
  /** Appends the next line of the chain. */
  appendAudit(line: Pick<AuditLine, 'at' | 'operator' | 'action' | 'subject' | 'detail'>): Promise<void>;
};

/** The register's durable store. */
export type RegisterStore = RegisterReader & {
  /**
   * Runs one change in one transaction. Changes run one after the other, across all processes, so what `work` reads stays
   * so until it ends; when `change` returns, it has been written for good; when `work` throws, nothing has.
   */
  change<T>(work: (tx: RegisterWriter) => Promise<T>): Promise<T>;
  /** The commitment to send for a version, and what the ledger answered. */
  recordEntry(version: number, entry: { id: string; index: number | null }): Promise<void>;
};
