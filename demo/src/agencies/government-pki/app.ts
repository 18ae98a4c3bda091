import { isAppError, refused } from '@xinlu/common/errors';
import { type Lang, languageOf } from '@xinlu/common/i18n';
import {
  button,
  checkbox,
  code,
  html,
  link,
  pageHeading,
  postForm,
  type Service,
  section,
  select,
  tableResponsive,
} from '@xinlu/common/page';
import { Type } from 'typebox';
import { cardPlans, holderName } from '../../country/cards.ts';
import type { Country } from '../../country/country.ts';
import { readJson } from '../../country/files.ts';
import { type AuthorityId, authorityPlans } from '../../pki/authorities.ts';
import { isOf, type OcspQuestion, ocspRefusal, readOcspQuestion, signOcspAnswer } from '../../pki/ocsp.ts';
import { openAuthority } from '../../pki/open.ts';
import { openRevocationLists } from '../../pki/revocations.ts';
import type { CardRecord } from '../../seed/cards.ts';
import { openSite, type Site } from '../../site.ts';
import { governmentPkiWords } from './words.ts';

const reasons = ['keyCompromise', 'superseded', 'cessation'] as const;

const MOST_OCSP_BYTES = 2000;
/** How long an answer may be kept, in milliseconds; ours are asked for anew. */
const OCSP_LIFETIME = 60_000;

const sameSerial = (one: string, other: string): boolean =>
  one.replace(/^0+(?=.)/, '').toUpperCase() === other;

function questionIn(body: unknown): OcspQuestion | undefined {
  try {
    return Buffer.isBuffer(body) ? readOcspQuestion(body) : undefined;
  } catch (error) {
    if (isAppError(error)) return undefined;
    throw error;
  }
}

const FileName = Type.Object({ file: Type.String({ maxLength: 64 }) });
const RevokeBody = Type.Object({
  card: Type.String({ maxLength: 64 }),
  reason: Type.Optional(Type.Union(reasons.map((reason) => Type.Literal(reason)))),
  /** The list follows at its time; only the responder says so at once. */
  list: Type.Optional(Type.Literal('later')),
  _csrf: Type.Optional(Type.String()),
});

const service = (lang: Lang): Service => {
  const t = governmentPkiWords(lang);
  return {
    name: t('service'),
    organisation: { name: t('agency'), mark: '憑', theme: 'agency' },
    about: t('about'),
  };
};

const authorityOfFile = (file: string, ending: string): AuthorityId => {
  const plan = authorityPlans.find(({ id }) => `${id}${ending}` === file);
  if (!plan) throw refused('not-found', 'There is nothing at this address.', { status: 404 });
  return plan.id;
};

/** Publishes certificates and revocation lists of the demo's authorities; one desk to revoke a demo card. */
export const buildGovernmentPki = async (country: Country): Promise<Site<object>> => {
  const { files } = country;
  const site = await openSite<object>(country, {
    id: 'government-pki',
    url: country.addresses.url('government-pki'),
    service,
  });
  const lists = openRevocationLists(files, country.clock);
  const authorities = authorityPlans.map((plan) => ({ plan, authority: openAuthority(files, plan.id) }));
  const cards = cardPlans.map(({ id }) => readJson<CardRecord>(files.card(id, 'card.json')));
  const isRevoked = (card: CardRecord): boolean =>
    lists.list(card.authority).some(({ serial }) => serial === card.serial);

  site.app.get('/crl/:file', { schema: { params: FileName } }, async (request, reply) =>
    reply
      .type('application/pkix-crl')
      .header('cache-control', 'max-age=5')
      .send(lists.current(authorityOfFile(request.params.file, '.crl'))),
  );

  site.app.addContentTypeParser(
    'application/ocsp-request',
    { parseAs: 'buffer', bodyLimit: MOST_OCSP_BYTES },
    (_request, body, done) => done(null, body),
  );
  site.app.post('/ocsp', { schema: { hide: true } }, async (request, reply) => {
    reply.type('application/ocsp-response').header('cache-control', 'no-store');
    const question = questionIn(request.body);
    if (question === undefined) return reply.send(ocspRefusal('malformedRequest'));
    const asked = authorities.find(({ authority }) => isOf(question, authority.issuer));
    if (asked === undefined) return reply.send(ocspRefusal('unauthorized'));
    const now = country.clock.now();
    return reply.send(
      signOcspAnswer({
        issuer: asked.authority.issuer,
        question,
        revoked: lists.list(asked.plan.id).find(({ serial }) => sameSerial(serial, question.serial)),
        now,
        nextUpdate: new Date(now.getTime() + OCSP_LIFETIME),
      }),
    );
  });

  site.app.get('/certificates/:file', { schema: { params: FileName } }, async (request, reply) =>
    reply
      .type('application/pkix-cert')
      .send(openAuthority(files, authorityOfFile(request.params.file, '.cer')).certificate),
  );

  site.app.post(
    '/revoke',
    { schema: { body: RevokeBody }, preHandler: site.requireOwnPage },
    async (request, reply) => {
      const card = cards.find(({ id }) => id === request.body.card);
      if (!card) throw refused('card-unknown', 'There is no such card.', { status: 404 });
      lists.revoke(
        card.authority,
        { serial: card.serial, reason: request.body.reason ?? 'keyCompromise' },
        { listLater: request.body.list === 'later' },
      );
      return (request.headers['content-type'] ?? '').startsWith('application/json')
        ? reply.send({ card: card.id, serial: card.serial, revoked: true })
        : reply.redirect('/', 303);
    },
  );

  site.app.get('/', async (request, reply) => {
    const lang = languageOf(request);
    const t = governmentPkiWords(lang);
    const { csrfToken } = await site.session(request, reply);
    const table = tableResponsive({
      caption: t('authorities'),
      hideCaption: true,
      columns: [t('authority'), t('fingerprint'), t('revoked-count'), t('files')],
      rows: authorities.map(({ plan, authority }) => [
        plan.title[lang],
        code(authority.fingerprint),
        t('count', { count: lists.list(plan.id).length }),
        html`${link(t('certificate'), `/certificates/${plan.id}.cer`)}<br>${link(t('list'), `/crl/${plan.id}.crl`)}`,
      ]),
    });
    const form = postForm({
      action: '/revoke',
      csrfToken,
      body: html`${select({
        name: 'card',
        label: t('card-label'),
        choices: cards.map((card) => ({
          value: card.id,
          label: `${holderName(card, lang)} ${card.cardNumber}${isRevoked(card) ? `（${t('revoked')}）` : ''}`,
        })),
      })}${select({
        name: 'reason',
        label: t('reason-label'),
        choices: reasons.map((reason) => ({ value: reason, label: t(`reason-${reason}`) })),
      })}${checkbox({ name: 'list', value: 'later', label: t('list-later'), checked: false })}${button(t('revoke'), { kind: 'danger' })}`,
    });
    return site.show(request, reply, {
      title: t('title'),
      width: 'wide',
      body: html`${pageHeading({ title: t('title'), lead: t('lead') })}${section(t('authorities'), table)}${section(t('revoke-title'), html`<p>${t('revoke-body')}</p>${form}`)}`,
    });
  });
  return site;
};
