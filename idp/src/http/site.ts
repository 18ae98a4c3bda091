import { type AppInstance, cspNonce, type Problem } from '@xinlu/common/http';
import { languageOf } from '@xinlu/common/i18n';
import { type ErrorPageKind, errorPage, type PageOptions, page } from '@xinlu/common/page';
import type { Sessions } from '@xinlu/common/sessions';
import type { Acr } from '@xinlu/common/wire';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Lang, type Texts, texts } from '../locales/index.ts';
import { problemText } from '../pages/problem-texts.ts';
import { serviceOf } from '../pages/service.ts';

/** What the identity provider keeps of a browser: which login it made, the path of the place where, and what is under way. */
export type BrowserState = {
  loginId: string;
  madeAt: string;
  second: { loginId: string; passkeyId: string; acr: Acr; at: number };
  /** The passkey login at which she said that her others are lost. */
  othersLostFor: string;
  /** Where to go on after signing in for no organisation; her account unless told. */
  after: '/counter' | `/confirm/${string}`;
  /** Who the clerk at this desk confirmed to be. */
  clerkSelf: { loginId: string; personId: string; at: number };
  /** The enrolment at a counter whose code was redeemed here. */
  counterEnrolment: string;
};

export type Content = Omit<PageOptions, 'lang' | 'service' | 'nonce' | 'demo'>;

export type Site = {
  app: AppInstance;
  sessions: Sessions<BrowserState>;
  demo: boolean;
};

export const wordsFor = (request: FastifyRequest): { lang: Lang; t: Texts } => {
  const lang = languageOf(request);
  return { lang, t: texts(lang) };
};

/** Sends one of our pages; never cached, since it is made for one person. */
export function show(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  content: Content,
): FastifyReply {
  const { lang, t } = wordsFor(request);
  const document = page({
    lang,
    service: serviceOf(t),
    nonce: cspNonce(reply),
    demo: site.demo,
    url: request.url,
    ...content,
  });
  return reply.header('cache-control', 'no-store').type('text/html; charset=utf-8').send(document);
}

const kindOf = (status: number): ErrorPageKind => {
  if (status === 404) return 'not-found';
  if (status === 429 || status === 502 || status === 503) return 'retryable';
  return status < 500 ? 'refused' : 'fatal';
};

/** The page for whatever was refused on the way to a page. */
export function problemPage(problem: Problem, request: FastifyRequest, demo: boolean): string {
  const { lang, t } = wordsFor(request);
  return errorPage({
    lang,
    service: serviceOf(t),
    kind: kindOf(problem.status),
    message: problemText(t, problem.code),
    requestId: problem.instance.split(':').at(-1),
    demo,
    // Only what was asked by GET can be asked again in another language.
    url: request.method === 'GET' ? request.url : false,
  });
}
