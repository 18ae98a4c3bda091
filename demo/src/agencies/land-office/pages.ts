import { dateOf, dateTime, type Lang } from '@xinlu/common/i18n';
import {
  button,
  buttonGroup,
  buttonLink,
  card,
  cardGroup,
  code,
  emptyState,
  formField,
  type Html,
  hiddenFields,
  html,
  link,
  pageHeading,
  postForm,
  section,
  stepList,
  summaryList,
  tag,
  waiting,
} from '@xinlu/common/page';
import type { EntryEvidence } from '@xinlu/common/wire';
import type { OfficePaper, PaperEvent } from '@xinlu/issuer-kit';
import { statusTag } from '../office-desk/pages.ts';
import type { TitleDeed } from './titles.ts';
import { landOfficeWords } from './words.ts';

/** How far a deed's evidence is: `waiting` for the ledger, `accepted` by it, and on as the ledger says. */
export type EvidenceState = 'waiting' | 'accepted' | EntryEvidence['state'];

export type ShownDeed = {
  deed: OfficePaper;
  title: TitleDeed;
  evidence: EvidenceState;
  /** What was done to it last. */
  last: PaperEvent | undefined;
};

type Context = { lang: Lang; csrfToken: string };

export const homePage = (
  context: { lang: Lang },
  options: { signedIn: boolean; trustListUrl: string },
): Html => {
  const t = landOfficeWords(context.lang);
  return html`${pageHeading({ title: t('title'), lead: t('lead') })}
${buttonGroup([
  options.signedIn
    ? buttonLink(t('continue'), '/deeds', { big: true, id: 'continue' })
    : buttonLink(t('sign-in'), '/login', { big: true, id: 'sign-in' }),
])}
${section(
  t('how-title'),
  stepList([
    { title: t('how-1'), body: t('how-1-body') },
    { title: t('how-2'), body: t('how-2-body') },
    { title: t('how-3'), body: t('how-3-body') },
  ]),
)}
${section(
  t('public-title'),
  html`<ul class="usa-list"><li>${link(t('trust-list'), options.trustListUrl)}</li><li>${link(t('status-list'), '/status-lists/1')}</li></ul>`,
)}`;
};

const facts = (title: TitleDeed, lang: Lang) => {
  const t = landOfficeWords(lang);
  return [
    { key: t('owner'), value: title.owner_name },
    { key: t('address'), value: title.address },
    { key: t('parcel'), value: title.parcel },
    { key: t('area'), value: t('square', { area: title.area_square_metres }) },
    { key: t('share'), value: title.share },
    { key: t('registered'), value: dateOf(title.registered_on, lang) },
    { key: t('cause'), value: title.cause },
  ];
};

const deedCard = (
  { lang }: Context,
  { deed, title, evidence, last }: ShownDeed,
  verifierUrl: string,
): Html => {
  const t = landOfficeWords(lang);
  const isValid = deed.status === 'valid';
  const badge = isValid
    ? tag(t(`state-${evidence}`), evidence === 'final' ? 'positive' : 'info')
    : statusTag(deed.status, lang);
  const isFinal = evidence === 'final';
  return card({
    id: `deed-${deed.id}`,
    above: t(title.property),
    title: title.deed_number,
    tag: badge,
    body: html`${!isValid && last && html`<p>${t('status-body', { at: dateTime(last.at, lang), reason: last.reason })}</p>`}${!isFinal && waiting(t('wait-body'))}${summaryList(
      [
        ...facts(title, lang),
        { key: t('issued-at'), value: dateTime(deed.issuedAt, lang) },
        { key: t('deed-id'), value: code(deed.id) },
      ],
    )}`,
    footer:
      isFinal &&
      buttonGroup([
        buttonLink(t('download-pdf'), `/deeds/${deed.id}/deed.pdf`, {
          kind: isValid ? 'primary' : 'secondary',
          id: `pdf-${deed.id}`,
        }),
        buttonLink(t('download'), `/deeds/${deed.id}/deed.xinlu.json`, {
          kind: 'secondary',
          id: `download-${deed.id}`,
        }),
        buttonLink(t('verify'), verifierUrl, { kind: 'secondary' }),
      ]),
  });
};

const openTitleCard = ({ lang, csrfToken }: Context, title: TitleDeed): Html => {
  const t = landOfficeWords(lang);
  return card({
    above: t(title.property),
    title: title.deed_number,
    tag: tag(t('not-issued'), 'neutral'),
    body: summaryList(facts(title, lang)),
    footer: postForm({
      action: '/deeds',
      csrfToken,
      className: 'xl-inline-form',
      body: html`${hiddenFields({ number: title.deed_number })}${button(t('issue'), { id: 'issue' })}`,
    }),
  });
};

export const deedsPage = (
  context: Context,
  options: {
    deeds: ShownDeed[];
    /** Claimed titles of which no deed is in force. */
    open: TitleDeed[];
    verifierUrl: string;
    /** Absent while the page reloads itself: nobody should lose what she types. */
    claim: { typed: string; error?: string } | undefined;
  },
): Html => {
  const t = landOfficeWords(context.lang);
  const { deeds, open, claim } = options;
  const cards = [
    ...open.map((title) => openTitleCard(context, title)),
    ...deeds.map((shown) => deedCard(context, shown, options.verifierUrl)),
  ];
  return html`${pageHeading({ title: t('deeds-title'), lead: t('deeds-lead') })}
${cards.length > 0 ? cardGroup(cards, { columns: 1 }) : emptyState(t('no-titles'))}
${
  claim &&
  section(
    t('claim-title'),
    html`<p>${t('claim-body')}</p>${postForm({
      action: '/claims',
      csrfToken: context.csrfToken,
      noValidate: true,
      body: html`${formField({
        name: 'number',
        label: t('number'),
        hint: t('number-hint'),
        value: claim.typed,
        maxlength: 60,
        autocomplete: 'off',
        width: 'medium',
        ...(claim.error === undefined ? {} : { error: claim.error }),
      })}${button(t('claim'), { kind: cards.length > 0 ? 'secondary' : 'primary', id: 'claim' })}`,
    })}`,
  )
}`;
};
