import type { Sql } from '@xinlu/common/sql';
import type { Proposal, ProposalContent, ProposalKind, ProposalState } from '../../domain/records.ts';
import type { Page, RegisterReader, RegisterWriter } from '../../domain/store.ts';

type ProposalRow = {
  id: string;
  kind: ProposalKind;
  target: string;
  base_version: number;
  content: Omit<ProposalContent, 'kind'>;
  content_hash: string;
  proposed_by: string;
  proposer_name: string;
  proposer_subject: string;
  proposed_at: Date;
  state: ProposalState;
  decided_by: string | null;
  decider_name: string | null;
  decided_at: Date | null;
  decision_reason: string | null;
  decision_jws: string | null;
  version: number | null;
};

const SELECT = `SELECT p.*, maker.name AS proposer_name, decider.name AS decider_name, v.version
  FROM proposal p JOIN operator maker ON maker.id = p.proposed_by
  LEFT JOIN operator decider ON decider.id = p.decided_by
  LEFT JOIN register_version v ON v.proposal = p.id`;

function toProposal(row: ProposalRow): Proposal {
  return {
    id: row.id,
    target: row.target,
    baseVersion: row.base_version,
    content: { ...row.content, kind: row.kind } as ProposalContent,
    contentHash: row.content_hash,
    proposedBy: { id: row.proposed_by, name: row.proposer_name },
    proposerSubject: row.proposer_subject,
    proposedAt: row.proposed_at,
    state: row.state,
    decidedBy: row.decided_by === null ? null : { id: row.decided_by, name: row.decider_name ?? '' },
    decidedAt: row.decided_at,
    decisionReason: row.decision_reason,
    decisionJws: row.decision_jws,
    version: row.version,
  };
}

export function readProposals(sql: Sql): Pick<RegisterReader, 'proposal' | 'proposals'> {
  return {
    async proposal(id) {
      const row = await sql.one<ProposalRow>(`${SELECT} WHERE p.id = $1`, [id]);
      return row === undefined ? undefined : toProposal(row);
    },
    async proposals(page): Promise<Page<Proposal>> {
      const filter = `WHERE ($1::text IS NULL OR p.state = $1) AND ($2::text IS NULL OR p.kind = $2)
        AND ($3::text IS NULL OR p.target = $3)`;
      const values = [page.state ?? null, page.kind ?? null, page.target ?? null];
      const direction = page.descending === false ? 'ASC' : 'DESC';
      const rows = await sql.query<ProposalRow>(
        `${SELECT} ${filter} ORDER BY p.proposed_at ${direction}, p.id ${direction} LIMIT $4 OFFSET $5`,
        [...values, page.limit, page.offset],
      );
      const count = await sql.one<{ total: number }>(
        `SELECT count(*) AS total FROM proposal p ${filter}`,
        values,
      );
      return { rows: rows.map(toProposal), total: count?.total ?? 0 };
    },
  };
}

export function writeProposals(tx: Sql): Pick<RegisterWriter, 'insertProposal' | 'closeProposal'> {
  return {
    async insertProposal(proposal) {
      const { kind, ...content } = proposal.content;
      await tx.query(
        `INSERT INTO proposal (id, kind, target, base_version, content, content_hash, proposed_by, proposer_subject, proposed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
        [
          proposal.id,
          kind,
          proposal.target,
          proposal.baseVersion,
          JSON.stringify(content),
          proposal.contentHash,
          proposal.proposedBy,
          proposal.proposerSubject,
          proposal.proposedAt,
        ],
      );
    },
    async closeProposal(id, decision) {
      const rows = await tx.query(
        `UPDATE proposal SET state = $2, decided_by = $3, decider_subject = $4, decided_at = $5, decision_reason = $6,
           decision_jws = $7
         WHERE id = $1 AND state = 'open' RETURNING id`,
        [id, decision.state, decision.operator, decision.subject, decision.at, decision.reason, decision.jws],
      );
      return rows.length === 1;
    },
  };
}
