import { alert, type Html, type HtmlValue, html, link, type NavItem, pageHeading } from '@xinlu/common/page';
import type { Content } from '../../http/site.ts';
import type { Texts } from '../../locales/index.ts';

export const ACCOUNT_PARTS = [
  'overview',
  'sessions',
  'history',
  'passkeys',
  'certificates',
  'agencies',
  'mandates',
  'notices',
] as const;
export type AccountPart = (typeof ACCOUNT_PARTS)[number];

/** What a page may say has just been done; known to each page by its own words. */
export const DONE = [
  'removed',
  'renamed',
  'added',
  'ended',
  'ended-others',
  'ended-there',
  'mandate-ended',
  'mandate-accepted',
  'mandate-declined',
  'mandate-confirmed',
] as const;
export type Done = (typeof DONE)[number];

/** What every page of her account shows around itself. */
export type AccountFrame = {
  csrfToken: string;
  name: string;
  now: Date;
  unseen: number;
  /** A recovery of her account cools off. */
  recovering: boolean;
  done?: Done | undefined;
  /** The name of an organisation by its id. */
  organisation: (id: string) => string;
};

export const pathOf = (part: AccountPart): string => (part === 'overview' ? '/account' : `/account/${part}`);

function navigation(t: Texts, frame: AccountFrame, current: AccountPart | undefined): NavItem[] {
  return ACCOUNT_PARTS.map((part) => ({
    href: pathOf(part),
    text:
      part === 'notices' && frame.unseen > 0
        ? t('account.nav-notices-unseen', { count: frame.unseen })
        : t(`account.nav-${part}`),
    current: part === current,
  }));
}

/** One page of her account: the same frame, one subject. */
export function accountContent(
  t: Texts,
  frame: AccountFrame,
  options: {
    part: AccountPart;
    title: string;
    lead?: string | undefined;
    above?: HtmlValue;
    body: HtmlValue;
    url?: string | undefined;
    /** What went wrong, in whole sentences. */
    problem?: string | undefined;
  },
): Content {
  const said: Html | undefined = frame.done
    ? alert('success', undefined, html`<p>${t(`account.done-${frame.done}`)}</p>`, { live: true })
    : undefined;
  return {
    title: options.title,
    width: 'wide',
    url: options.url ?? pathOf(options.part),
    user: { name: frame.name, logout: { action: '/account/logout', csrfToken: frame.csrfToken } },
    nav: navigation(t, frame, options.part),
    body: html`
${pageHeading({ title: options.title, lead: options.lead, above: options.above ?? t('account.title') })}
${frame.recovering && alert('warning', t('recovery.title'), html`<p>${link(t('recovery.look'), '/recovery')}</p>`)}
${options.problem && alert('error', undefined, html`<p>${options.problem}</p>`, { live: true })}
${said}
${options.body}`,
  };
}
