import { readFileSync } from 'node:fs';
import { refused } from '@xinlu/common/errors';
import { type Lang, languageOf } from '@xinlu/common/i18n';
import { html, pageHeading, type Service, waiting } from '@xinlu/common/page';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Country } from '../../country/country.ts';
import { openSite, type Site } from '../../site.ts';
import { deskPage } from './desk-page.ts';
import {
  type CardReader,
  failure,
  LastError,
  openCardReader,
  ReturnCode,
  type SignatureAnswer,
} from './reader.ts';
import { cardAgentWords } from './words.ts';

const popupScript = readFileSync(new URL('../../../assets/card-popup.js', import.meta.url));

const SignBody = Type.Object({
  origin: Type.String({ maxLength: 300 }),
  request: Type.String({ maxLength: 20_000 }),
});
const ReaderBody = Type.Object({
  card: Type.Optional(Type.Union([Type.String({ maxLength: 64 }), Type.Null()])),
  _csrf: Type.Optional(Type.String()),
});
const CardPath = Type.Object({ card: Type.String({ maxLength: 64 }) });

/** What a page sends after `getTbs`; HiPKI's own field names. */
const MakeSignature = Compile(
  Type.Object({
    func: Type.Literal('MakeSignature'),
    tbs: Type.String({ maxLength: 8192 }),
    tbsEncoding: Type.Union([Type.Literal('NONE'), Type.Literal('base64')]),
    hashAlgorithm: Type.Literal('SHA256'),
    pin: Type.String({ maxLength: 32 }),
    signatureType: Type.Union([Type.Literal('PKCS1'), Type.Literal('PKCS7')]),
  }),
);

const service = (lang: Lang): Service => {
  const t = cardAgentWords(lang);
  return {
    name: t('service'),
    organisation: { name: t('agency'), mark: '卡', theme: 'agency' },
    about: t('about'),
  };
};

/** What the component answers to a page's request: the checks in their order, then the card. */
export const answerRequest = (
  reader: CardReader,
  trustedOrigins: readonly string[],
  claimed: { origin: string; request: string },
): SignatureAnswer => {
  if (!trustedOrigins.includes(claimed.origin)) return failure(ReturnCode.siteNotTrusted);
  let request: unknown;
  try {
    request = JSON.parse(claimed.request);
  } catch {
    return failure(ReturnCode.malformedJson);
  }
  const named =
    typeof request === 'object' && request !== null && 'func' in request ? request.func : undefined;
  if (named !== 'MakeSignature') return failure(ReturnCode.unknownFunction);
  return MakeSignature.Check(request) ? reader.makeSignature(request) : failure(ReturnCode.wrongParameter);
};

/** The reasons of a failure in words, by `ret_code` and where it matters `ret_code/last_error`. */
const popupWords = (lang: Lang) => {
  const t = cardAgentWords(lang);
  return {
    signing: t('popup-signing'),
    failed: t('popup-failed'),
    noOpener: t('popup-no-opener'),
    silence: t('popup-silence'),
    reasons: {
      [ReturnCode.noCard]: t('no-card'),
      [ReturnCode.noPin]: t('no-pin'),
      [ReturnCode.siteNotTrusted]: t('site-not-trusted'),
      [`${ReturnCode.loginFailed}/${LastError.pinIncorrect}`]: t('pin-wrong'),
      [`${ReturnCode.loginFailed}/${LastError.pinLocked}`]: t('pin-locked'),
    },
  };
};

/**
 * The demo's stand-in for the HiPKI component: the popup protocol that real cards speak, over soft cards, and a page for
 * the reader on the desk. It signs for the identity provider alone.
 */
export const buildCardAgent = async (country: Country): Promise<Site<object>> => {
  const site = await openSite<object>(country, {
    id: 'card-agent',
    url: country.services.cardAgentUrl,
    service,
  });
  const { app } = site;
  const reader = openCardReader(country.files, country.clock);
  const trustedOrigins = [new URL(country.services.idpIssuer).origin];

  app.get('/', async (request, reply) => {
    const lang = languageOf(request);
    const session = await site.session(request, reply);
    return site.show(request, reply, {
      title: cardAgentWords(lang)('title'),
      width: 'wide',
      body: deskPage({
        lang,
        cards: reader.cards(),
        inserted: reader.inserted(),
        trustedOrigin: trustedOrigins.join(' '),
        csrfToken: session.csrfToken,
      }),
    });
  });

  app.get('/popupForm', async (request, reply) => {
    const lang = languageOf(request);
    const t = cardAgentWords(lang);
    // The window must keep its opener, or it could not hand the signature back.
    reply.header('cross-origin-opener-policy', 'unsafe-none');
    return site.show(request, reply, {
      title: t('popup-title'),
      url: false,
      scripts: ['/popup.js'],
      data: { words: popupWords(lang) },
      body: html`${pageHeading({ title: t('popup-title') })}<div id="status" aria-live="polite">${waiting(t('popup-waiting'))}</div>`,
    });
  });

  app.get('/popup.js', async (_request, reply) =>
    reply.type('text/javascript; charset=utf-8').send(popupScript),
  );

  app.post('/sign', { schema: { body: SignBody }, preHandler: site.requireOwnPage }, async (request) =>
    answerRequest(reader, trustedOrigins, request.body),
  );

  app.get('/reader', async () => ({
    card: reader.inserted() ?? null,
    cards: reader.cards().map(({ id, name, kind, triesLeft }) => ({ id, name, kind, triesLeft })),
  }));

  app.post(
    '/reader',
    { schema: { body: ReaderBody }, preHandler: site.requireOwnPage },
    async (request, reply) => {
      const wanted = request.body.card;
      const card = wanted === '' || wanted === null ? undefined : wanted;
      if (!reader.insert(card)) throw refused('card-unknown', 'There is no such card.', { status: 404 });
      return afterChange(request.headers['content-type'], reply, { card: card ?? null });
    },
  );

  app.post(
    '/cards/:card/unlock',
    { schema: { params: CardPath }, preHandler: site.requireOwnPage },
    async (request, reply) => {
      reader.unlock(request.params.card);
      return afterChange(request.headers['content-type'], reply, { card: request.params.card });
    },
  );

  return site;
};

/** A form goes back to the desk, a script gets the state. */
const afterChange = (
  contentType: string | undefined,
  reply: { redirect(to: string, code: number): unknown; send(body: unknown): unknown },
  state: object,
): unknown => (contentType?.startsWith('application/json') ? reply.send(state) : reply.redirect('/', 303));
