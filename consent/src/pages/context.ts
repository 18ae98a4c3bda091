import { type Lang, languageOf } from '@xinlu/common/i18n';
import { type HtmlValue, page } from '@xinlu/common/page';
import type { RegisterView } from '@xinlu/common/register';
import type { FastifyRequest } from 'fastify';
import type { Catalogue } from '../domain/catalogue.ts';
import type { Consent } from '../domain/consent.ts';
import { type Texts, texts } from '../locales/texts.ts';

/** What every page needs to say things in the reader's words. */
export type PageContext = {
  lang: Lang;
  t: Texts;
  catalogue: Catalogue;
  register: RegisterView;
  demo: boolean;
  /** `request.url`, or false where the page is the answer to a POST. */
  url: string | false;
  csrfToken?: string;
  loggedIn: boolean;
  /** Who reads. */
  account?: string;
};

export function pageContext(
  request: FastifyRequest,
  facts: Pick<PageContext, 'catalogue' | 'register' | 'demo'> & {
    csrfToken?: string;
    loggedIn?: boolean;
    account?: string;
  },
): PageContext {
  const lang = languageOf(request);
  return {
    ...facts,
    lang,
    t: texts(lang),
    url: request.method === 'GET' ? request.url : false,
    loggedIn: facts.loggedIn ?? false,
  };
}

export function serviceOf(lang: Lang) {
  return { name: texts(lang)('service') };
}

type Section = 'home' | 'accesses' | 'catalogue';

/** A whole page of this service. */
export function render(
  context: PageContext,
  options: { title: string; body: HtmlValue; width?: 'narrow' | 'wide'; section?: Section; plain?: boolean },
): string {
  const { t, lang } = context;
  const items: [Section, string, string][] = [
    ['home', '/', t('nav.home')],
    ['accesses', '/accesses', t('nav.accesses')],
    ['catalogue', '/catalogue', t('nav.catalogue')],
  ];
  const shown = context.loggedIn ? items : items.filter(([name]) => name !== 'accesses');
  return page({
    lang,
    title: options.title,
    service: serviceOf(lang),
    body: options.body,
    url: context.url,
    demo: context.demo,
    width: options.width ?? 'narrow',
    nav: options.plain
      ? []
      : shown.map(([name, href, text]) => ({ href, text, current: name === options.section })),
    ...(context.loggedIn && context.csrfToken !== undefined && !options.plain
      ? { user: { logout: { action: '/logout', csrfToken: context.csrfToken } } }
      : {}),
  });
}

export function partyName(context: PageContext, id: string | null): string {
  return (id === null ? undefined : context.register.participant(id)?.name[context.lang]) ?? id ?? '';
}

export function datasetTitle(context: PageContext, id: string | null): string {
  return (id === null ? undefined : context.catalogue.datasets.get(id)?.title[context.lang]) ?? id ?? '';
}

export function fieldTitle(context: PageContext, dataset: string | null, field: string): string {
  const found = dataset === null ? undefined : context.catalogue.datasets.get(dataset)?.fields[field];
  return found?.title[context.lang] ?? field;
}

/** In whose name a consent was given, as its reader has to hear it; undefined where she gave it for herself. */
export function actingWords(
  { t, account }: PageContext,
  { acting }: Pick<Consent, 'acting'>,
): string | undefined {
  if (acting === null) return undefined;
  const kind = t(`mandate.kind.${acting.kind}`);
  return t(acting.account === account ? 'acting.by-you' : 'acting.for-you', { kind });
}

export function purposeTitle(context: PageContext, id: string | null): string {
  return (id === null ? undefined : context.catalogue.purposes.get(id)?.title[context.lang]) ?? id ?? '';
}

export function fieldList(context: PageContext, dataset: string | null, fields: readonly string[]): string {
  return fields.map((field) => fieldTitle(context, dataset, field)).join(context.t('list.separator'));
}
