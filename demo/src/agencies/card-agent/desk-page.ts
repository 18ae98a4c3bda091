import type { Lang } from '@xinlu/common/i18n';
import {
  alert,
  button,
  buttonGroup,
  card,
  cardGroup,
  code,
  type Html,
  hiddenFields,
  html,
  pageHeading,
  postForm,
  section,
  summaryList,
  tag,
} from '@xinlu/common/page';
import { holderName } from '../../country/cards.ts';
import { authorityPlan } from '../../pki/authorities.ts';
import type { CardReader } from './reader.ts';
import { MAX_TRIES } from './reader.ts';
import { cardAgentWords } from './words.ts';

type DeskCard = ReturnType<CardReader['cards']>[number];

/** The desk: which card is in the reader, and the cards that lie beside it. */
export const deskPage = (options: {
  lang: Lang;
  cards: DeskCard[];
  inserted: string | undefined;
  trustedOrigin: string;
  csrfToken: string;
}): Html => {
  const t = cardAgentWords(options.lang);
  const current = options.cards.find(({ id }) => id === options.inserted);
  const nameOf = (one: DeskCard): string => holderName(one, options.lang);
  const form = (action: string, fields: Record<string, string>, body: Html): Html =>
    postForm({
      action,
      csrfToken: options.csrfToken,
      className: 'xl-inline-form',
      body: html`${hiddenFields(fields)}${body}`,
    });
  const state = current
    ? alert(
        'success',
        t('reader-holds', { name: t('holder', { name: nameOf(current), kind: t(current.kind) }) }),
        html`<p>${t('reader-holds-body')}</p>${form('/reader', { card: '' }, button(t('take-out'), { kind: 'secondary' }))}`,
      )
    : alert('info', t('reader-empty'), t('reader-empty-body'));

  const cardBox = (one: DeskCard): Html => {
    const here = one.id === options.inserted;
    const locked = one.triesLeft === 0;
    const insert = form(
      '/reader',
      { card: one.id },
      button(t('insert'), {
        kind: here ? 'secondary' : 'primary',
        label: t('insert-label', { name: nameOf(one), kind: t(one.kind) }),
      }),
    );
    const note = locked
      ? t('locked-body')
      : one.lost
        ? t('lost-body')
        : one.triesLeft < MAX_TRIES
          ? t('tries-left', { count: one.triesLeft })
          : undefined;
    const badge = locked
      ? tag(t('locked'), 'negative')
      : one.lost
        ? tag(t('lost'), 'warning')
        : here
          ? tag(t('in-reader'), 'positive')
          : tag(t(one.kind), 'neutral');
    return card({
      id: `card-${one.id}`,
      title: nameOf(one),
      tag: badge,
      body: html`${summaryList([
        { key: t('authority'), value: authorityPlan(one.authority).title[options.lang] },
        ...(one.nationalId === undefined ? [] : [{ key: t('national-id'), value: code(one.nationalId) }]),
        { key: t('pin'), value: code(one.pin) },
        { key: t('algorithm'), value: t(authorityPlan(one.authority).key.type === 'rsa' ? 'rsa' : 'ecc') },
      ])}${note && html`<p>${note}</p>`}`,
      footer: buttonGroup([
        !here && insert,
        locked && form(`/cards/${one.id}/unlock`, {}, button(t('unlock'), { kind: 'secondary' })),
      ]),
    });
  };

  return html`${pageHeading({ title: t('title'), lead: t('lead') })}
${state}
${section(t('cards'), cardGroup(options.cards.map(cardBox)))}
<p class="xl-quiet">${t.html('privacy', { origin: code(options.trustedOrigin) })}</p>`;
};
