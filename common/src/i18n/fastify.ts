import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Lang } from './language.ts';
import { chosenLanguage, LANGUAGE_COOKIE, languageOf } from './language.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The reader's language on this request. */
    readonly lang: Lang;
  }
}

const ONE_YEAR_SECONDS = 31_536_000;

/**
 * Gives every request its `lang`, and keeps a choice made by `?lang=` in a cookie. Needs `@fastify/cookie` registered
 * before it. The cookie tells a language and nothing else, so it is neither signed nor hidden from scripts.
 */
export function registerLanguage(app: FastifyInstance, options: { secure: boolean }): void {
  // Read when a page asks for it; most requests are for no page.
  app.decorateRequest('lang', {
    getter(this: FastifyRequest) {
      return languageOf(this);
    },
  });
  app.addHook('onRequest', (request: FastifyRequest, reply: FastifyReply, done: () => void) => {
    const chosen = chosenLanguage(request);
    if (chosen !== undefined && request.cookies[LANGUAGE_COOKIE] !== chosen) {
      reply.setCookie(LANGUAGE_COOKIE, chosen, {
        path: '/',
        sameSite: 'lax',
        secure: options.secure,
        maxAge: ONE_YEAR_SECONDS,
      });
    }
    done();
  });
}
