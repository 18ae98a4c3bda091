import { dateOf, dateTime } from '@xinlu/common/i18n';
import { card, cardGroup, emptyState, type Html, html, summaryList, tag } from '@xinlu/common/page';
import type { CardCertificate } from '../../domain/person/person-store.ts';
import type { Content } from '../../http/site.ts';
import type { Texts } from '../../locales/index.ts';
import { type AccountFrame, accountContent } from './frame.ts';

export type CertificatesView = AccountFrame & { certificates: readonly CardCertificate[] };

function stateOf(t: Texts, view: CertificatesView, certificate: CardCertificate): Html {
  if (certificate.state === 'held') return tag(t('account.certificate-held'), 'negative');
  if (certificate.state === 'revoked') return tag(t('account.certificate-revoked'), 'negative');
  return certificate.notAfter < view.now
    ? tag(t('account.certificate-expired'), 'warning')
    : tag(t('account.certificate-active'), 'positive');
}

/** The certificate cards that have signed her in. */
export function certificatesPage(t: Texts, view: CertificatesView): Content {
  const cards = view.certificates.map((certificate) =>
    card({
      level: 2,
      title: t('account.certificate'),
      tag: stateOf(t, view, certificate),
      body: summaryList([
        {
          key: t('account.serial'),
          value: html`<span class="xl-mono">${certificate.serial.replaceAll(/(.{4})(?=.)/g, '$1 ')}</span>`,
        },
        { key: t('account.valid-until'), value: dateOf(certificate.notAfter, t.lang) },
        { key: t('account.first-used'), value: dateTime(certificate.firstUsedAt, t.lang) },
        { key: t('account.last-used'), value: dateTime(certificate.lastUsedAt, t.lang) },
      ]),
    }),
  );
  return accountContent(t, view, {
    part: 'certificates',
    title: t('account.nav-certificates'),
    lead: t('account.certificates-lead'),
    body:
      cards.length === 0
        ? emptyState(html`<p>${t('account.no-certificates')}</p>`)
        : cardGroup(cards, { columns: 2 }),
  });
}
