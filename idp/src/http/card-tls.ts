import { clientCertificateOf } from '@xinlu/common/http';
import { alert, html, pageHeading } from '@xinlu/common/page';
import { Type } from 'typebox';
import type { PageServices } from './services.ts';
import { type Site, show, wordsFor } from './site.ts';

const Ticket = Type.Object({ ticket: Type.String({ pattern: '^[\\w-]{43}$' }) });

/**
 * The one address that is served at the TLS host: a window that the sign-in page opened there. The certificate is the one of
 * the handshake, as a listed TLS proxy tells it; the code goes to a window of our own origin and to nobody else.
 */
export function registerCardTls(site: Site, services: PageServices): void {
  const { card, cardTlsOrigin } = services;
  if (cardTlsOrigin === undefined) return;
  site.app.get('/card-tls/:ticket', { schema: { hide: true, params: Ticket } }, async (request, reply) => {
    const { t } = wordsFor(request);
    // The window must keep its opener, or it could not hand the code back.
    reply.header('cross-origin-opener-policy', 'unsafe-none').header('referrer-policy', 'no-referrer');
    const certificate = clientCertificateOf(request.raw);
    const data =
      certificate === undefined
        ? { fault: 'tls-no-certificate' }
        : { code: await card.handoff.exchange(request.params.ticket, certificate.raw) };
    return show(site, request, reply, {
      title: t('card-tls.title'),
      url: false,
      scripts: ['/assets/idp/card-tls.js'],
      data: { 'card-tls-data': { ...data, origin: card.origin } },
      body: html`${pageHeading({ title: t('card-tls.title') })}${
        certificate === undefined
          ? alert('error', undefined, html`<p>${t('card-tls.no-certificate')}</p>`)
          : html`<p>${t('card-tls.back')}</p>`
      }`,
    });
  });
}
