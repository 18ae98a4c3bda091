import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type Provider from 'oidc-provider';
import { refused } from '../errors/index.ts';
import { problemOf } from '../http/problem.ts';
import { useTemporaryUnavailability } from './temporarily-unavailable.ts';

/**
 * Serves oidc-provider's addresses from Fastify, so that its rate limits, headers and request ids hold for them too:
 * bodies stay unread for the provider, and the answer is its own. The provider's addresses are the issuer's by
 * configuration: what a caller says in Host or forwarding headers is overwritten before one can be built from it.
 */
export function mountProvider(app: FastifyInstance, provider: Provider, paths: readonly string[]): void {
  const issuer = new URL(provider.issuer);
  provider.proxy = true; // believes the headers below, which nobody but us writes
  // Also on our own pages: they ask the provider about the interaction with the same request.
  app.addHook('onRequest', (request, _reply, done) => {
    const { headers } = request.raw;
    headers.host = issuer.host;
    headers['x-forwarded-proto'] = issuer.protocol.slice(0, -1);
    delete headers['x-forwarded-host'];
    // Who called is Fastify's to know, by the proxies that it trusts.
    headers['x-forwarded-for'] = request.ip;
    done();
  });
  provider.use(async (ctx, next) => {
    await next();
    if (ctx.status !== 404 || (ctx.body !== undefined && ctx.body !== null)) return;
    const error = refused('not-found', 'There is nothing at this address for this method.', { status: 404 });
    ctx.status = 404;
    ctx.body = JSON.stringify(problemOf(error, String(ctx.res.getHeader('x-request-id') ?? '')));
    ctx.type = 'application/problem+json';
  });
  useTemporaryUnavailability(provider);
  const handle = provider.callback();
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    for (const url of paths) {
      scope.all(url, { schema: { hide: true } }, async (request, reply) => {
        const raw = request.raw as IncomingMessage & { originalUrl?: string };
        raw.originalUrl ??= raw.url ?? '/';
        reply.hijack();
        await handle(raw, reply.raw);
      });
    }
  });
}
