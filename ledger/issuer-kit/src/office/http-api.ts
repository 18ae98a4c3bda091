import { refused } from '@xinlu/common/errors';
import type { AppInstance } from '@xinlu/common/http';
import { isPaperName, type PaperName, type StatusName } from '@xinlu/verifier';
import type { FastifyReply, FastifyRequest, preHandlerAsyncHookHandler } from 'fastify';
import { Type } from 'typebox';
import { parsePaper } from '../issue-paper.ts';
import { publishedTypes } from '../type-metadata.ts';
import type { PaperOffice } from './paper-office.ts';
import type { OfficePaper } from './records.ts';
import type { Staff } from './staff.ts';

const Reason = Type.String({ minLength: 2, maxLength: 300, pattern: '\\S' });
const PaperPath = Type.Object({ id: Type.String({ format: 'uuid' }) });
const IssueBody = Type.Object(
  { type: Type.String({ maxLength: 60 }), data: Type.Unknown(), reason: Reason },
  { additionalProperties: false },
);
const StatusBody = Type.Object(
  {
    status: Type.Union([Type.Literal('valid'), Type.Literal('suspended'), Type.Literal('revoked')]),
    reason: Reason,
  },
  { additionalProperties: false },
);
const SuccessorBody = Type.Object({ data: Type.Unknown(), reason: Reason }, { additionalProperties: false });
const TimeQuery = Type.Object({ time: Type.Optional(Type.Integer({ minimum: 0, maximum: 1e11 })) });

/** Where the status list stands below the office's address. */
export const statusListPath = '/status-lists/1';

/**
 * What everybody may read at an office: its types, its status list (of a time gone by with `?time=`, Token Status List,
 * "Historical Resolution"), and a paper by its fingerprint, which only who has the whole paper or its print knows.
 */
export function registerOfficePublic(
  app: AppInstance,
  { office, types }: { office: PaperOffice; types: readonly PaperName[] },
): void {
  for (const [file, content] of publishedTypes(types)) {
    app.get(`/paper-types/${file}`, async (_request, reply) =>
      reply
        .header('cache-control', 'public, max-age=3600')
        .header('access-control-allow-origin', '*')
        .send(content),
    );
  }
  app.get(statusListPath, { schema: { querystring: TimeQuery } }, async (request, reply) => {
    const { time } = request.query;
    const at = time === undefined ? undefined : new Date(time * 1000);
    if (at && at.getTime() > Date.now())
      throw refused('time-to-come', 'A status list of the time to come is not known.', { status: 400 });
    const token = await office.statusList(at);
    if (token === undefined)
      throw refused('not-found', 'There was no status list at that time.', { status: 404 });
    return reply
      .type('application/statuslist+jwt')
      .header('cache-control', 'no-cache')
      .header('access-control-allow-origin', '*')
      .send(token);
  });
  app.get(
    '/papers/:fingerprint',
    { schema: { params: Type.Object({ fingerprint: Type.String({ pattern: '^[\\w-]{43}$' }) }) } },
    async (request, reply) => {
      const paper = await office.byFingerprint(request.params.fingerprint);
      if (!paper) throw refused('not-found', 'There is nothing at this address.', { status: 404 });
      return reply
        .type('application/json')
        .header('cache-control', 'no-store')
        .header('access-control-allow-origin', '*')
        .send(await office.file(paper));
    },
  );
}

/**
 * The office's API for its staff: issue, look at, suspend, reinstate, revoke and supersede, each with a reason.
 *
 * @param options.staffOf who sends a request; undefined for nobody of the office (401)
 * @param options.guard what must hold of a request that changes something, besides: that no foreign page sent it
 */
export function registerOfficeApi(
  app: AppInstance,
  options: {
    office: PaperOffice;
    /** Whether the office issues papers of this type here and now. */
    mayIssue: (type: PaperName) => boolean;
    staffOf: (request: FastifyRequest, reply: FastifyReply) => Promise<Staff | undefined>;
    guard: preHandlerAsyncHookHandler;
  },
): void {
  const { office, mayIssue, guard } = options;

  const staffFor = async (request: FastifyRequest, reply: FastifyReply): Promise<Staff> => {
    const staff = await options.staffOf(request, reply);
    if (!staff) throw refused('staff-required', 'This is for the staff of the office.', { status: 401 });
    return staff;
  };
  const found = async (id: string): Promise<OfficePaper> => {
    const paper = await office.byId(id);
    if (!paper) throw refused('paper-unknown', 'There is no such paper.', { status: 404 });
    return paper;
  };

  app.get('/office/papers', async (request, reply) => {
    await staffFor(request, reply);
    return { papers: (await office.list()).map(shown) };
  });
  app.get('/office/papers/:id', { schema: { params: PaperPath } }, async (request, reply) => {
    await staffFor(request, reply);
    const paper = await found(request.params.id);
    return { ...shown(paper), events: await office.events(paper.id) };
  });
  app.post('/office/papers', { schema: { body: IssueBody }, preHandler: guard }, async (request, reply) => {
    const by = await staffFor(request, reply);
    const { type, data, reason } = request.body;
    if (!isPaperName(type) || !mayIssue(type))
      throw refused('paper-type-unknown', 'This office does not issue such papers.', { status: 400 });
    const paper = await office.issue(type, parsePaper(type, data) as never, { by, reason });
    return reply.code(201).send(shown(paper));
  });
  app.post(
    '/office/papers/:id/status',
    { schema: { params: PaperPath, body: StatusBody }, preHandler: guard },
    async (request, reply) => {
      const by = await staffFor(request, reply);
      const { status, reason } = request.body;
      return shown(await office.change(request.params.id, status, { by, reason }));
    },
  );
  app.post(
    '/office/papers/:id/successor',
    { schema: { params: PaperPath, body: SuccessorBody }, preHandler: guard },
    async (request, reply) => {
      const by = await staffFor(request, reply);
      const { type } = await found(request.params.id);
      const { data, reason } = request.body;
      const next = await office.supersede(request.params.id, type, parsePaper(type, data) as never, {
        by,
        reason,
      });
      return reply.code(201).send(shown(next));
    },
  );
}

type ShownPaper = {
  id: string;
  type: PaperName;
  number: string;
  status: StatusName;
  fingerprint: string;
  entry: string | null;
  issuedAt: string;
};

function shown({ id, type, number, status, fingerprint, entryId, issuedAt }: OfficePaper): ShownPaper {
  return { id, type, number, status, fingerprint, entry: entryId ?? null, issuedAt: issuedAt.toISOString() };
}
