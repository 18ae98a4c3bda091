import { dateTime, type Lang } from '@xinlu/common/i18n';
import {
  alert,
  button,
  buttonGroup,
  buttonLink,
  emptyState,
  errorSummary,
  type Html,
  hiddenFields,
  html,
  link,
  pageHeading,
  postForm,
  radioGroup,
  section,
  summaryList,
  type Tone,
  tableResponsive,
  tag,
  textArea,
  waiting,
} from '@xinlu/common/page';
import { mayDo, type OfficePaper, type PaperEvent, type Staff } from '@xinlu/issuer-kit';
import { type PaperName, paperTypes, type StatusName } from '@xinlu/verifier';
import { paperFacts, paperInputs, type Typed } from './form.ts';
import { deskWords } from './words.ts';

export type DeskContext = { lang: Lang; csrfToken: string };
export type Desk = 'clerk' | 'registrar';

/** Something to be corrected, where the page has a place for it. */
export type DeskFaults = { action?: string; reason?: string };

const tones: Record<StatusName, Tone> = {
  valid: 'positive',
  suspended: 'warning',
  revoked: 'negative',
  superseded: 'neutral',
};

export const statusTag = (status: StatusName, lang: Lang): Html =>
  tag(deskWords(lang)(status), tones[status]);

const typeName = (type: PaperName, lang: Lang): string => paperTypes[type].name[lang === 'en' ? 1 : 0];

const deskForm = ({ lang, csrfToken }: DeskContext, desk: Desk | 'none'): Html => {
  const t = deskWords(lang);
  return postForm({
    action: '/clerk/desk',
    csrfToken,
    className: 'xl-inline-form',
    body: html`${hiddenFields({ desk })}${button(desk === 'none' ? t('leave') : t(`desk-${desk}`), {
      kind: desk === 'clerk' ? 'primary' : 'secondary',
      id: `desk-${desk}`,
    })}`,
  });
};

/** Who nobody is yet chooses a role first. */
export const choosePage = (context: DeskContext): Html => {
  const t = deskWords(context.lang);
  return html`${pageHeading({ title: t('title') })}${alert('info', undefined, t('lead'))}
${section(t('desk-title'), buttonGroup([deskForm(context, 'clerk'), deskForm(context, 'registrar')]))}`;
};

const workingAs = (context: DeskContext, desk: Desk): Html => {
  const t = deskWords(context.lang);
  return html`<p>${t('working-as', { who: t(desk) })}</p>${buttonGroup([deskForm(context, 'none')])}`;
};

export const deskPage = (
  context: DeskContext,
  options: { desk: Desk; types: readonly PaperName[]; papers: readonly OfficePaper[] },
): Html => {
  const { lang } = context;
  const t = deskWords(lang);
  const { types, papers } = options;
  return html`${pageHeading({ title: t('title') })}${workingAs(context, options.desk)}
${
  types.length > 0 &&
  section(
    t('issue-title'),
    html`<p>${t('issue-body')}</p>${buttonGroup(
      types.map((type) =>
        buttonLink(typeName(type, lang), `/clerk/issue/${type}`, { kind: 'secondary', id: `issue-${type}` }),
      ),
    )}`,
  )
}
${section(
  t('papers-title'),
  papers.length === 0
    ? emptyState(t('empty'))
    : tableResponsive({
        caption: t('papers-title'),
        hideCaption: true,
        columns: [t('number'), t('kind'), t('issued-at'), t('state'), t('open')],
        empty: t('empty'),
        rows: papers.map((paper) => [
          paper.number,
          typeName(paper.type, lang),
          dateTime(paper.issuedAt, lang),
          statusTag(paper.status, lang),
          link(t('open-label', { number: paper.number }), `/clerk/papers/${paper.id}`),
        ]),
      }),
)}`;
};

/** What one role may do to a paper that has this status. */
export const actionsFor = (staff: Staff, status: StatusName) =>
  (['suspend', 'reinstate', 'revoke'] as const).filter(
    (action) =>
      mayDo(staff, action) &&
      (status === 'valid' ? action !== 'reinstate' : status === 'suspended' && action !== 'suspend'),
  );

const reasonInput = (lang: Lang, typed: string, error: string | undefined): Html => {
  const t = deskWords(lang);
  return textArea({
    name: 'reason',
    label: t('reason'),
    hint: t('reason-hint'),
    value: typed,
    rows: 2,
    maxlength: 300,
    ...(error === undefined ? {} : { error }),
  });
};

const actForm = (
  { lang, csrfToken }: DeskContext,
  paper: OfficePaper,
  staff: Staff,
  { faults, typed }: { faults: DeskFaults; typed: Typed },
): Html => {
  const t = deskWords(lang);
  const isOver = paper.status === 'revoked' || paper.status === 'superseded';
  const actions = actionsFor(staff, paper.status);
  if (isOver || actions.length === 0) return html`<p>${t(isOver ? 'act-none' : 'act-role')}</p>`;
  return html`${postForm({
    action: `/clerk/papers/${paper.id}`,
    csrfToken,
    noValidate: true,
    body: html`${radioGroup({
      name: 'action',
      label: t('action'),
      value: typed['action'],
      choices: actions.map((value) => ({ value, label: t(value), description: t(`${value}-body`) })),
      ...(faults.action === undefined ? {} : { error: faults.action }),
    })}${reasonInput(lang, typed['reason'] ?? '', faults.reason)}${button(t('submit'), { id: 'act' })}`,
  })}${
    mayDo(staff, 'supersede') &&
    buttonGroup([
      buttonLink(t('supersede'), `/clerk/papers/${paper.id}/supersede`, {
        kind: 'secondary',
        id: 'supersede',
      }),
    ])
  }`;
};

export const paperPage = (
  context: DeskContext,
  options: {
    staff: Staff;
    paper: OfficePaper;
    events: readonly PaperEvent[];
    claims: Readonly<Record<string, unknown>>;
    isFinal: boolean;
    faults: DeskFaults;
    typed: Typed;
  },
): Html => {
  const { lang } = context;
  const t = deskWords(lang);
  const { staff, paper, events, claims, isFinal } = options;
  const faults = Object.entries(options.faults).map(([name, text]) => ({ name, text }));
  return html`${faults.length > 0 && errorSummary(t('form-faults'), faults)}${pageHeading({
    above: typeName(paper.type, lang),
    title: paper.number,
  })}<p>${statusTag(paper.status, lang)}</p>
${section(t('act-title'), actForm(context, paper, staff, options))}
${section(
  t('history-title'),
  tableResponsive({
    caption: t('history-title'),
    hideCaption: true,
    columns: [t('when'), t('what'), t('why'), t('who')],
    empty: '',
    rows: events.map(({ at, status, reason, staff: by }) => [
      dateTime(at, lang),
      statusTag(status, lang),
      reason,
      by === 'clerk' || by === 'registrar' || by === 'online' ? t(by) : by,
    ]),
  }),
)}
${section(t('content-title'), summaryList(paperFacts(paperTypes[paper.type], claims, lang)))}
${
  isFinal
    ? buttonGroup([
        buttonLink(t('download-pdf'), `/papers/${paper.fingerprint}/paper.pdf`, { kind: 'secondary' }),
        buttonLink(t('download-file'), `/papers/${paper.fingerprint}`, { kind: 'secondary' }),
      ])
    : waiting(t('waiting'))
}
<p>${link(t('back'), '/clerk')}</p>`;
};

/** The form of a paper to be issued, or to take the place of another. */
export const issuePage = (
  context: DeskContext,
  options: {
    type: PaperName;
    action: string;
    replaces?: string | undefined;
    typed: Typed;
    wrong: ReadonlySet<string>;
    reasonError?: string | undefined;
  },
): Html => {
  const { lang, csrfToken } = context;
  const t = deskWords(lang);
  const { type, replaces, typed, wrong, reasonError } = options;
  const table = paperTypes[type];
  const labelled = table.fields.filter(({ name }) => wrong.has(name));
  const faults = [
    ...labelled.map(({ name, label }) => ({
      name,
      text: t('field-wrong', { label: label[lang === 'en' ? 1 : 0] }),
    })),
    ...(reasonError === undefined ? [] : [{ name: 'reason', text: reasonError }]),
  ];
  return html`${faults.length > 0 && errorSummary(t('form-faults'), faults)}${pageHeading({
    title:
      replaces === undefined
        ? t('form-title', { name: typeName(type, lang) })
        : t('supersede-title', { number: replaces }),
    lead: t(replaces === undefined ? 'form-lead' : 'supersede-lead'),
  })}
${postForm({
  action: options.action,
  csrfToken,
  noValidate: true,
  body: html`${paperInputs(table, lang, { typed, wrong })}${reasonInput(lang, typed['reason'] ?? '', reasonError)}${button(
    t(replaces === undefined ? 'issue' : 'supersede'),
    { id: 'issue' },
  )}`,
})}
<p>${link(t('back'), '/clerk')}</p>`;
};
