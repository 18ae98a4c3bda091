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

function counts(rows: readonly { name: string; count: number }[]): Record<string, number> {
  return Object.fromEntries(rows.map((row) => [row.name, row.count]));
}

/** The catalogue for everybody, and numbers for the operators' console. */
export function registerPublic(edge: Edge): void {
  const { app, domain, database } = edge;

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
        database.query<{ name: string; count: number }>(
          'SELECT state AS name, count(*)::int AS count FROM consent GROUP BY state',
        ),
        database.query<{ name: string; count: number }>(
          `SELECT coalesce(o.outcome, CASE a.decision WHEN 'refused' THEN 'refused' ELSE 'pending' END) AS name,
             count(*)::int AS count
           FROM access_record a LEFT JOIN access_outcome o ON o.access_id = a.id GROUP BY 1`,
        ),
        edge.outbox.backlog(),
      ]);
      return {
        consents: counts(consents),
        accesses: counts(accesses),
        outbox: backlog,
        catalogueVersion: domain.catalogue.version,
      };
    },
  );
}
