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
