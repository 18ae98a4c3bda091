import { refused } from '@xinlu/common/errors';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { cataloguePage } from '../pages/catalogue.ts';
import { pageContext } from '../pages/context.ts';
import { personalDataFilesPage } from '../pages/personal-data-files.ts';
import type { Edge } from './deps.ts';

const Counts = Type.Record(Type.String(), Type.Integer());
const Stats = Type.Object({
  consents: Counts,
  accesses: Counts,
  outbox: Type.Array(
    Type.Object({ queue: Type.String(), waiting: Type.Integer(), oldestSeconds: Type.Integer() }),
  ),
  catalogueVersion: Type.String(),
});

const Version = Type.Object({
  kind: Type.Union([Type.Literal('datasets'), Type.Literal('purposes')]),
  id: Type.String({ pattern: '^[a-z0-9.-]{2,100}$' }),
  version: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
});

/** The catalogue for everybody, and numbers for the operators' console. */
export function registerPublic(edge: Edge): void {
  const { app, domain } = edge;

  async function reader(request: FastifyRequest, reply: FastifyReply) {
    const session = await edge.sessions.of(request, reply);
    return pageContext(request, {
      catalogue: domain.catalogue,
      register: domain.register(),
      demo: edge.demo,
      csrfToken: session.csrfToken,
      loggedIn: session.data.account !== undefined,
    });
  }

  app.get('/catalogue', { schema: { hide: true } }, async (request, reply) =>
    reply.type('text/html').send(cataloguePage(await reader(request, reply))),
  );

  app.get('/personal-data-files', { schema: { hide: true } }, async (request, reply) =>
    reply.type('text/html').send(personalDataFilesPage(await reader(request, reply))),
  );

  app.get('/catalogue/:kind/:id/:version', { schema: { params: Version } }, async (request, reply) => {
    const { kind, id, version } = request.params;
    const item = await edge.history.version(kind === 'datasets' ? 'dataset' : 'purpose', id, version);
    if (item === undefined) {
      throw refused('version-unknown', 'The catalogue never had this version.', { status: 404 });
    }
    return reply.header('cache-control', 'public, max-age=86400, immutable').send(item);
  });

  app.get('/catalogue.json', async (_request, reply) =>
    reply.header('cache-control', 'public, max-age=60').send({
      version: domain.catalogue.version,
      datasets: [...domain.catalogue.datasets.values()],
      purposes: [...domain.catalogue.purposes.values()],
    }),
  );

  app.get(
    '/stats',
    { schema: { response: { 200: Stats } }, preHandler: edge.signed.requireSigned('register') },
    async () => {
      const [consents, accesses, backlog] = await Promise.all([
        domain.consents.countByState(),
        domain.accesses.countByOutcome(),
        edge.outbox.backlog(),
      ]);
      return {
        consents,
        accesses,
        outbox: backlog,
        catalogueVersion: domain.catalogue.version,
      };
    },
  );
}
