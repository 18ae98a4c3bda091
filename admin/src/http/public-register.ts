import { refused, retryable } from '@xinlu/common/errors';
import type { AppInstance } from '@xinlu/common/http';
import { Type } from 'typebox';
import type { RegisterStore } from '../domain/store.ts';
import { listQuery } from './list.ts';
import { presentVersion } from './present.ts';

const JWS = 'application/jose';

/** What everybody may read: the signed snapshots and the chain they form. */
export function registerPublicRegister(app: AppInstance, store: RegisterStore): void {
  app.get(
    '/register/snapshot',
    { schema: { summary: 'The newest version of the register, compact JWS (typ xinlu-register+jwt)' } },
    async (request, reply) => {
      const latest = await store.latestVersion();
      if (latest === undefined) throw retryable('register-empty', 'The register has not been founded yet.');
      const etag = `"${latest.version}"`;
      reply
        .header('etag', etag)
        .header('cache-control', 'no-cache')
        .header('access-control-allow-origin', '*');
      if (request.headers['if-none-match'] === etag) return reply.code(304).send();
      return reply.type(JWS).send(latest.snapshotJws);
    },
  );

  app.get(
    '/register/versions',
    {
      schema: {
        summary: 'All versions, newest first: hash chain, commitment with its salt, place in the log',
        querystring: Type.Object(listQuery),
      },
    },
    async (request, reply) => {
      const { rows, total } = await store.versions({ ...request.query, descending: true });
      reply.header('cache-control', 'no-cache').header('access-control-allow-origin', '*');
      return { items: rows.map(presentVersion), total };
    },
  );

  app.get(
    '/register/versions/:version',
    {
      schema: {
        summary: 'One version as it was signed, compact JWS',
        params: Type.Object({ version: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }) }),
      },
    },
    async (request, reply) => {
      const found = await store.version(request.params.version);
      if (found === undefined)
        throw refused('version-unknown', 'The register has no such version.', { status: 404 });
      return reply
        .header('cache-control', 'public, max-age=31536000, immutable')
        .header('access-control-allow-origin', '*')
        .type(JWS)
        .send(found.snapshotJws);
    },
  );
}
