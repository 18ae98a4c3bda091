import { alert, button, buttonGroup, buttonLink, html, pageHeading, postForm } from '@xinlu/common/page';
import { type PageContext, render } from './context.ts';

type Facts = { uid: string; csrfToken: string; client: string };

function backForm(context: PageContext, { uid, csrfToken, client }: Facts) {
  return postForm({
    action: `/interaction/${uid}/abort`,
    csrfToken,
    body: button(context.t('mismatch.back', { client }), { kind: 'secondary' }),
  });
}

/** Somebody else than the person at the relying party has logged in here. */
export function mismatchPage(context: PageContext, facts: Facts): string {
  const { t } = context;
  const { client } = facts;
  const title = t('mismatch.title');
  const body = html`
${pageHeading({ title })}
${alert('error', undefined, html`<p>${t('mismatch.body', { client })}</p>`)}
<p>${t('mismatch.advice', { client })}</p>
${backForm(context, facts)}`;
  return render(context, { title, body, plain: true });
}

/** The login for a request was broken off, or was too weak. */
export function loginFailedPage(context: PageContext, facts: Facts, why: 'failed' | 'assurance'): string {
  const { t } = context;
  const title = t(why === 'failed' ? 'login.failed.title' : 'assurance.title');
  const body = html`
${pageHeading({ title })}
${alert('warning', undefined, html`<p>${t(why === 'failed' ? 'login.failed.body' : 'assurance.body')}</p>`)}
${buttonGroup([buttonLink(t('login.again'), `/interaction/${facts.uid}`), backForm(context, facts)])}`;
  return render(context, { title, body, plain: true });
}
