import { Readable } from 'node:stream';
import { registerSignedRequests } from '@xinlu/common/http-signature';
import { STREAM_MEDIA_TYPE } from '@xinlu/common/stream';
import { ConnectorRequest, ConnectorResponse } from '@xinlu/common/wire';
import type { FastifyInstance } from 'fastify';
import type { ConnectorOptions } from './context.ts';
import { compileDatasets } from './dataset.ts';
import { release } from './release.ts';

/**
 * The MyData connector as a Fastify plugin: an agency registers it over its own data, with one function per dataset, and
 * gets `POST /release`. It verifies, filters, signs and encrypts by itself:
 *
 *     await app.register(connector, { participantId: 'household', keys, register, kv, clock, ids, log,
 *       publicUrl, gatewayUrl, releases: openReleaseLog(folder),
 *       datasets: { 'household.members': { fields: { members: schema }, read } } });
 */
export async function connector(app: FastifyInstance, options: ConnectorOptions): Promise<void> {
  const datasets = compileDatasets(options.datasets);
  const { requireSigned, signerOf } = registerSignedRequests(app, {
    register: options.register,
    kv: options.kv,
    clock: options.clock,
    publicUrl: options.publicUrl,
    answerKeys: options.keys,
  });
  app.post<{ Body: ConnectorRequest }>(
    '/release',
    {
      bodyLimit: 262_144,
      config: { signAnswer: true },
      schema: { body: ConnectorRequest, response: { 200: ConnectorResponse } },
      preValidation: requireSigned('broker'),
    },
    async (request, reply) => {
      const context = { ...options, datasets, broker: signerOf(request) };
      const { data, frames } = await release(context, request.body);
      if (frames === undefined) return { data };
      reply.type(STREAM_MEDIA_TYPE);
      return reply.send(Readable.from(frames, { objectMode: false }));
    },
  );
}

export type { ConnectorOptions } from './context.ts';
export type { DatasetSource, ReadRequest } from './dataset.ts';
export { openReleaseLog, type ReleaseEntry, type ReleaseLog, readReleases } from './release-log.ts';
