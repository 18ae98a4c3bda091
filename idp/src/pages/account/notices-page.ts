import { dateTime } from '@xinlu/common/i18n';
import { emptyState, html, tag, timeline } from '@xinlu/common/page';
import type { Notice } from '../../domain/notice/notices.ts';
import type { Content } from '../../http/site.ts';
import type { Texts } from '../../locales/index.ts';
import { type AccountFrame, accountContent } from './frame.ts';

export type NoticesView = AccountFrame & { notices: readonly Notice[] };

/** What she has been told about her account, the newest first. */
export function noticesPage(t: Texts, view: NoticesView): Content {
  const items = view.notices.map((notice) => {
    const { browser } = notice.detail;
    return {
      when: dateTime(notice.at, t.lang),
      at: notice.at.toISOString(),
      title: html`${t(`notice.${notice.kind}`)} ${notice.seenAt === undefined && tag(t('account.new'), 'info')}`,
      body: typeof browser === 'string' && html`<p>${t('account.notice-browser', { browser })}</p>`,
    };
  });
  return accountContent(t, view, {
    part: 'notices',
    title: t('account.nav-notices'),
    lead: t('account.notices-lead'),
    body: items.length === 0 ? emptyState(html`<p>${t('account.no-notices')}</p>`) : timeline(items),
  });
}
