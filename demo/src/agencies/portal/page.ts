import type { Lang } from '@xinlu/common/i18n';
import {
  alert,
  buttonGroup,
  buttonLink,
  card,
  cardGroup,
  code,
  codeBlock,
  disclosure,
  type Html,
  html,
  link,
  pageHeading,
  section,
  summaryList,
  tableResponsive,
  tag,
} from '@xinlu/common/page';
import { holderName } from '../../country/cards.ts';
import { citizenById, citizenName } from '../../country/citizens.ts';
import type { Country } from '../../country/country.ts';
import type { CardRecord } from '../../seed/cards.ts';
import type { OperatorRecord } from '../../seed/operators.ts';
import type { ListedService } from './services.ts';
import { portalWords } from './words.ts';

type Words = ReturnType<typeof portalWords>;

const VERIFY_COMMAND = 'npx xinlu verify ~/Downloads/deed.xinlu.json';

const steps = (t: Words, items: (string | Html)[]): Html =>
  disclosure(t('steps'), html`<ol class="usa-list">${items.map((item) => html`<li>${item}</li>`)}</ol>`);

const journeys = (t: Words, lang: Lang, country: Country, operators: readonly OperatorRecord[]): Html => {
  const { addresses, services } = country;
  const journey = (options: {
    number: number;
    title: string;
    body: string;
    more: Html;
    actions: Html[];
  }): Html =>
    card({
      id: `journey-${options.number}`,
      above: t('journey', { number: options.number }),
      title: options.title,
      body: html`<p>${options.body}</p>${options.more}`,
      footer: buttonGroup(options.actions),
    });
  const codes = html`<p><strong>${t('codes-title')}</strong><br>${t('codes-body')}</p>${summaryList(
    operators.map((operator) => ({
      key: t('code-for', { name: citizenName(operator.citizen, lang) }),
      value: code(operator.enrolmentCode),
    })),
  )}`;
  return cardGroup(
    [
      journey({
        number: 1,
        title: t('journey-1-title'),
        body: t('journey-1-body'),
        more: steps(t, [
          t('journey-1-1'),
          t('journey-1-2'),
          t('journey-1-3'),
          t('journey-1-4'),
          t('journey-1-5'),
        ]),
        actions: [buttonLink(t('journey-1-start'), addresses.url('school'))],
      }),
      journey({
        number: 2,
        title: t('journey-2-title'),
        body: t('journey-2-body'),
        more: steps(t, [t('journey-2-1'), t('journey-2-2'), t('journey-2-3')]),
        actions: [buttonLink(t('journey-2-start'), addresses.url('bank'))],
      }),
      journey({
        number: 3,
        title: t('journey-3-title'),
        body: t('journey-3-body'),
        more: steps(t, [t('journey-3-1'), t('journey-3-2'), t('journey-3-3')]),
        actions: [buttonLink(t('journey-3-start'), addresses.url('land-office'))],
      }),
      journey({
        number: 4,
        title: t('journey-4-title'),
        body: t('journey-4-body'),
        more: steps(t, [t('journey-4-1'), t('journey-4-2'), codeBlock(t('journey-4-3'), VERIFY_COMMAND)]),
        actions: [buttonLink(t('journey-4-start'), addresses.url('verifier'))],
      }),
      journey({
        number: 5,
        title: t('journey-5-title'),
        body: t('journey-5-body'),
        more: html`${steps(t, [t('journey-5-1'), t('journey-5-2'), t('journey-5-3'), t('journey-5-4')])}${disclosure(t('codes-title'), codes)}`,
        actions: [
          buttonLink(t('journey-5-start'), services.adminUrl),
          buttonLink(t('journey-5-library'), addresses.url('library'), { kind: 'secondary' }),
        ],
      }),
      journey({
        number: 6,
        title: t('journey-6-title'),
        body: t('journey-6-body'),
        more: html`${steps(t, [t('journey-6-1'), t('journey-6-2'), t('journey-6-3')])}${summaryList([
          {
            key: t('journey-6-person'),
            value: html`${citizenName('zhou-yukun', lang)} ${code(citizenById('zhou-yukun')?.nationalId ?? '')}`,
          },
        ])}`,
        actions: [
          buttonLink(t('journey-6-start'), `${services.idpIssuer}/counter`),
          buttonLink(t('journey-6-redeem'), `${services.idpIssuer}/counter/redeem`, { kind: 'secondary' }),
        ],
      }),
    ],
    { columns: 2 },
  );
};

const cards = (t: Words, lang: Lang, country: Country, all: readonly CardRecord[]): Html =>
  section(
    t('cards-title'),
    html`<p>${t('cards-lead')}</p>${tableResponsive({
      caption: t('cards-title'),
      hideCaption: true,
      columns: [t('holder'), t('role'), t('national-id'), t('pin')],
      rows: all.map((one) => [
        holderName(one, lang),
        t(`role-${one.id}` as 'role-lin-yijun'),
        one.nationalId === undefined ? t('not-asked') : code(one.nationalId),
        code(one.pin),
      ]),
    })}`,
    {
      id: 'cards',
      aside: buttonLink(t('open-reader'), country.services.cardAgentUrl, { kind: 'secondary' }),
    },
  );

const serviceTable = (t: Words, lang: Lang, list: readonly (ListedService & { ready: boolean })[]) =>
  tableResponsive({
    caption: t('services-title'),
    hideCaption: true,
    columns: [t('service-column'), t('group-column'), t('what-column'), t('state-column')],
    rows: list.map((one) => [
      link(one.name[lang], one.url),
      t(`group-${one.group}`),
      one.what[lang],
      one.ready ? tag(t('ready'), 'positive') : tag(t('not-ready'), 'warning'),
    ]),
  });

/** The first page of the demo country: what is running, which journeys it offers, which card to insert. */
export const portalPage = (options: {
  lang: Lang;
  country: Country;
  cards: readonly CardRecord[];
  operators: readonly OperatorRecord[];
  states: readonly (ListedService & { ready: boolean })[];
  cardPortTaken: number | undefined;
}): Html => {
  const { lang, country, states } = options;
  const t = portalWords(lang);
  const waiting = states.filter(({ ready }) => !ready).length;
  return html`${pageHeading({ title: t('title'), lead: t('lead') })}
${options.cardPortTaken !== undefined && alert('warning', t('card-port-title'), t('card-port-body', { port: String(options.cardPortTaken) }))}
${waiting > 0 && alert('info', t('starting-title'), t('starting-body', { count: waiting }))}
${section(t('nav-journeys'), journeys(t, lang, country, options.operators), { id: 'journeys' })}
${cards(t, lang, country, options.cards)}
${section(t('services-title'), serviceTable(t, lang, states), { id: 'services' })}`;
};
