import { Type } from 'typebox';
import { cataloguePage } from '../pages/catalogue.ts';
import { pageContext } from '../pages/context.ts';
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

/** The catalogue for everybody, and numbers for the operators' console. */
export function registerPublic(edge: Edge): void {
  const { app, domain } = edge;

  app.get('/catalogue', { schema: { hide: true } }, async (request, reply) => {
    const session = await edge.sessions.of(request, reply);
    const context = pageContext(request, {
      catalogue: domain.catalogue,
      register: domain.register(),
      demo: edge.demo,
      csrfToken: session.csrfToken,
      loggedIn: session.data.account !== undefined,
    });
    return reply.type('text/html').send(cataloguePage(context));
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
