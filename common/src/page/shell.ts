import type { Lang } from '../i18n/language.ts';
import { LANGUAGE_PARAMETER } from '../i18n/language.ts';
import { postForm } from './forms.ts';
import type { Html, HtmlValue } from './html.ts';
import { attributes, html, jsonData, safeAddress, trustedHtml } from './html.ts';
import { words } from './words.ts';

/**
 * Whose page this is. Without `organisation` the header carries the 信路 wordmark; with it, that party's own name,
 * mark (one or two characters) and colour, so that a citizen sees when she leaves a school's site for the state's.
 */
export type Service = {
  /** What is done here: 身分登入, 我的資料與同意. */
  name: string;
  /** Where the header's name leads; `/` unless told. */
  home?: string | undefined;
  organisation?: { name: string; mark: string; theme: Theme } | undefined;
  /** What the footer says of this site, where the usual words do not fit (a site without login and consent). */
  about?: string | undefined;
};
export type Theme = 'xinlu' | 'school' | 'bank' | 'land' | 'library' | 'agency';

/** Who is signed in; a site that knows her by a pseudonym only leaves the name out. */
export type User = {
  name?: string | undefined;
  logout?: { action: string; csrfToken: string } | undefined;
  menu?: HtmlValue;
};
export type NavItem = { href: string; text: string; current?: boolean | undefined };

export type PageOptions = {
  lang: Lang;
  /** Of this page alone; the service's name is added behind it. */
  title: string;
  service: Service;
  body: HtmlValue;
  /** `reply.cspNonce`; needed as soon as there are scripts. */
  nonce?: string | undefined;
  /** Addresses of ES modules, same origin: `/assets/passkey.js`. */
  scripts?: readonly string[] | undefined;
  /** JSON blocks for those scripts, by element id (see `jsonData`). */
  data?: Readonly<Record<string, unknown>> | undefined;
  /** `request.url`, so that the language switch keeps the query; `false` where a GET of this address would not do. */
  url?: string | false | undefined;
  user?: User | undefined;
  nav?: readonly NavItem[] | undefined;
  /** Shows the strip 示範環境. */
  demo?: boolean | undefined;
  /** `narrow` (one column: login, consent, forms; the default) or `wide` (dashboards, tables). */
  width?: 'narrow' | 'wide' | undefined;
  /** Seconds between looks for news, for pages that wait; the main part is exchanged, never under one who types. */
  refreshSeconds?: number | undefined;
};

const LANGUAGE_NAMES = { 'zh-TW': '中文', en: 'English' } as const;

/* Two roads that meet and go on as one, under the roof of 信: drawn for this project. */
const wordmark = trustedHtml(
  '<svg class="xl-mark" viewBox="0 0 40 40" width="40" height="40" aria-hidden="true" focusable="false">' +
    '<rect width="40" height="40" rx="9" fill="currentColor"/>' +
    '<path d="M9 9c0 9 11 8 11 17v6M31 9c0 9-11 8-11 17" fill="none" stroke="#fff" stroke-width="4.5" stroke-linecap="round"/>' +
    '<circle cx="20" cy="10" r="3.2" fill="#ffbe2e"/></svg>',
);

/** Relative to the current path, so it can lead nowhere else whatever the address holds. */
function languageAddress(url: string, lang: Lang): string {
  const at = url.indexOf('?');
  const query = new URLSearchParams(at < 0 ? '' : url.slice(at + 1));
  query.set(LANGUAGE_PARAMETER, lang);
  return `?${query}`;
}

function languageSwitch(url: string, lang: Lang): Html {
  const other: Lang = lang === 'en' ? 'zh-TW' : 'en';
  return html`<a class="xl-language" href="${languageAddress(url, other)}" hreflang="${other}" lang="${other}">${LANGUAGE_NAMES[other]}</a>`;
}

function brand(service: Service): Html {
  const party = service.organisation;
  return html`<a class="xl-brand" href="${safeAddress(service.home ?? '/')}">
    ${party ? html`<span class="xl-mark xl-mark--text" aria-hidden="true">${party.mark}</span>` : wordmark}
    <span class="xl-brand__text">
      ${party ? html`<span class="xl-brand__name">${party.name}</span>` : html`<span class="xl-brand__name"><span lang="zh-TW">信路</span> <span class="xl-brand__latin" lang="en">Xinlu</span></span>`}
      <span class="xl-brand__service">${service.name}</span>
    </span>
  </a>`;
}

function userMenu(user: User, lang: Lang): Html {
  const t = words(lang);
  const logout =
    user.logout &&
    postForm({
      action: user.logout.action,
      csrfToken: user.logout.csrfToken,
      className: 'xl-user__logout',
      body: html`<button class="usa-button usa-button--outline xl-button--small" type="submit">${t('logout')}</button>`,
    });
  return html`<div class="xl-user" role="group" aria-label="${t('user-label')}">
    <span class="xl-user__name">${user.name === undefined ? t('signed-in') : t('signed-in-as', { name: user.name })}</span>${user.menu}${logout}
  </div>`;
}

function navigation(items: readonly NavItem[], lang: Lang): Html {
  return html`<nav class="xl-nav" aria-label="${words(lang)('nav-label')}"><ul class="xl-container xl-nav__list">${items.map(
    (item) =>
      html`<li><a href="${safeAddress(item.href)}"${item.current && html` aria-current="page"`}>${item.text}</a></li>`,
  )}</ul></nav>`;
}

function footer(service: Service, lang: Lang): Html {
  const t = words(lang);
  if (service.about !== undefined) return html`<p>${service.about}</p>`;
  if (service.organisation)
    return html`<p>${t('footer-organisation', { name: service.organisation.name })}</p>`;
  return html`<p>${t('footer-what')}</p><p>${t('footer-license')}</p>`;
}

/** The whole document, as text for `reply.page(...)`. */
export function page(options: PageOptions): string {
  const { lang, service } = options;
  const t = words(lang);
  const owner = service.organisation?.name ?? (lang === 'en' ? 'Xinlu' : '信路');
  const refresh = options.refreshSeconds;
  const document = html`<!doctype html>
<html lang="${lang}" class="xl-theme-${service.organisation?.theme ?? 'xinlu'}">
<head>
<meta charset="utf-8">
<title>${options.title} - ${service.name} - ${owner}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="same-origin">
<meta name="format-detection" content="telephone=no">
${refresh !== undefined && html`<meta name="xl-refresh" content="${refresh}"><script type="module" src="/assets/refresh.js"${attributes({ nonce: options.nonce })}></script>`}
<link rel="preload" href="/assets/uswds/css/uswds.min.css" as="style">
<link rel="stylesheet" href="/assets/xinlu.css">
<link rel="icon" href="/assets/xinlu.svg" type="image/svg+xml">
${Object.entries(options.data ?? {}).map(([id, value]) => jsonData(id, value))}
${(options.scripts ?? []).map((source) => html`<script type="module" src="${safeAddress(source)}"${attributes({ nonce: options.nonce })}></script>`)}
</head>
<body>
<a class="usa-skipnav" href="#main">${t('skip')}</a>
<header class="xl-header">
${options.demo && html`<p class="xl-demo"><span class="xl-container">${t('demo-notice')}</span></p>`}
<div class="xl-container xl-header__row">
  ${brand(service)}
  <div class="xl-header__tools">
    ${options.user && userMenu(options.user, lang)}
    ${options.url !== false && languageSwitch(options.url ?? '', lang)}
  </div>
</div>
${options.nav && options.nav.length > 0 && navigation(options.nav, lang)}
</header>
<main id="main" class="xl-main" tabindex="-1"><div class="xl-container xl-container--${options.width ?? 'narrow'}">
${options.body}
</div></main>
<footer class="xl-footer"><div class="xl-container">
  ${footer(service, lang)}
</div></footer>
</body>
</html>
`;
  return document.toString();
}
