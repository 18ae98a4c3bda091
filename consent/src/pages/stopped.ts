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

/** Why nothing can be asked of whoever is here. */
export type StoppedBecause = 'another' | 'failed' | 'assurance' | 'mandate';

/** Somebody else than the person at the relying party, a login broken off or too weak, or an agent where none is taken. */
export function stoppedPage(context: PageContext, facts: Facts, why: StoppedBecause): string {
  const { t } = context;
  const { client, uid } = facts;
  const back = backForm(context, facts);
  const words = {
    another: { title: t('mismatch.title'), text: t('mismatch.body', { client }) },
    failed: { title: t('login.failed.title'), text: t('login.failed.body') },
    assurance: { title: t('assurance.title'), text: t('assurance.body') },
    mandate: { title: t('mandate.title'), text: t('mandate.body', { client }) },
  }[why];
  const again = why === 'failed' || why === 'assurance';
  const body = html`
${pageHeading({ title: words.title })}
${alert(again ? 'warning' : 'error', undefined, html`<p>${words.text}</p>`)}
${!again && html`<p>${t(why === 'another' ? 'mismatch.advice' : 'mandate.advice', { client })}</p>`}
${again ? buttonGroup([buttonLink(t('login.again'), `/interaction/${uid}`), back]) : back}`;
  return render(context, { title: words.title, body, plain: true });
}
