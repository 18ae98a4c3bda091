import { canonicalJson, sha256 } from '@xinlu/common/canonical';
import { refused } from '@xinlu/common/errors';
import type { AppInstance } from '@xinlu/common/http';
import type { SignedRequests } from '@xinlu/common/http-signature';
import { type TProperties, Type } from 'typebox';
import { actOnCase, type CaseCommand, type CaseDeps } from '../domain/cases/act.ts';
import { applyForCase } from '../domain/cases/apply.ts';
import type { CaseFile } from '../domain/cases/case-file.ts';
import type { Command } from '../domain/cases/case-store.ts';
import { Hash } from '../domain/cases/title.ts';

const Uuid = Type.String({ format: 'uuid' });
const ById = Type.Object({ id: Uuid });
const Words = Type.String({ minLength: 1, maxLength: 500 });
const Approval = Type.String({ pattern: '^0x(?:[0-9a-fA-F]{2}){22,8192}$' });
const Documents = Type.Record(Type.String({ pattern: '^[a-z][a-z-]{0,40}$' }), Hash, {
  minProperties: 1,
  maxProperties: 20,
});
const Reasons = Type.Array(
  Type.Object(
    { code: Type.String({ pattern: '^[a-z][a-z-]{0,60}$' }), detail: Words },
    { additionalProperties: false },
  ),
  { minItems: 1, maxItems: 20 },
);

const Application = Type.Object(
  {
    id: Uuid,
    type: Type.String({ pattern: '^[a-z][a-z-]{0,40}$' }),
    unit: Hash,
    facts: Type.Record(Type.String(), Type.Unknown(), { maxProperties: 20 }),
  },
  { additionalProperties: false },
);

const command = <Name extends CaseCommand['name'], Fields extends TProperties>(name: Name, fields: Fields) =>
  Type.Object({ id: Uuid, name: Type.Literal(name), ...fields }, { additionalProperties: false });

const CommandBody = Type.Union([
  command('join', { slot: Type.String({ maxLength: 40 }), key: Hash, party: Hash }),
  command('file-documents', { documents: Documents }),
  command('pay', { amount: Type.Integer({ minimum: 1, maximum: 100_000_000 }), reference: Words }),
  command('approve', { approval: Approval }),
  command('decide', { approval: Approval }),
  command('issue-deed', { entry: Uuid }),
  command('hand-back', { reasons: Reasons }),
  command('complete', { documents: Documents }),
  command('reject', { reasons: Reasons }),
  command('withdraw', { reason: Words }),
  command('appeal', { ground: Words }),
  command('decide-appeal', { upheld: Type.Boolean(), reasons: Reasons }),
]);

const Queue = Type.Object({
  stage: Type.Optional(Type.String({ pattern: '^[a-z]{1,20}$' })),
  dueBefore: Type.Optional(Type.String({ format: 'date-time' })),
});
const queueLimit = 200;

export type CaseRoutes = CaseDeps & { readonly signed: SignedRequests };

/** Cases of offices: what an office does with them by signed requests, and what everybody may know of a unit. */
export function registerCases(app: AppInstance, { signed, ...deps }: CaseRoutes): void {
  const preHandler = signed.requireSigned('issuer');
  const commandOf = (id: string, body: unknown): Command => ({ id, hash: sha256(canonicalJson(body)) });

  app.get(
    '/case-types',
    { schema: { summary: 'Types of cases, what each asks for and until when' } },
    async () => ({
      types: [...deps.types.values()].map(({ name, title, fee, documents, days, facts }) => ({
        ...{ name, title, fee, documents, days, facts },
      })),
    }),
  );

  app.post(
    '/cases',
    { preHandler, schema: { summary: 'Begin a case; the same again answers the same', body: Application } },
    async (request, reply) => {
      const { id: office } = signed.signerOf(request);
      const { body } = request;
      return reply.code(201).send(shown(await applyForCase(deps, office, commandOf(body.id, body), body)));
    },
  );

  app.post(
    '/cases/:id/commands',
    {
      preHandler,
      schema: {
        summary: 'Act on a case; the same command again changes nothing',
        params: ById,
        body: CommandBody,
      },
    },
    async (request) => {
      const { id: office } = signed.signerOf(request);
      const { id, ...what } = request.body as { id: string } & CaseCommand;
      const named = { id: request.params.id, office };
      return shown(await actOnCase(deps, named, commandOf(id, request.body), what as CaseCommand));
    },
  );

  app.get(
    '/cases',
    { preHandler, schema: { summary: "An office's queue, most urgent first", querystring: Queue } },
    async (request) => {
      const { id: office } = signed.signerOf(request);
      const { stage, dueBefore } = request.query;
      const cases = await deps.store.queue(office, {
        ...(stage === undefined ? {} : { stage }),
        ...(dueBefore === undefined ? {} : { dueBefore: new Date(dueBefore) }),
        limit: queueLimit,
      });
      return { cases: cases.map(shown) };
    },
  );

  app.get(
    '/cases/:id',
    { preHandler, schema: { summary: 'A case and what happened in it', params: ById } },
    async (request) => {
      const { id: office } = signed.signerOf(request);
      const { id } = request.params;
      const file = await deps.store.hold(id, office, async (held) => held.file);
      if (!file) throw refused('case-unknown', 'There is no such case of this office.', { status: 404 });
      const events = await deps.store.events(id, office);
      return { ...shown(file), events: events.map(({ seq, name, at }) => ({ seq, name, at })) };
    },
  );

  app.get(
    '/units/:unit/history',
    {
      schema: {
        summary: 'What was registered of a unit: commitments and states only',
        params: Type.Object({ unit: Hash }),
      },
    },
    async (request) => {
      const { unit } = request.params;
      const [record, events] = await Promise.all([deps.register.record(unit), deps.store.unitHistory(unit)]);
      const registered = events.flatMap((event) =>
        event.name === 'registered'
          ? [{ type: event.type, at: event.at, version: event.data.version, state: event.data.state }]
          : [],
      );
      return { unit, ...record, registered };
    },
  );
}

/** A case as its office reads it; signatures stay where they are. */
function shown(file: CaseFile) {
  const { approvals, decisions, change, ...rest } = file;
  return {
    ...rest,
    ...(change === undefined ? {} : { change }),
    approvedBy: Object.keys(approvals),
    decidedBy: decisions.map(({ key }) => key),
  };
}
