import fastifyStatic from '@fastify/static';
import { type AppInstance, cspNonce } from '@xinlu/common/http';

/** Serves the console: the page with a fresh CSP nonce each time, its files for ever (their names carry their hash). */
export async function registerConsole(
  app: AppInstance,
  files: { page: string; assets: string; nonceMark: string },
): Promise<void> {
  await app.register(fastifyStatic, {
    root: files.assets,
    prefix: '/console/',
    maxAge: '365d',
    immutable: true,
    preCompressed: true,
    decorateReply: false,
    index: false,
  });
  app.get('/', { schema: { hide: true } }, async (_request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      .send(files.page.replaceAll(files.nonceMark, cspNonce(reply))),
  );
}
