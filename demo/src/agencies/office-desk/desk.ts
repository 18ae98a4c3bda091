import { isAppError, refused } from '@xinlu/common/errors';
import { languageOf } from '@xinlu/common/i18n';
import type { Html, PageOptions } from '@xinlu/common/page';
import type { Session } from '@xinlu/common/sessions';
import {
  actionOf,
  type LedgerClient,
  type OfficePaper,
  type PaperOffice,
  registerOfficeApi,
  requireRole,
  type Staff,
} from '@xinlu/issuer-kit';
import { disclosedClaims, isPaperName, type PaperName, paperTypes } from '@xinlu/verifier';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Site } from '../../site.ts';
import { asTyped, type Typed, typedPaper } from './form.ts';
import {
  actionsFor,
  choosePage,
  type Desk,
  type DeskFaults,
  deskPage,
  issuePage,
  paperPage,
} from './pages.ts';
import { deskWords } from './words.ts';

/** Which role a visitor of the demo plays. In real life her agency's certificate would say it. */
export type DeskSession = { desk: Desk };

const DeskBody = Type.Object({
  _csrf: Type.Optional(Type.String()),
  desk: Type.Union([Type.Literal('clerk'), Type.Literal('registrar'), Type.Literal('none')]),
});
const TypedBody = Type.Record(Type.String({ maxLength: 60 }), Type.String({ maxLength: 20_000 }));
const PaperPath = Type.Object({ id: Type.String({ format: 'uuid' }) });
const TypePath = Type.Object({ type: Type.String({ maxLength: 60 }) });

/**
 * The pages where an office's staff issue papers and change their status, and the API for the same.
 *
 * @param options.issues the types that are issued here; others have a way of their own
 */
export const registerDesk = <T extends DeskSession>(
  site: Site<T>,
  options: {
    office: PaperOffice;
    ledger: LedgerClient;
    issues: () => readonly PaperName[];
    frame: (request: FastifyRequest) => Pick<PageOptions, 'nav'>;
  },
): void => {
  const { office, ledger, issues } = options;
  const preHandler = site.sessions.requireCsrf;

  const deskOf = (session: Session<T>): Desk | undefined => (session.data as Partial<DeskSession>).desk;
  const staffOf = (desk: Desk): Staff => ({ id: desk, roles: [desk] });

  /** The one who works here, or a refusal `staff-required` (401). */
  const requireStaff = async (request: FastifyRequest, reply: FastifyReply) => {
    const session = await site.session(request, reply);
    const desk = deskOf(session);
    if (desk === undefined)
      throw refused('staff-required', 'This is for the staff of the office.', { status: 401 });
    const context = { lang: languageOf(request), csrfToken: session.csrfToken };
    return { context, staff: staffOf(desk), desk };
  };

  const show = (request: FastifyRequest, reply: FastifyReply, title: string, body: Html) =>
    site.show(request, reply, {
      title,
      width: 'wide',
      body,
      url: request.method === 'GET' ? request.url : false,
      ...options.frame(request),
    });

  const found = async (id: string): Promise<OfficePaper> => {
    const paper = await office.byId(id);
    if (!paper) throw refused('not-found', 'There is nothing at this address.', { status: 404 });
    return paper;
  };

  const isFinal = async ({ entryId }: OfficePaper): Promise<boolean> => {
    if (entryId === undefined) return false;
    try {
      return (await ledger.evidence(entryId))?.state === 'final';
    } catch (error) {
      if (!isAppError(error) || error.kind !== 'retryable') throw error;
      return false;
    }
  };

  site.app.get('/clerk', async (request, reply) => {
    const session = await site.session(request, reply);
    const desk = deskOf(session);
    const context = { lang: languageOf(request), csrfToken: session.csrfToken };
    const title = deskWords(context.lang)('title');
    if (desk === undefined) return show(request, reply, title, choosePage(context));
    return show(
      request,
      reply,
      title,
      deskPage(context, { desk, types: issues(), papers: await office.list() }),
    );
  });

  site.app.post('/clerk/desk', { schema: { body: DeskBody }, preHandler }, async (request, reply) => {
    const session = await site.session(request, reply);
    const data = session.data as Partial<DeskSession>;
    if (request.body.desk === 'none') delete data.desk;
    else data.desk = request.body.desk;
    await session.save();
    return reply.redirect('/clerk', 303);
  });

  const showPaper = async (
    request: FastifyRequest,
    reply: FastifyReply,
    paper: OfficePaper,
    { faults, typed }: { faults: DeskFaults; typed: Typed },
  ) => {
    const { context, staff } = await requireStaff(request, reply);
    const claims = await disclosedClaims(paper.document);
    const [events, final] = [await office.events(paper.id), await isFinal(paper)];
    const body = paperPage(context, { staff, paper, events, claims, isFinal: final, faults, typed });
    return show(request, reply, paper.number, body);
  };

  site.app.get('/clerk/papers/:id', { schema: { params: PaperPath } }, async (request, reply) => {
    await requireStaff(request, reply);
    return showPaper(request, reply, await found(request.params.id), { faults: {}, typed: {} });
  });

  site.app.post(
    '/clerk/papers/:id',
    { schema: { params: PaperPath, body: TypedBody }, preHandler },
    async (request, reply) => {
      const { context, staff } = await requireStaff(request, reply);
      const t = deskWords(context.lang);
      const paper = await found(request.params.id);
      const reason = (request.body['reason'] ?? '').trim();
      const action = actionsFor(staff, paper.status).find((one) => one === request.body['action']);
      const status = (['valid', 'suspended', 'revoked'] as const).find((one) => actionOf[one] === action);
      const faults = {
        ...(status === undefined && { action: t('action-missing') }),
        ...(reason.length < 2 && { reason: t('reason-missing') }),
      };
      if (status === undefined || Object.keys(faults).length > 0) {
        reply.code(422);
        return showPaper(request, reply, paper, { faults, typed: request.body });
      }
      await office.change(paper.id, status, { by: staff, reason });
      return reply.redirect(`/clerk/papers/${paper.id}`, 303);
    },
  );

  /** Takes a form, or shows it again with what is wrong in it. */
  const takeForm = async (
    request: FastifyRequest,
    reply: FastifyReply,
    form: { type: PaperName; action: string; replaces?: string },
    keep: (data: never, order: { by: Staff; reason: string }) => Promise<OfficePaper>,
  ) => {
    const { context, staff } = await requireStaff(request, reply);
    const typed = request.body as Typed;
    const reason = (typed['reason'] ?? '').trim();
    const again = (wrong: ReadonlySet<string>) => {
      reply.code(422);
      const reasonError = reason.length < 2 ? deskWords(context.lang)('reason-missing') : undefined;
      return show(request, reply, form.type, issuePage(context, { ...form, typed, wrong, reasonError }));
    };
    if (reason.length < 2) return again(new Set());
    try {
      const paper = await keep(typedPaper(paperTypes[form.type], typed) as never, { by: staff, reason });
      return reply.redirect(`/clerk/papers/${paper.id}`, 303);
    } catch (error) {
      if (!isAppError(error) || error.code !== 'paper-malformed') throw error;
      return again(wrongFields(error.extra));
    }
  };

  const issuable = (name: string): PaperName => {
    if (isPaperName(name) && issues().includes(name)) return name;
    throw refused('not-found', 'There is nothing at this address.', { status: 404 });
  };

  site.app.get('/clerk/issue/:type', { schema: { params: TypePath } }, async (request, reply) => {
    const { context } = await requireStaff(request, reply);
    const type = issuable(request.params.type);
    const form = { type, action: `/clerk/issue/${type}`, typed: {}, wrong: new Set<string>() };
    return show(request, reply, paperTypes[type].name[0], issuePage(context, form));
  });

  site.app.post(
    '/clerk/issue/:type',
    { schema: { params: TypePath, body: TypedBody }, preHandler },
    async (request, reply) => {
      const type = issuable(request.params.type);
      const form = { type, action: `/clerk/issue/${type}` };
      return takeForm(request, reply, form, (data, order) => office.issue(type, data, order));
    },
  );

  site.app.get('/clerk/papers/:id/supersede', { schema: { params: PaperPath } }, async (request, reply) => {
    const { context, staff } = await requireStaff(request, reply);
    requireRole(staff, 'supersede');
    const { id, type, number, document } = await found(request.params.id);
    const typed = asTyped(paperTypes[type], await disclosedClaims(document));
    const action = `/clerk/papers/${id}/supersede`;
    const form = { type, action, replaces: number, typed, wrong: new Set<string>() };
    return show(request, reply, number, issuePage(context, form));
  });

  site.app.post(
    '/clerk/papers/:id/supersede',
    { schema: { params: PaperPath, body: TypedBody }, preHandler },
    async (request, reply) => {
      const { id, type, number } = await found(request.params.id);
      const form = { type, action: `/clerk/papers/${id}/supersede`, replaces: number };
      return takeForm(request, reply, form, (data, order) => office.supersede(id, type, data, order));
    },
  );

  registerOfficeApi(site.app, {
    office,
    mayIssue: (type) => issues().includes(type),
    guard: site.requireOwnPage,
    staffOf: async (request, reply) => {
      // The API is for who works at the desk in this browser; it has no session of its own.
      const desk = deskOf(await site.session(request, reply));
      return desk && staffOf(desk);
    },
  });
};

/** The fields that a refusal's faults are about. */
const wrongFields = (extra: Readonly<Record<string, unknown>> | undefined): Set<string> => {
  const faults = (extra?.['faults'] ?? []) as { path: string; message: string }[];
  return new Set(faults.map(({ path, message }) => path.split('/')[1] ?? /(\w+)$/.exec(message)?.[1] ?? ''));
};
