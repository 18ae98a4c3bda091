import { isAppError, refused } from '@xinlu/common/errors';
import type { Problem } from '@xinlu/common/http';
import { type Lang, languageOf } from '@xinlu/common/i18n';
import { loadKeys } from '@xinlu/common/keys';
import type { Service } from '@xinlu/common/page';
import { composePaper, createLedgerClient, type LedgerClient } from '@xinlu/issuer-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Country } from '../../country/country.ts';
import { type LoginSession, openLoginSite, registerLogin } from '../../login.ts';
import { explainLogin } from '../../login-words.ts';
import type { Explanation, Site } from '../../site.ts';
import { type Deed, type Deeds, ISSUER, openDeeds } from './deeds.ts';
import { clerkPage, deedsPage, type EvidenceState, homePage } from './pages.ts';
import { type TitleDeed, titleByNumber } from './titles.ts';
import { landOfficeWords } from './words.ts';

const NumberBody = Type.Object({
  _csrf: Type.Optional(Type.String()),
  number: Type.String({ maxLength: 60 }),
});
const EmptyBody = Type.Object({ _csrf: Type.Optional(Type.String()) });
const DeedPath = Type.Object({ id: Type.String({ format: 'uuid' }) });

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

const titleOf = (deed: Deed): TitleDeed => {
  const title = titleByNumber(deed.deedNumber);
  if (title === undefined) throw new Error(`deed ${deed.id} is of a title that does not exist`);
  return title;
};

/** What a download is called, by the rule of the file's format. */
const FILE_NAME = 'deed.xinlu.json';

/** The land office: issues title deeds to their owners, revokes them, and publishes the status list. */
export const buildLandOffice = async (
  country: Country,
  given: { ledger?: LedgerClient } = {},
): Promise<Site<LoginSession> & { deeds: Deeds }> => {
  const url = country.addresses.url('land-office');
  const keys = await loadKeys(country.files.key(ISSUER));
  const ledger = given.ledger ?? createLedgerClient({ url: country.services.ledgerUrl, keys });
  const statusUri = `${url}/status-lists/1`;
  const deeds = openDeeds(country, { keys, ledger, statusUri });
  const site = await openLoginSite<LoginSession>(country, { id: ISSUER, url, service, explain });
  const login = registerLogin(country, site, {
    clientId: ISSUER,
    keys,
    minimumAcr: 'substantial',
    after: '/deeds',
  });
  const preHandler = site.sessions.requireCsrf;

  const evidenceOf = async (deed: Deed): Promise<EvidenceState> => {
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
    const mine = await deeds.of(user.subject);
    const shown = await Promise.all(
      mine.map(async (deed) => ({ deed, title: titleOf(deed), evidence: await evidenceOf(deed) })),
    );
    const valid = new Set(mine.filter(({ revokedAt }) => !revokedAt).map(({ deedNumber }) => deedNumber));
    const open = (await deeds.claimed(user.subject)).flatMap((number) => {
      const title = valid.has(number) ? undefined : titleByNumber(number);
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
      await deeds.claim(user.subject, title.deed_number);
    } catch (error) {
      if (!isAppError(error) || error.code !== 'title-claimed') throw error;
      return fault(t('claim-taken'));
    }
    return reply.redirect('/deeds', 303);
  });

  site.app.post('/deeds', { schema: { body: NumberBody }, preHandler }, async (request, reply) => {
    const { user } = await login.requireUser(request, reply);
    const title = titleByNumber(request.body.number);
    const claimed = await deeds.claimed(user.subject);
    if (title === undefined || !claimed.includes(title.deed_number))
      throw refused('title-not-claimed', 'This title has not been claimed by you.', { status: 403 });
    await deeds.issue(user.subject, title);
    return reply.redirect('/deeds', 303);
  });

  site.app.get(`/deeds/:id/${FILE_NAME}`, { schema: { params: DeedPath } }, async (request, reply) => {
    const { user } = await login.requireUser(request, reply);
    const deed = await deeds.byId(request.params.id);
    if (deed === undefined || deed.subject !== user.subject)
      throw refused('not-found', 'There is nothing at this address.', { status: 404 });
    const { entryId, document, salt } = deed;
    if (entryId === undefined)
      throw refused('not-final', 'The anchor of this document is not final yet.', { status: 409 });
    const paper = await composePaper(
      ledger,
      { kind: 'credential', document, salt, entryId },
      { status: await deeds.statusList(), final: true },
    );
    return reply
      .type('application/json')
      .header('cache-control', 'no-store')
      .header('content-disposition', `attachment; filename="${FILE_NAME}"`)
      .send(paper);
  });

  site.app.get('/status-lists/1', async (_request, reply) =>
    reply
      .type('application/statuslist+jwt')
      .header('cache-control', 'no-cache')
      .send(await deeds.statusList()),
  );

  site.app.get('/clerk', async (request, reply) => {
    const lang = languageOf(request);
    const session = await site.session(request, reply);
    const all = await deeds.all();
    return site.show(request, reply, {
      title: landOfficeWords(lang)('clerk-title'),
      nav: navigation(lang, 'clerk'),
      width: 'wide',
      body: clerkPage(
        { lang, csrfToken: session.csrfToken },
        all.map((deed) => ({ deed, title: titleOf(deed) })),
      ),
    });
  });

  site.app.post(
    '/clerk/deeds/:id/revoke',
    { schema: { params: DeedPath, body: EmptyBody }, preHandler },
    async (request, reply) => {
      await deeds.revoke(request.params.id);
      return reply.redirect('/clerk', 303);
    },
  );

  return { ...site, deeds };
};
