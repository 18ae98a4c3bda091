import { isAppError, refused } from '@xinlu/common/errors';
import type { Problem } from '@xinlu/common/http';
import { type Lang, languageOf } from '@xinlu/common/i18n';
import { loadKeys } from '@xinlu/common/keys';
import type { Service } from '@xinlu/common/page';
import {
  createLedgerClient,
  type LedgerClient,
  type OfficePaper,
  printPaper,
  registerOfficePublic,
} from '@xinlu/issuer-kit';
import { disclosedClaims, type PaperName, paperTypes } from '@xinlu/verifier';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Country } from '../../country/country.ts';
import { type LoginSession, openLoginSite, registerLogin } from '../../login.ts';
import { explainLogin } from '../../login-words.ts';
import { openSeal } from '../../seed/seals.ts';
import type { Explanation, Site } from '../../site.ts';
import { type DeskSession, registerDesk } from '../office-desk/desk.ts';
import { openTitleClaims } from './claims.ts';
import { ISSUER, type LandOffice, onlineDesk, openLandOffice } from './office.ts';
import { deedsPage, type EvidenceState, homePage } from './pages.ts';
import { type TitleDeed, titleByNumber } from './titles.ts';
import { landOfficeWords } from './words.ts';

const NumberBody = Type.Object({
  _csrf: Type.Optional(Type.String()),
  number: Type.String({ maxLength: 60 }),
});
const DeedPath = Type.Object({ id: Type.String({ format: 'uuid' }) });
const FingerprintPath = Type.Object({ fingerprint: Type.String({ pattern: '^[\\w-]{43}$' }) });

type OfficeSession = LoginSession & DeskSession;

const RELOAD_SECONDS = 3;

const service = (lang: Lang): Service => {
  const t = landOfficeWords(lang);
  return { name: t('service'), organisation: { name: t('agency'), mark: '地', theme: 'land' } };
};

const explain = (problem: Problem, lang: Lang): Explanation | undefined => {
  const t = landOfficeWords(lang);
  return problem.code === 'not-final'
    ? { title: t('not-final-title'), message: t('not-final') }
    : explainLogin(problem, lang);
};

const overTheDesk = ['mortgage-certificate'] as const;

const isEntitled = (country: Country, type: PaperName): boolean =>
  country.register().activeParticipant(ISSUER)?.issuer?.credentialTypes.includes(paperTypes[type].vct) ===
  true;

/** What a download is called, by the rule of the file's format. */
const FILE_NAME = 'deed.xinlu.json';
const PDF_NAME = 'deed.pdf';

/** The land office: issues title deeds to their owners, other papers over its desk, and publishes the status list. */
export const buildLandOffice = async (
  country: Country,
  given: { ledger?: LedgerClient } = {},
): Promise<Site<OfficeSession> & LandOffice> => {
  const url = country.addresses.url('land-office');
  const keys = await loadKeys(country.files.key(ISSUER));
  const ledger = given.ledger ?? createLedgerClient({ url: country.services.ledgerUrl, keys });
  const landOffice = await openLandOffice(country, { keys, ledger });
  const { office } = landOffice;
  const claims = openTitleClaims(country);
  const seal = openSeal(country.files, ISSUER);
  const site = await openLoginSite<OfficeSession>(country, { id: ISSUER, url, service, explain });
  const login = registerLogin(country, site, {
    clientId: ISSUER,
    keys,
    minimumAcr: 'substantial',
    after: '/deeds',
  });
  const preHandler = site.sessions.requireCsrf;

  const evidenceOf = async (deed: OfficePaper): Promise<EvidenceState> => {
    if (deed.entryId === undefined) return 'waiting';
    try {
      return (await ledger.evidence(deed.entryId))?.state ?? 'accepted';
    } catch (error) {
      // While the ledger is away the page says what is certain: it took the entry.
      if (!isAppError(error) || error.kind !== 'retryable') throw error;
      return 'accepted';
    }
  };

  const showDeeds = async (
    request: FastifyRequest,
    reply: FastifyReply,
    claim: { typed: string; error?: string },
  ) => {
    const { user, session } = await login.requireUser(request, reply);
    const lang = languageOf(request);
    const mine = await office.list({ subject: user.subject, type: 'land-title-deed' });
    const shown = await Promise.all(
      mine.map(async (deed) => ({
        deed,
        title: (await disclosedClaims(deed.document)) as unknown as TitleDeed,
        evidence: await evidenceOf(deed),
        last: (await office.events(deed.id)).at(-1),
      })),
    );
    const inForce = mine.filter(({ status }) => status === 'valid' || status === 'suspended');
    const open = (await claims.of(user.subject)).flatMap((number) => {
      const title = inForce.some((deed) => deed.number === number) ? undefined : titleByNumber(number);
      return title ? [title] : [];
    });
    const t = landOfficeWords(lang);
    const settled = shown.every(({ evidence }) => evidence === 'final');
    return site.show(request, reply, {
      title: t('deeds-title'),
      nav: navigation(lang, 'deeds'),
      url: request.method === 'GET' ? request.url : false,
      body: deedsPage(
        { lang, csrfToken: session.csrfToken },
        {
          deeds: shown,
          open,
          verifierUrl: country.addresses.url('verifier'),
          claim: settled ? claim : undefined,
        },
      ),
      ...login.menu(session, reply),
      ...(settled ? {} : { refreshSeconds: RELOAD_SECONDS }),
    });
  };

  const navigation = (lang: Lang, current: 'deeds' | 'clerk' | undefined) => {
    const t = landOfficeWords(lang);
    return [
      { href: '/deeds', text: t('nav-deeds'), current: current === 'deeds' },
      { href: '/clerk', text: t('nav-clerk'), current: current === 'clerk' },
    ];
  };

  site.app.get('/', async (request, reply) => {
    const lang = languageOf(request);
    const session = await site.session(request, reply);
    return site.show(request, reply, {
      title: landOfficeWords(lang)('title'),
      nav: navigation(lang, undefined),
      body: homePage(
        { lang },
        {
          signedIn: login.userOf(session) !== undefined,
          trustListUrl: `${country.services.ledgerUrl}/trust.json`,
        },
      ),
      ...login.menu(session, reply),
    });
  });

  site.app.get('/deeds', async (request, reply) => {
    const session = await site.session(request, reply);
    if (login.userOf(session) === undefined) return reply.redirect('/', 303);
    return showDeeds(request, reply, { typed: '' });
  });

  site.app.post('/claims', { schema: { body: NumberBody }, preHandler }, async (request, reply) => {
    const { user } = await login.requireUser(request, reply);
    const t = landOfficeWords(languageOf(request));
    const typed = request.body.number.trim();
    const fault = (error: string) => {
      reply.code(422);
      return showDeeds(request, reply, { typed, error });
    };
    if (typed === '') return fault(t('claim-missing'));
    const title = titleByNumber(typed);
    if (title === undefined || title.owner_name !== user.name) return fault(t('claim-wrong'));
    try {
      await claims.claim(user.subject, title.deed_number);
    } catch (error) {
      if (!isAppError(error) || error.code !== 'title-claimed') throw error;
      return fault(t('claim-taken'));
    }
    return reply.redirect('/deeds', 303);
  });

  site.app.post('/deeds', { schema: { body: NumberBody }, preHandler }, async (request, reply) => {
    const { user } = await login.requireUser(request, reply);
    const title = titleByNumber(request.body.number);
    const claimed = await claims.of(user.subject);
    if (title === undefined || !claimed.includes(title.deed_number))
      throw refused('title-not-claimed', 'This title has not been claimed by you.', { status: 403 });
    await office.issue('land-title-deed', title, {
      by: onlineDesk,
      reason: '所有權人線上申領',
      subject: user.subject,
    });
    return reply.redirect('/deeds', 303);
  });

  /** A deed of the visitor's own, as its file. */
  const ownFile = async (request: FastifyRequest, reply: FastifyReply, id: string) => {
    const { user } = await login.requireUser(request, reply);
    const deed = await office.byId(id);
    if (deed === undefined || deed.subject !== user.subject)
      throw refused('not-found', 'There is nothing at this address.', { status: 404 });
    return office.file(deed);
  };

  const print = (file: string) =>
    printPaper(file, { verifier: `${country.addresses.url('verifier')}/`, seal, at: country.clock.now() });

  const download = (reply: FastifyReply, name: string, type: string, content: string | Uint8Array) =>
    reply
      .type(type)
      .header('cache-control', 'no-store')
      .header('content-disposition', `attachment; filename="${name}"`)
      .send(typeof content === 'string' ? content : Buffer.from(content));

  site.app.get(`/deeds/:id/${FILE_NAME}`, { schema: { params: DeedPath } }, async (request, reply) =>
    download(reply, FILE_NAME, 'application/json', await ownFile(request, reply, request.params.id)),
  );

  site.app.get(`/deeds/:id/${PDF_NAME}`, { schema: { params: DeedPath } }, async (request, reply) => {
    const file = await ownFile(request, reply, request.params.id);
    return download(reply, PDF_NAME, 'application/pdf', await print(file));
  });

  registerOfficePublic(site.app, { office, types: ['land-title-deed', 'mortgage-certificate'] });
  site.app.get(
    '/papers/:fingerprint/paper.pdf',
    { schema: { params: FingerprintPath } },
    async (request, reply) => {
      const paper = await office.byFingerprint(request.params.fingerprint);
      if (!paper) throw refused('not-found', 'There is nothing at this address.', { status: 404 });
      return download(reply, 'paper.pdf', 'application/pdf', await print(await office.file(paper)));
    },
  );
  registerDesk(site, {
    office,
    ledger,
    // A register of before these papers does not entitle the office to them; an operator can admit them.
    issues: () => overTheDesk.filter((type) => isEntitled(country, type)),
    frame: (request) => ({ nav: navigation(languageOf(request), 'clerk') }),
  });

  return { ...site, ...landOffice };
};
