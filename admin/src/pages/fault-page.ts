import type { HttpOptions } from '@xinlu/common/http';
import { languageOf } from '@xinlu/common/i18n';
import { buttonLink, errorPage } from '@xinlu/common/page';
import { pageTexts, worded } from '../locales/pages.ts';

/** A problem as a page, for a browser on its way in or out; the console shows its own. */
export function createFaultPage(options: { demo: boolean }): NonNullable<HttpOptions['errorPage']> {
  return (problem, request) => {
    const lang = languageOf(request);
    const t = pageTexts(lang);
    const code = worded.find((known) => known === problem.code);
    const kind = problem.status === 404 ? 'not-found' : problem.status >= 500 ? 'retryable' : 'refused';
    const login = request.url.startsWith('/login');
    return errorPage({
      lang,
      service: { name: t('service'), home: '/' },
      kind: problem.status === 500 ? 'fatal' : kind,
      message: code === undefined ? undefined : t(code),
      actions: [
        ...(login ? [buttonLink(t('login-again'), '/login')] : []),
        buttonLink(t('home'), '/', login ? { kind: 'secondary' } : {}),
      ],
      requestId: problem.instance.replace('urn:xinlu:request:', ''),
      demo: options.demo,
    });
  };
}
