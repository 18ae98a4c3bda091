import type { Html, HtmlValue } from './html.ts';
import { attributes, html, safeAddress } from './html.ts';

/** The hidden field that `requireCsrf` reads. `postForm` puts it in by itself. */
export function csrfField(token: string): Html {
  return html`<input type="hidden" name="_csrf" value="${token}">`;
}

/** Hidden fields from an object. Never for what a citizen must not change: she can. */
export function hiddenFields(record: Readonly<Record<string, string>>): Html {
  return html`${Object.entries(record).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}`;
}

/**
 * The only form that changes something: POST, with the CSRF field. `noValidate` leaves checking to the server, whose
 * messages are in the page's own words (use it together with `errorSummary`).
 */
export function postForm(options: {
  action: string;
  csrfToken: string;
  body: HtmlValue;
  id?: string | undefined;
  className?: string | undefined;
  noValidate?: boolean | undefined;
}): Html {
  const extra = attributes({
    id: options.id,
    class: options.className ?? 'xl-form',
    novalidate: options.noValidate ?? false,
  });
  return html`<form method="post" action="${safeAddress(options.action)}"${extra}>${options.body}${csrfField(options.csrfToken)}</form>`;
}

export type ButtonKind = 'primary' | 'secondary' | 'quiet' | 'danger';
const BUTTON_CLASSES: Record<ButtonKind, string> = {
  primary: 'usa-button',
  secondary: 'usa-button usa-button--outline',
  quiet: 'usa-button usa-button--unstyled xl-button--quiet',
  danger: 'usa-button usa-button--secondary',
};

/** A submit button, or with `type: 'button'` one for a script. One `primary` a page; `danger` for what cannot be undone. */
export function button(
  text: string,
  options: {
    kind?: ButtonKind | undefined;
    name?: string | undefined;
    value?: string | undefined;
    id?: string | undefined;
    type?: 'submit' | 'button' | undefined;
    disabled?: boolean | undefined;
    big?: boolean | undefined;
    /** Who or what it acts on, where the text alone does not say: 撤回（信路高級中學）. */
    label?: string | undefined;
  } = {},
): Html {
  const extra = attributes({
    class: `${BUTTON_CLASSES[options.kind ?? 'primary']}${options.big ? ' usa-button--big' : ''}`,
    name: options.name,
    value: options.value,
    id: options.id,
    disabled: options.disabled ?? false,
    'aria-label': options.label,
  });
  return html`<button type="${options.type ?? 'submit'}"${extra}>${text}</button>`;
}

/** A link that looks like a button: it goes somewhere and changes nothing. */
export function buttonLink(
  text: string,
  href: string,
  options: { kind?: ButtonKind | undefined; big?: boolean | undefined; id?: string | undefined } = {},
): Html {
  const extra = attributes({
    class: `${BUTTON_CLASSES[options.kind ?? 'primary']}${options.big ? ' usa-button--big' : ''}`,
    id: options.id,
  });
  return html`<a href="${safeAddress(href)}"${extra}>${text}</a>`;
}

/** Buttons and forms with one button each, side by side where there is room, the main one first. */
export function buttonGroup(items: readonly HtmlValue[]): Html {
  return html`<ul class="xl-button-group">${items.map((item) => item && html`<li>${item}</li>`)}</ul>`;
}

/** What fields share. `error` is the whole sentence, in the reader's words. */
type FieldBase = {
  name: string;
  label: string;
  hint?: HtmlValue;
  error?: string | undefined;
  id?: string | undefined;
};

function described(field: FieldBase, id: string) {
  const hintId = field.hint ? `${id}-hint` : undefined;
  const errorId = field.error ? `${id}-error` : undefined;
  return {
    hint: field.hint && html`<span class="usa-hint" id="${hintId}">${field.hint}</span>`,
    error: field.error && html`<span class="usa-error-message" id="${errorId}">${field.error}</span>`,
    by: [hintId, errorId].filter(Boolean).join(' ') || undefined,
  };
}

/** The id that a field gets from its name, for `errorSummary` links. */
export function fieldId(name: string): string {
  return `field-${name.replace(/[^A-Za-z0-9_-]/g, '-')}`;
}

function labelOf(field: FieldBase, id: string, note: string | undefined): Html {
  return html`<label class="usa-label" for="${id}">${field.label}${note && html` <span class="xl-label-note">${note}</span>`}</label>`;
}

/** One line of text with its label, hint and error, tied together for screen readers. */
export function formField(
  field: FieldBase & {
    type?: 'text' | 'password' | 'email' | 'tel' | 'url' | 'date' | 'number' | 'search' | 'file' | undefined;
    value?: string | undefined;
    autocomplete?: string | undefined;
    inputmode?: 'text' | 'numeric' | 'tel' | 'email' | 'url' | 'search' | undefined;
    maxlength?: number | undefined;
    pattern?: string | undefined;
    required?: boolean | undefined;
    /** Beside the label: `words(lang)('optional')`. */
    note?: string | undefined;
    width?: 'short' | 'medium' | 'full' | undefined;
    /** For codes and numbers: one width for all characters. */
    mono?: boolean | undefined;
    autofocus?: boolean | undefined;
    readonly?: boolean | undefined;
    accept?: string | undefined;
  },
): Html {
  const id = field.id ?? fieldId(field.name);
  const { hint, error, by } = described(field, id);
  const type = field.type ?? 'text';
  const kind = type === 'file' ? 'xl-file' : 'usa-input';
  const extra = attributes({
    class: `${kind} xl-input--${field.width ?? 'full'}${field.error ? ' usa-input--error' : ''}${field.mono ? ' xl-mono' : ''}`,
    value: field.value,
    autocomplete: field.autocomplete,
    inputmode: field.inputmode,
    maxlength: field.maxlength,
    pattern: field.pattern,
    required: field.required ?? false,
    readonly: field.readonly ?? false,
    autofocus: field.autofocus ?? false,
    accept: field.accept,
    'aria-invalid': field.error ? 'true' : undefined,
    'aria-describedby': by,
  });
  return html`<div class="usa-form-group${field.error && ' usa-form-group--error'}">${labelOf(field, id, field.note)}${hint}${error}<input id="${id}" name="${field.name}" type="${type}"${extra}></div>`;
}

/** Several lines of text. */
export function textArea(
  field: FieldBase & {
    value?: string | undefined;
    rows?: number | undefined;
    maxlength?: number | undefined;
    required?: boolean | undefined;
    note?: string | undefined;
    mono?: boolean | undefined;
  },
): Html {
  const id = field.id ?? fieldId(field.name);
  const { hint, error, by } = described(field, id);
  const extra = attributes({
    class: `usa-textarea${field.error ? ' usa-input--error' : ''}${field.mono ? ' xl-mono' : ''}`,
    rows: field.rows ?? 4,
    maxlength: field.maxlength,
    required: field.required ?? false,
    'aria-invalid': field.error ? 'true' : undefined,
    'aria-describedby': by,
  });
  return html`<div class="usa-form-group${field.error && ' usa-form-group--error'}">${labelOf(field, id, field.note)}${hint}${error}<textarea id="${id}" name="${field.name}"${extra}>${field.value}</textarea></div>`;
}

export type Choice = { value: string; label: string; description?: HtmlValue };

/** A list to choose one from; for up to five choices `radioGroup` is easier to use. */
export function select(
  field: FieldBase & {
    choices: readonly Choice[];
    value?: string | undefined;
    required?: boolean | undefined;
    note?: string | undefined;
  },
): Html {
  const id = field.id ?? fieldId(field.name);
  const { hint, error, by } = described(field, id);
  const extra = attributes({
    required: field.required ?? false,
    'aria-invalid': field.error ? 'true' : undefined,
    'aria-describedby': by,
  });
  const options = field.choices.map(
    (choice) =>
      html`<option value="${choice.value}"${choice.value === field.value && html` selected`}>${choice.label}</option>`,
  );
  return html`<div class="usa-form-group${field.error && ' usa-form-group--error'}">${labelOf(field, id, field.note)}${hint}${error}<select class="usa-select" id="${id}" name="${field.name}"${extra}>${options}</select></div>`;
}

/**
 * One thing to tick, with a line that explains it. With `fixed` (a word such as 必要) it is shown as settled instead:
 * a mark and no input, so that nobody tries to change what cannot be changed, and nothing is sent for it.
 */
export function checkbox(field: {
  name: string;
  value: string;
  label: string;
  description?: HtmlValue;
  checked?: boolean | undefined;
  fixed?: string | undefined;
  id?: string | undefined;
}): Html {
  const id = field.id ?? fieldId(`${field.name}-${field.value}`);
  const description =
    field.description &&
    html`<span class="xl-choice__description" id="${id}-description">${field.description}</span>`;
  if (field.fixed) {
    return html`<div class="xl-choice xl-choice--fixed"><span class="xl-choice__mark" aria-hidden="true"></span><div><span class="xl-choice__label">${field.label} <span class="xl-tag xl-tag--neutral">${field.fixed}</span></span>${description}</div></div>`;
  }
  const extra = attributes({
    checked: field.checked ?? false,
    'aria-describedby': field.description ? `${id}-description` : undefined,
  });
  return html`<div class="xl-choice"><input class="xl-choice__input" type="checkbox" id="${id}" name="${field.name}" value="${field.value}"${extra}><div><label class="xl-choice__label" for="${id}">${field.label}</label>${description}</div></div>`;
}

/** One of a few, with a legend. */
export function radioGroup(
  field: FieldBase & {
    choices: readonly Choice[];
    value?: string | undefined;
    required?: boolean | undefined;
  },
): Html {
  const base = field.id ?? fieldId(field.name);
  const { hint, error, by } = described(field, base);
  const items = field.choices.map((choice, index) => {
    const id = index === 0 ? base : `${base}-${index}`;
    const extra = attributes({
      checked: choice.value === field.value,
      required: field.required ?? false,
      'aria-describedby': choice.description ? `${id}-description` : undefined,
    });
    return html`<div class="xl-choice"><input class="xl-choice__input" type="radio" id="${id}" name="${field.name}" value="${choice.value}"${extra}><div><label class="xl-choice__label" for="${id}">${choice.label}</label>${choice.description && html`<span class="xl-choice__description" id="${id}-description">${choice.description}</span>`}</div></div>`;
  });
  return html`<fieldset class="usa-fieldset usa-form-group${field.error && ' usa-form-group--error'}"${attributes({ 'aria-describedby': by })}><legend class="usa-legend">${field.label}</legend>${hint}${error}${items}</fieldset>`;
}

/** Things that belong together under one legend: the checkboxes of one dataset. */
export function fieldGroup(legend: HtmlValue, body: HtmlValue, options: { hint?: HtmlValue } = {}): Html {
  return html`<fieldset class="usa-fieldset xl-field-group"><legend class="xl-field-group__legend">${legend}</legend>${options.hint && html`<p class="usa-hint">${options.hint}</p>`}${body}</fieldset>`;
}

/** Above the form after a failed check; each fault links to its field (`fieldId(name)`). Set `lang`'s heading yourself. */
export function errorSummary(
  heading: string,
  faults: readonly { text: string; name?: string | undefined }[],
): Html {
  return html`<div class="usa-alert usa-alert--error xl-alert" role="alert" tabindex="-1" id="error-summary"><div class="usa-alert__body"><h2 class="usa-alert__heading">${heading}</h2><ul class="usa-list">${faults.map(
    (fault) =>
      html`<li>${fault.name ? html`<a class="usa-link" href="#${fieldId(fault.name)}">${fault.text}</a>` : fault.text}</li>`,
  )}</ul></div></div>`;
}
