import cookie from '@fastify/cookie';
import formbody from '@fastify/formbody';
import fastifyStatic from '@fastify/static';
import fastify from 'fastify';
import { assetFolder, uswdsFolder } from '../../src/http/assets.ts';
import { registerLanguage } from '../../src/i18n/index.ts';
import { samples } from './samples.ts';

/** Serves the samples on a free port of 127.0.0.1, under a policy as strict as the services' own. */
export async function serveGallery(): Promise<{ url: string; close(): Promise<void> }> {
  const app = fastify();
  await app.register(cookie);
  await app.register(formbody);
  registerLanguage(app, { secure: false });
  await app.register(fastifyStatic, { root: uswdsFolder, prefix: '/assets/uswds/' });
  await app.register(fastifyStatic, { root: assetFolder, prefix: '/assets/', decorateReply: false });
  for (const [name, sample] of Object.entries(samples)) {
    app.get(`/${name}`, async (request, reply) =>
      reply
        .header(
          'content-security-policy',
          "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'",
        )
        .type('text/html; charset=utf-8')
        .send(sample(request.lang)),
    );
  }
  return { url: await app.listen({ host: '127.0.0.1', port: 0 }), close: () => app.close() };
}
