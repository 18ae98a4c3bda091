/**
 * The screens of Xinlu: one frame and a set of small components, all in Traditional Chinese and English.
 *
 * How to make a page. A component is a function from data to `Html`; a page is components in html``, put into `page`:
 *
 *     const t = texts(lang);                                   // createTranslator of '@xinlu/common/i18n'
 *     return page({ lang, service, title: t('consent.title'), url: request.url, user, demo,
 *       body: html`
 *         ${pageHeading({ title: t('consent.title'), lead: t('consent.lead') })}
 *         ${summaryList([{ key: t('purpose'), value: purpose }])}
 *         ${postForm({ action, csrfToken, body: buttonGroup([button(t('agree')), button(t('refuse'), { kind: 'secondary' })]) })}` });
 *
 * Rules that keep pages safe: text is escaped by itself, and only html`` and the components make `Html`; attribute values
 * stand in quotes; addresses in `href` and `action` that come from outside go through `safeAddress`; what changes something
 * is a `postForm`; no inline style, script or handler (the content security policy would drop it): scripts are files named
 * in `page({ scripts })`, their data goes in `page({ data })`.
 *
 * Rules that keep pages usable: one `pageHeading` (the only h1) a page, parts under it in `section`; one `primary` button;
 * agree and refuse are equally big; a state is a `tag` whose words say it; nothing that she must know before she decides
 * hides in a `disclosure`; after a failed check, `errorSummary` on top and `error` at the field, status 422;
 * `alert(..., { live: true })` only for what just happened; `width: 'wide'` for tables and cards.
 *
 * What there is:
 * - frame: `page`, `errorPage` (`shell.ts`, `error-page.ts`); `words(lang)` has the common words (cancel, back, optional)
 * - text: `pageHeading` `section` `link` `alert` `tag` `disclosure` `code` `codeBlock` `waiting` `emptyState`
 * - lists: `summaryList` `definitionList` `bulletList` `stepList` `stepIndicator` `timeline` `tableResponsive` `stats`
 * - boxes: `card` `cardGroup` `dataFlow`
 * - forms: `postForm` `formField` `textArea` `select` `radioGroup` `checkbox` `fieldGroup` `button` `buttonLink`
 *   `buttonGroup` `errorSummary` `fieldId` `hiddenFields` `csrfField`
 * - markup: `html` `joinHtml` `attributes` `safeAddress` `jsonData` `trustedHtml`
 *
 * All of them in use, and pictures of them: `common/test/gallery/` (`node common/test/gallery/photograph.ts`).
 *
 * @module
 */
export type { AlertKind, HeadingLevel, Tone } from './content.ts';
export {
  alert,
  bulletList,
  card,
  cardGroup,
  code,
  codeBlock,
  dataFlow,
  definitionList,
  disclosure,
  emptyState,
  link,
  pageHeading,
  section,
  stats,
  stepIndicator,
  stepList,
  summaryList,
  tableResponsive,
  tag,
  timeline,
  waiting,
} from './content.ts';
export type { ErrorPageKind } from './error-page.ts';
export { errorPage } from './error-page.ts';
export type { ButtonKind, Choice } from './forms.ts';
export {
  button,
  buttonGroup,
  buttonLink,
  checkbox,
  csrfField,
  errorSummary,
  fieldGroup,
  fieldId,
  formField,
  hiddenFields,
  postForm,
  radioGroup,
  select,
  textArea,
} from './forms.ts';
export type { Html, HtmlValue } from './html.ts';
export { attributes, html, joinHtml, jsonData, safeAddress, trustedHtml } from './html.ts';
export type { NavItem, PageOptions, Service, Theme, User } from './shell.ts';
export { page } from './shell.ts';
export { words } from './words.ts';
