import { dateTime } from '@xinlu/common/i18n';
import { button, type Html, html, postForm, section, timeline } from '@xinlu/common/page';
import type { Mandate, MandateEvent } from '../../domain/mandate/mandates.ts';
import type { Content } from '../../http/site.ts';
import type { Texts } from '../../locales/index.ts';
import { type AccountFrame, accountContent } from '../account/frame.ts';
import { colon } from '../punctuation.ts';
import { type MandateWords, mandateSummary, stateTag } from './mandate-parts.ts';

export type MandateView = AccountFrame &
  MandateWords & { personId: string; mandate: Mandate; history: readonly MandateEvent[] };

type EventKey = Extract<Parameters<Texts>[0], `mandate.event-${string}`>;

function eventTitle(t: Texts, view: MandateView, event: MandateEvent): string {
  if (event.kind === 'mandate.used')
    return t('mandate.event-mandate.used', { organisation: view.organisation(event.clientId ?? '') });
  const key = `mandate.event-${event.kind}` as Exclude<EventKey, 'mandate.event-mandate.used'>;
  return t(key);
}

function endForm(t: Texts, view: MandateView): Html | false {
  const { mandate, personId } = view;
  const offered = mandate.state === 'offered';
  if (mandate.endedAt !== undefined || (offered && mandate.principalId !== personId)) return false;
  return section(
    t(offered ? 'mandate.withdraw' : 'mandate.end'),
    html`<p>${t('mandate.end-lead')}</p>${postForm({
      action: `/account/mandates/${mandate.id}/end`,
      csrfToken: view.csrfToken,
      body: button(t(offered ? 'mandate.withdraw' : 'mandate.end'), { kind: 'danger' }),
    })}`,
  );
}

/** One mandate, the same for both sides: who, what, how long, what happened, and its end. */
export function mandatePage(t: Texts, view: MandateView): Content {
  const { mandate } = view;
  const { endReason } = mandate;
  const other = view.person(mandate.principalId === view.personId ? mandate.actorId : mandate.principalId);
  return accountContent(t, view, {
    part: 'mandates',
    title: `${t(`mandate.kind-${mandate.kind}`)}${colon(t)}${other ?? t('mandates.not-yet-named')}`,
    above: t('account.nav-mandates'),
    url: `/account/mandates/${mandate.id}`,
    body: html`${mandateSummary(t, view, mandate, [
      {
        key: t('mandate.state'),
        value: html`${stateTag(t, mandate, view.now)} ${endReason !== undefined && t(`mandate.reason-${endReason}`)}`,
      },
    ])}
${endForm(t, view)}
${section(
  t('mandate.history'),
  timeline(
    view.history.map((event) => ({
      when: dateTime(event.at, t.lang),
      at: event.at.toISOString(),
      title: eventTitle(t, view, event),
      body: event.byPersonId !== undefined && html`<p>${view.person(event.byPersonId)}</p>`,
    })),
  ),
)}`,
  });
}
