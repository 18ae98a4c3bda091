import { buttonLink, card, cardGroup, type Html, html, link, section } from '@xinlu/common/page';
import type { Content } from '../../http/site.ts';
import type { Texts } from '../../locales/index.ts';
import { type AccountFrame, type AccountPart, accountContent, pathOf } from './frame.ts';

export type OverviewView = AccountFrame & { counts: Readonly<Record<CountedPart, number>> };
export const COUNTED_PARTS = [
  'sessions',
  'passkeys',
  'certificates',
  'agencies',
  'mandates',
  'notices',
] as const;
export type CountedPart = (typeof COUNTED_PARTS)[number] & AccountPart;

/** Where her account begins: one box for each subject, with how many there are. */
export function overviewPage(t: Texts, view: OverviewView): Content {
  const box = (part: CountedPart): Html =>
    card({
      level: 2,
      title: link(t(`account.nav-${part}`), pathOf(part)),
      body: html`<p>${t(`account.count-${part}`, { count: view.counts[part] })}</p>`,
    });
  return accountContent(t, view, {
    part: 'overview',
    title: t('account.title'),
    above: t('account.greeting', { name: view.name }),
    lead: t('account.lead'),
    body: html`${cardGroup(COUNTED_PARTS.map(box), { columns: 2 })}
${section(
  t('account.language'),
  html`<p>${t('account.language-lead')}</p>
<p><span lang="zh-TW">${link('中文', '/account?lang=zh-TW')}</span> <span lang="en">${link('English', '/account?lang=en')}</span></p>`,
)}
${section(t('account.nav-history'), html`<p>${t('account.history-lead')}</p>${buttonLink(t('account.see-history'), pathOf('history'), { kind: 'secondary' })}`)}`,
  });
}
