import { type AppError, isAppError, refused } from '@xinlu/common/errors';
import { allowFormAction, type Problem } from '@xinlu/common/http';
import { type Lang, languageOf } from '@xinlu/common/i18n';
import { loadKeys } from '@xinlu/common/keys';
import type { Html, Service } from '@xinlu/common/page';
import type { Session } from '@xinlu/common/sessions';
import { createMyData, type MyData } from '@xinlu/rp-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Country } from '../../country/country.ts';
import { type LoginSession, openLoginSite, registerLogin, type SignedIn } from '../../login.ts';
import { explainLogin } from '../../login-words.ts';
import type { Explanation, Site } from '../../site.ts';
import { type Application, openApplications } from './applications.ts';
import { consentPage, formPage, homePage, resultPage } from './pages.ts';
import type { FormValues, RelyingPartyProfile } from './profile.ts';
import { requestData } from './request-data.ts';
import { relyingPartyWords } from './words.ts';

type PartySession = LoginSession & { pendingConsent: { application: string; pending: string } };

const FormBody = Type.Record(Type.String({ maxLength: 64 }), Type.String({ maxLength: 200 }));
const RequestBody = Type.Object({
  _csrf: Type.Optional(Type.String()),
  demonstration: Type.Optional(Type.Literal('excessive')),
});
const EmptyBody = Type.Object({ _csrf: Type.Optional(Type.String()) });

const explain = (problem: Problem, lang: Lang): Explanation | undefined => {
  const t = relyingPartyWords(lang);
  if (problem.code === 'another-person')
    return { title: t('other-person-title'), message: t('other-person') };
  if (problem.code === 'consent-not-begun')
    return { title: t('consent-lost-title'), message: t('consent-lost') };
  return explainLogin(problem, lang);
};

const isDenial = (error: unknown): boolean =>
  isAppError(error) && error.code === 'login-refused' && error.extra['error'] === 'access_denied';

const isExcessive = (error: unknown): error is AppError =>
  isAppError(error) && error.code === 'login-refused' && error.extra['error'] !== 'access_denied';

/** A relying party's site: sign in, apply, let MyData bring the data, decide. All that differs stands in the profile. */
export const buildRelyingParty = async (
  country: Country,
  profile: RelyingPartyProfile,
  given: { myData?: MyData } = {},
): Promise<Site<PartySession>> => {
  const url = country.addresses.url(profile.id);
  const keys = await loadKeys(country.files.key(profile.id));
  const service = (lang: Lang): Service => ({
    name: profile.words(lang).service,
    organisation: { name: profile.name[lang], mark: profile.mark, theme: profile.theme },
  });
  const site = await openLoginSite<PartySession>(country, { id: profile.id, url, service, explain });
  const login = registerLogin(country, site, {
    clientId: profile.id,
    keys,
    minimumAcr: 'substantial',
    after: '/application',
    ...(profile.delegation === undefined
      ? {}
      : { delegation: { kinds: profile.delegation.kinds, actions: profile.delegation.actions } }),
  });
  const myData =
    given.myData ??
    createMyData({
      issuer: country.services.consentIssuer,
      clientId: profile.id,
      keys,
      redirectUri: `${url}/consent/callback`,
      register: country.register,
      allowHttp: country.services.consentIssuer.startsWith('http:'),
      clock: country.clock,
    });
  const applications = openApplications(country, profile.id);

  type Visit = { lang: Lang; session: Session<PartySession>; user: SignedIn; application?: Application };

  const visit = async (request: FastifyRequest, reply: FastifyReply): Promise<Visit> => {
    const { user, session } = await login.requireUser(request, reply);
    const application = await applications.newest(user.subject);
    return { lang: languageOf(request), session, user, ...(application ? { application } : {}) };
  };

  const needApplication = ({ application }: Visit): Application => {
    if (application === undefined)
      throw refused('application-missing', 'There is no application yet.', { status: 409 });
    return application;
  };

  const show = (request: FastifyRequest, reply: FastifyReply, seen: Visit, title: string, body: Html) => {
    // The button for MyData redirects to the consent service.
    allowFormAction(reply, country.services.consentIssuer);
    const url = request.method === 'GET' ? request.url : false;
    return site.show(request, reply, { title, body, url, ...login.menu(seen.session, reply) });
  };

  const contextOf = (seen: Visit) => ({
    lang: seen.lang,
    profile,
    csrfToken: seen.session.csrfToken,
    consentUrl: country.services.consentIssuer,
  });

  site.app.get('/', async (request, reply) => {
    const lang = languageOf(request);
    const session = await site.session(request, reply);
    return site.show(request, reply, {
      title: profile.words(lang).title,
      body: homePage(
        { lang, profile, consentUrl: country.services.consentIssuer },
        login.userOf(session) !== undefined,
      ),
      ...login.menu(session, reply),
    });
  });

  site.app.get('/application', async (request, reply) => {
    const session = await site.session(request, reply);
    if (login.userOf(session) === undefined) return reply.redirect('/', 303);
    const seen = await visit(request, reply);
    const context = contextOf(seen);
    const { application } = seen;
    const own = profile.words(seen.lang);
    if (application === undefined)
      return show(request, reply, seen, own.formTitle, formPage(context, {}, []));
    const details = profile.request(application.createdAt);
    const { decision } = application;
    return decision
      ? show(request, reply, seen, own.title, resultPage(context, { ...application, decision }, details))
      : show(request, reply, seen, own.title, consentPage(context, application, details));
  });

  const preHandler = site.sessions.requireCsrf;

  site.app.post('/application', { schema: { body: FormBody }, preHandler }, async (request, reply) => {
    const seen = await visit(request, reply);
    const values: FormValues = Object.fromEntries(
      profile.fieldNames.map((name) => [name, (request.body[name] ?? '').trim()]),
    );
    const faults = profile.check(seen.lang, values);
    if (faults.length > 0) {
      reply.code(422);
      const body = formPage(contextOf(seen), values, faults);
      return show(request, reply, seen, profile.words(seen.lang).formTitle, body);
    }
    await applications.open(seen.user.subject, values);
    return reply.redirect('/application', 303);
  });

  site.app.get('/application/new', async (request, reply) => {
    const seen = await visit(request, reply);
    const body = formPage(contextOf(seen), seen.application?.form ?? {}, []);
    return show(request, reply, seen, profile.words(seen.lang).formTitle, body);
  });

  site.app.post(
    '/application/request',
    { schema: { body: RequestBody }, preHandler },
    async (request, reply) => {
      const seen = await visit(request, reply);
      const application = needApplication(seen);
      const now = country.clock.now();
      const excessive = request.body.demonstration === 'excessive';
      const details = (excessive ? profile.excessiveRequest?.(now) : undefined) ?? profile.request(now);
      const { idToken, subject } = seen.user;
      try {
        const { url: next, pending } = await myData.ask({ idToken, subject, details });
        seen.session.data.pendingConsent = { application: application.id, pending };
        await seen.session.save();
        return reply.header('cache-control', 'no-store').redirect(next, 303);
      } catch (error) {
        if (!excessive || !isExcessive(error)) throw error;
        const at = now.toISOString();
        await applications.refuse(application.id, {
          at,
          ok: false,
          code: 'excessive',
          oauthError: String(error.extra['error']),
        });
        return reply.redirect('/application', 303);
      }
    },
  );

  site.app.get('/consent/callback', async (request, reply) => {
    const seen = await visit(request, reply);
    const pending = seen.session.data.pendingConsent;
    const application = needApplication(seen);
    if (pending === undefined || pending.application !== application.id)
      throw refused('consent-not-begun', 'There is no request for data under way in this browser.');
    delete seen.session.data.pendingConsent;
    await seen.session.save();
    try {
      const consent = await myData.complete(new URL(request.originalUrl, url), pending.pending);
      await applications.keepConsent(application.id, consent);
      await requestData({ ...application, consent }, { profile, myData, applications, clock: country.clock });
    } catch (error) {
      if (!isDenial(error)) throw error;
      const at = country.clock.now().toISOString();
      await applications.refuse(application.id, { at, ok: false, code: 'access_denied' });
    }
    return reply.redirect('/application', 303);
  });

  site.app.post(
    '/application/refresh',
    { schema: { body: EmptyBody }, preHandler },
    async (request, reply) => {
      const application = needApplication(await visit(request, reply));
      const { consent } = application;
      if (consent === undefined)
        throw refused('consent-missing', 'There is no consent for this application yet.', { status: 409 });
      await requestData({ ...application, consent }, { profile, myData, applications, clock: country.clock });
      return reply.redirect('/application#request-refused', 303);
    },
  );

  return site;
};
