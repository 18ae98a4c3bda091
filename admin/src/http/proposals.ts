import { refused } from '@xinlu/common/errors';
import type { AppInstance } from '@xinlu/common/http';
import type { Sessions } from '@xinlu/common/sessions';
import { Id, Timestamp } from '@xinlu/common/wire';
import { type Static, Type } from 'typebox';
import { approve, reject, withdraw } from '../domain/actions/decide.ts';
import type { RegisterDeps } from '../domain/actions/deps.ts';
import { type ProposalRequest, propose } from '../domain/actions/propose.ts';
import type { ActingOperator, Proposal } from '../domain/records.ts';
import { isPlainText } from '../domain/rules/index.ts';
import { ById, listQuery, Uuid } from './list.ts';
import { presentProposal } from './present.ts';
import type { AdminSession, Guard } from './session.ts';

const Kind = Type.Union(
  (['participant-add', 'participant-change', 'participant-end', 'operator-add', 'operator-end'] as const).map(
    (kind) => Type.Literal(kind),
  ),
);
const State = Type.Union(
  (['open', 'approved', 'rejected', 'withdrawn'] as const).map((state) => Type.Literal(state)),
);
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const Reason = Type.String({ minLength: 1, maxLength: 1000 });

const ListQuery = Type.Object({
  ...listQuery,
  state: Type.Optional(State),
  kind: Type.Optional(Kind),
  target: Type.Optional(Type.String({ pattern: '^[a-z0-9-]{1,64}$' })),
});

const NewProposal = Type.Object(
  {
    kind: Kind,
    baseVersion: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }),
    reason: Reason,
    /** For participant-add and participant-change: the whole participant as it would stand. */
    participant: Type.Optional(Type.Unknown()),
    /** For participant-end and operator-end: whom. */
    id: Type.Optional(Type.Union([Uuid, Id])),
    /** For participant-end: the moment; now when absent. */
    validUntil: Type.Optional(Timestamp),
    /** For operator-add. */
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  },
  { additionalProperties: false },
);

const Decision = Type.Object(
  { contentHash: Type.String({ pattern: '^[\\w-]{43}$' }), reason: Type.Optional(Reason) },
  { additionalProperties: false },
);
const Rejection = Type.Object(
  { contentHash: Decision.properties.contentHash, reason: Reason },
  { additionalProperties: false },
);

function needed<T>(value: T | undefined, field: string): T {
  if (value === undefined)
    throw refused('field-missing', `The field ${field} is needed for this kind of proposal.`);
  return value;
}

function plain(text: string): string {
  if (!isPlainText(text.replaceAll('\n', '')))
    throw refused('text-unreadable', 'The text holds characters that cannot be shown.');
  return text.trim();
}

function toRequest(body: Static<typeof NewProposal>): ProposalRequest {
  const common = { baseVersion: body.baseVersion, reason: plain(body.reason) };
  const kind = body.kind as ProposalRequest['kind'];
  switch (kind) {
    case 'participant-add':
    case 'participant-change':
      return { ...common, kind, participant: needed(body.participant, 'participant') };
    case 'participant-end':
      return {
        ...common,
        kind,
        id: needed(body.id, 'id'),
        ...(body.validUntil === undefined ? {} : { validUntil: body.validUntil }),
      };
    case 'operator-add':
      return { ...common, kind, name: plain(needed(body.name, 'name')) };
    case 'operator-end': {
      const id = needed(body.id, 'id');
      if (!UUID.test(id))
        throw refused('operator-unknown', 'There is no operator with this id.', { status: 404 });
      return { ...common, kind, id };
    }
  }
}

/** Proposals and their decisions: the only way anything in the register changes. */
export function registerProposals(
  app: AppInstance,
  deps: { register: RegisterDeps; sessions: Sessions<AdminSession>; guard: Guard },
): void {
  const { register, sessions, guard } = deps;
  const { store } = register;
  const preHandler = sessions.requireCsrf;

  async function present(proposal: Proposal, viewer: ActingOperator) {
    return presentProposal(proposal, (await store.latestVersion())?.version ?? 0, viewer);
  }

  app.get(
    '/api/proposals',
    { schema: { summary: 'Proposals, newest first', querystring: ListQuery } },
    async (request, reply) => {
      const operator = await guard.operator(request, reply);
      const { rows, total } = await store.proposals({ ...request.query, descending: true });
      const current = (await store.latestVersion())?.version ?? 0;
      return { items: rows.map((row) => presentProposal(row, current, operator)), total };
    },
  );

  app.get(
    '/api/proposals/:id',
    { schema: { summary: 'One proposal: what stands, what would stand', params: ById } },
    async (request, reply) => {
      const operator = await guard.operator(request, reply);
      const proposal = await store.proposal(request.params.id);
      if (proposal === undefined)
        throw refused('proposal-unknown', 'There is no such proposal.', { status: 404 });
      return present(proposal, operator);
    },
  );

  app.post(
    '/api/proposals',
    { schema: { summary: 'Propose a change of the register', body: NewProposal }, preHandler },
    async (request, reply) => {
      const operator = await guard.operator(request, reply);
      const { proposal, enrolmentCode } = await propose(register, toRequest(request.body), operator);
      const shownOnce = enrolmentCode === undefined ? {} : { enrolmentCode };
      return reply
        .code(201)
        .header('cache-control', 'no-store')
        .send({ ...(await present(proposal, operator)), ...shownOnce });
    },
  );

  app.post(
    '/api/proposals/:id/approval',
    {
      schema: { summary: 'Approve what was shown (another operator)', params: ById, body: Decision },
      preHandler,
    },
    async (request, reply) => {
      const operator = await guard.operator(request, reply);
      const { contentHash, reason } = request.body;
      const decision = {
        proposal: request.params.id,
        shownHash: contentHash,
        ...(reason === undefined ? {} : { reason: plain(reason) }),
      };
      const { proposal, enrolmentCode } = await approve(register, decision, operator);
      reply.header('cache-control', 'no-store');
      return {
        ...(await present(proposal, operator)),
        ...(enrolmentCode === undefined ? {} : { enrolmentCode }),
      };
    },
  );

  app.post(
    '/api/proposals/:id/rejection',
    {
      schema: { summary: 'Reject with a reason (another operator)', params: ById, body: Rejection },
      preHandler,
    },
    async (request, reply) => {
      const operator = await guard.operator(request, reply);
      const { contentHash, reason } = request.body;
      const decision = { proposal: request.params.id, shownHash: contentHash, reason: plain(reason) };
      return present(await reject(register, decision, operator), operator);
    },
  );

  app.post(
    '/api/proposals/:id/withdrawal',
    { schema: { summary: 'Take back an own proposal', params: ById, body: Decision }, preHandler },
    async (request, reply) => {
      const operator = await guard.operator(request, reply);
      const { contentHash, reason } = request.body;
      const decision = {
        proposal: request.params.id,
        shownHash: contentHash,
        ...(reason === undefined ? {} : { reason: plain(reason) }),
      };
      return present(await withdraw(register, decision, operator), operator);
    },
  );
}
