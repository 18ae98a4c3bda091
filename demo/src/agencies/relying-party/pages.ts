import { dateTime, type Lang } from '@xinlu/common/i18n';
import {
  alert,
  button,
  buttonGroup,
  buttonLink,
  card,
  cardGroup,
  code,
  words as commonWords,
  dataFlow,
  disclosure,
  errorSummary,
  type Html,
  hiddenFields,
  html,
  pageHeading,
  postForm,
  section,
  stepIndicator,
  stepList,
  summaryList,
  tag,
} from '@xinlu/common/page';
import type { MyDataDetail } from '@xinlu/common/wire';
import type { Release } from '@xinlu/rp-kit';
import { datasetTitle } from '../../country/catalogue.ts';
import { agencyNames } from '../../country/participants.ts';
import type { Application, LastRequest } from './applications.ts';
import { fieldTitle, fieldValue } from './field-words.ts';
import type { FormFault, FormValues, RelyingPartyProfile } from './profile.ts';
import { relyingPartyWords } from './words.ts';

type Context = { lang: Lang; profile: RelyingPartyProfile; csrfToken: string; consentUrl: string };

const providerName = (provider: string, lang: Lang): string =>
  new Map(Object.entries(agencyNames)).get(provider)?.[lang] ?? provider;

const listOf = (items: readonly string[], lang: Lang): string => items.join(lang === 'zh-TW' ? '、' : ', ');

const progress = (lang: Lang, current: number): Html => {
  const t = relyingPartyWords(lang);
  const common = commonWords(lang);
  return stepIndicator({
    label: t('progress'),
    steps: [t('progress-form'), t('progress-consent'), t('progress-result')],
    current,
    done: common('step-done'),
    now: common('step-current'),
  });
};

const action = (context: Context, to: string, text: string, options: Parameters<typeof button>[1]): Html =>
  postForm({
    action: to,
    csrfToken: context.csrfToken,
    className: 'xl-inline-form',
    body: button(text, options),
  });

export const homePage = (context: Omit<Context, 'csrfToken'>, signedIn: boolean): Html => {
  const { lang, profile } = context;
  const t = relyingPartyWords(lang);
  const own = profile.words(lang);
  return html`${pageHeading({ title: own.title, lead: own.lead })}
${buttonGroup([
  signedIn
    ? buttonLink(t('continue'), '/application', { big: true, id: 'continue' })
    : buttonLink(t('sign-in'), '/login', { big: true, id: 'sign-in' }),
  profile.delegation !== undefined &&
    buttonLink(profile.delegation.words[lang], '/login?for=other', {
      kind: 'secondary',
      big: true,
      id: 'sign-in-for-other',
    }),
])}
<p class="xl-quiet">${t('sign-in-hint')}</p>
${section(
  t('how-title'),
  stepList([
    { title: t('step-1'), body: t('step-1-body') },
    { title: t('step-2'), body: t('step-2-body') },
    { title: t('step-3'), body: t('step-3-body') },
  ]),
)}
${section(t('paper-title'), html`<p>${own.paper}</p>`)}`;
};

export const formPage = (context: Context, values: FormValues, faults: readonly FormFault[]): Html => {
  const { lang, profile } = context;
  const t = relyingPartyWords(lang);
  const own = profile.words(lang);
  return html`${pageHeading({ title: own.formTitle, lead: own.formLead })}${progress(lang, 0)}
${faults.length > 0 && errorSummary(t('faults-title'), faults)}
${postForm({
  action: '/application',
  csrfToken: context.csrfToken,
  noValidate: true,
  body: html`${profile.form(lang, values, faults)}${button(t('save'), { id: 'save' })}`,
})}`;
};

const asked = (details: readonly MyDataDetail[], context: Context): Html =>
  html`${dataFlow({
    from: details.map(({ provider, dataset, fields }) => ({
      name: providerName(provider, context.lang),
      note: `${datasetTitle(dataset, context.lang)}：${listOf(
        fields.map((field) => fieldTitle(field, context.lang)),
        context.lang,
      )}`,
    })),
    verb: relyingPartyWords(context.lang)('provides'),
    to: { name: context.profile.name[context.lang] },
  })}`;

const entered = (context: Context, application: Application): Html =>
  section(
    relyingPartyWords(context.lang)('your-application'),
    summaryList(context.profile.summary(context.lang, application.form)),
  );

/** Before a decision: what will be asked of MyData, and the button that leads to the consent service. */
export const consentPage = (
  context: Context,
  application: Application,
  details: readonly MyDataDetail[],
): Html => {
  const { lang, profile } = context;
  const t = relyingPartyWords(lang);
  const own = profile.words(lang);
  const party = profile.name[lang];
  const refused = application.state === 'refused';
  const excessive = refused && application.lastRequest?.code === 'excessive';
  const failed = application.state === 'consented' && application.lastRequest?.ok === false;
  const ask = action(context, '/application/request', refused ? t('try-again') : t('get-data'), {
    big: true,
    id: 'get-my-data',
  });
  return html`${pageHeading({ title: t('data-title'), lead: t('data-lead', { why: own.why, party }) })}${progress(lang, 1)}
${excessive && alert('warning', t('excess-refused-title'), html`<p>${t('excess-refused-body', { purpose: own.service })}</p>${errorDetail(lang, application.lastRequest?.oauthError)}`, { live: true, id: 'excess-refused' })}
${refused && !excessive && alert('info', t('refused-title'), html`<p>${t('refused-body')}</p><p>${own.paper}</p>`, { live: true, id: 'consent-refused' })}
${failed && alert('warning', t('request-failed-title'), html`<p>${t('request-failed-body')}</p>${errorDetail(lang, application.lastRequest?.code)}`, { live: true })}
${asked(details, context)}
<p>${own.standing}</p>
${buttonGroup([
  application.state === 'consented'
    ? action(context, '/application/refresh', t('retry'), { big: true, id: 'ask-again' })
    : ask,
  buttonLink(t('edit'), '/application/new', { kind: 'secondary', big: true }),
])}
${entered(context, application)}
${profile.excessiveRequest && disclosure(t('excess-title'), html`<p>${t('excess-body')}</p>${postForm({ action: '/application/request', csrfToken: context.csrfToken, className: 'xl-inline-form', body: html`${hiddenFields({ demonstration: 'excessive' })}${button(t('excess-button'), { kind: 'secondary', id: 'ask-too-much' })}` })}`)}`;
};

const errorDetail = (lang: Lang, text: string | undefined): Html | undefined =>
  text === undefined
    ? undefined
    : html`<p class="xl-quiet">${relyingPartyWords(lang)('error-code')} ${code(text)}</p>`;

const receivedCard = (context: Context, result: Release, details: readonly MyDataDetail[]): Html => {
  const { lang } = context;
  const t = relyingPartyWords(lang);
  const title = datasetTitle(result.dataset, lang);
  const above = t('from', { provider: providerName(result.provider, lang) });
  if (result.error)
    return card({
      title,
      above,
      tag: tag(t('missing'), 'warning'),
      body: html`<p>${result.error.title}</p>${errorDetail(lang, result.error.code)}`,
    });
  const { data, accessId, answers } = result;
  const questions = context.profile.verification?.words(lang) ?? {};
  if (answers !== undefined)
    return card({
      id: `received-${result.dataset.replaceAll('.', '-')}`,
      title,
      above,
      tag: tag(t('verified'), 'positive'),
      body: summaryList([
        ...answers.map(({ field, answer }) => ({
          key: questions[field] ?? fieldTitle(field, lang),
          value: html`<strong>${t(answer ? 'answer-yes' : 'answer-no')}</strong>`,
        })),
        { key: t('access-id'), value: code(accessId) },
      ]),
    });
  const leftOut = (details.find(({ dataset }) => dataset === result.dataset)?.fields ?? []).filter(
    (field) => !Object.hasOwn(data, field),
  );
  return card({
    id: `received-${result.dataset.replaceAll('.', '-')}`,
    title,
    above,
    tag: tag(t('verified'), 'positive'),
    body: html`${summaryList([
      ...Object.entries(data).map(([field, value]) => ({
        key: fieldTitle(field, lang),
        value: fieldValue(field, value, lang),
      })),
      { key: t('access-id'), value: code(accessId) },
    ])}${
      leftOut.length > 0 &&
      html`<p class="xl-quiet">${t('left-out', {
        fields: listOf(
          leftOut.map((field) => fieldTitle(field, lang)),
          lang,
        ),
      })}</p>`
    }`,
  });
};

const refusals: Readonly<Record<string, 'withdrawn' | 'used' | 'expired' | 'too-often'>> = {
  'consent-withdrawn': 'withdrawn',
  'consent-used': 'used',
  'consent-expired': 'expired',
  'frequency-exceeded': 'too-often',
};

/** How the latest request for data went, when it came after the decision. */
const lastRequestNote = (context: Context, application: Application): Html | undefined => {
  const last: LastRequest | undefined = application.lastRequest;
  const { lang } = context;
  const t = relyingPartyWords(lang);
  if (last === undefined || last.ok) return undefined;
  const kind = refusals[last.code ?? ''];
  const words = { at: dateTime(last.at, lang), party: context.profile.name[lang] };
  const body =
    kind === 'withdrawn'
      ? t('withdrawn-body', words)
      : kind === 'used'
        ? t('used-body', words)
        : t('denied-body', words);
  return alert(
    'error',
    kind === undefined ? t('denied-title') : t(`${kind}-title`),
    html`<p>${body}</p>${errorDetail(lang, last.code)}`,
    { live: true, id: 'request-refused' },
  );
};

/** After the decision: the result, everything that was received, and what can still be done. */
export const resultPage = (
  context: Context,
  application: Application & { decision: NonNullable<Application['decision']> },
  details: readonly MyDataDetail[],
): Html => {
  const { lang, profile } = context;
  const t = relyingPartyWords(lang);
  const own = profile.words(lang);
  const { decision } = application;
  const words = profile.explainDecision(lang, decision);
  const standing = details.some(({ until }) => until !== undefined);
  const party = profile.name[lang];
  const kind =
    decision.outcome === 'approved' ? 'success' : decision.outcome === 'declined' ? 'warning' : 'info';
  return html`${pageHeading({ title: words.title, lead: words.body })}${progress(lang, 2)}
${lastRequestNote(context, application)}
${alert(
  kind,
  t('decision-title'),
  html`${summaryList([
    { key: t('application-id'), value: code(application.id) },
    { key: t('decided-at'), value: application.decidedAt && dateTime(application.decidedAt, lang) },
    ...profile.summary(lang, application.form),
  ])}`,
  { id: `decision-${decision.outcome}` },
)}
${section(
  t('received-title'),
  html`<p>${t('received-lead')}</p>${cardGroup(
    application.results.map((result) => receivedCard(context, result, details)),
    { columns: 2 },
  )}`,
)}
${section(
  standing ? t('again-title') : t('once-title'),
  html`<p>${standing ? t('again-body', { standing: own.standing, party }) : t('once-body', { standing: own.standing, party })}</p>${buttonGroup(
    [
      action(context, '/application/refresh', t('again'), { kind: 'secondary', id: 'ask-again' }),
      buttonLink(t('my-data'), context.consentUrl, { kind: 'secondary' }),
      buttonLink(t('restart'), '/application/new', { kind: 'secondary', id: 'restart' }),
    ],
  )}`,
)}`;
};
