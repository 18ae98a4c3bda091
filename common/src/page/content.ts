import type { Html, HtmlValue } from './html.ts';
import { attributes, html, safeAddress } from './html.ts';

export type HeadingLevel = 1 | 2 | 3 | 4;

/** A heading whose level is chosen by the page's outline, not by its size. */
function heading(level: HeadingLevel, className: string, text: HtmlValue): Html {
  if (level === 1) return html`<h1 class="${className}">${text}</h1>`;
  if (level === 2) return html`<h2 class="${className}">${text}</h2>`;
  if (level === 3) return html`<h3 class="${className}">${text}</h3>`;
  return html`<h4 class="${className}">${text}</h4>`;
}

/** The top of a page: its only h1, a small line above it (where we are) and a first sentence (what this is for). */
export function pageHeading(options: { title: HtmlValue; lead?: HtmlValue; above?: HtmlValue }): Html {
  return html`<div class="xl-page-heading">${options.above && html`<p class="xl-page-heading__above">${options.above}</p>`}<h1>${options.title}</h1>${options.lead && html`<p class="xl-lead">${options.lead}</p>`}</div>`;
}

/** A part of a page under an h2. `aside` stands at the right of the heading (a link, a count). */
export function section(
  title: HtmlValue,
  body: HtmlValue,
  options: { id?: string | undefined; aside?: HtmlValue } = {},
): Html {
  return html`<section class="xl-section"${attributes({ id: options.id })}><div class="xl-section__head"><h2>${title}</h2>${options.aside}</div>${body}</section>`;
}

/** A text link. `newWindow` is the words that say so: `words(lang)('opens-new-window')`. */
export function link(
  text: HtmlValue,
  href: string,
  options: { newWindow?: string | undefined; id?: string | undefined } = {},
): Html {
  const extra = attributes({
    id: options.id,
    ...(options.newWindow ? { target: '_blank', rel: 'noopener noreferrer' } : {}),
  });
  return html`<a class="usa-link" href="${safeAddress(href)}"${extra}>${text}${options.newWindow}</a>`;
}

export type AlertKind = 'info' | 'success' | 'warning' | 'error';

/**
 * A message in a box. `live: true` only when it appears after something she did: it is then read out at once.
 * Without heading the box is slim.
 */
export function alert(
  kind: AlertKind,
  title: string | undefined,
  body: HtmlValue,
  options: { live?: boolean | undefined; level?: HeadingLevel | undefined; id?: string | undefined } = {},
): Html {
  const extra = attributes({
    role: options.live ? (kind === 'error' ? 'alert' : 'status') : undefined,
    id: options.id,
  });
  return html`<div class="usa-alert usa-alert--${kind} xl-alert${!title && ' usa-alert--slim'}"${extra}><div class="usa-alert__body">${title && heading(options.level ?? 2, 'usa-alert__heading', title)}<div class="usa-alert__text">${body}</div></div></div>`;
}

export type Tone = 'neutral' | 'info' | 'positive' | 'warning' | 'negative';

/** A state in one or two words: 有效, 已撤回. The words carry the meaning, the colour only repeats it. */
export function tag(text: string, tone: Tone = 'neutral'): Html {
  return html`<span class="xl-tag xl-tag--${tone}">${text}</span>`;
}

/** A box for one thing among several: a consent, a journey. `footer` holds its buttons, `tag` its state. */
export function card(options: {
  title: HtmlValue;
  body?: HtmlValue;
  footer?: HtmlValue;
  tag?: Html | undefined;
  level?: HeadingLevel | undefined;
  id?: string | undefined;
  /** A small line above the title. */
  above?: HtmlValue;
}): Html {
  return html`<article class="xl-card"${attributes({ id: options.id })}><div class="xl-card__head"><div>${options.above && html`<p class="xl-card__above">${options.above}</p>`}${heading(options.level ?? 3, 'xl-card__title', options.title)}</div>${options.tag}</div>${options.body && html`<div class="xl-card__body">${options.body}</div>`}${options.footer && html`<div class="xl-card__footer">${options.footer}</div>`}</article>`;
}

/** Cards below one another on a phone, side by side where there is room. */
export function cardGroup(
  cards: readonly HtmlValue[],
  options: { columns?: 1 | 2 | 3 | undefined } = {},
): Html {
  return html`<div class="xl-card-group xl-card-group--${options.columns ?? 2}">${cards}</div>`;
}

/** Keys and values: beside one another where there is room, stacked on a phone. Rows without a value are left out. */
export function summaryList(rows: readonly { key: HtmlValue; value: HtmlValue; action?: HtmlValue }[]): Html {
  const shown = rows.filter((row) => row.value !== undefined && row.value !== null && row.value !== false);
  return html`<dl class="xl-summary">${shown.map(
    (row) =>
      html`<div class="xl-summary__row"><dt>${row.key}</dt><dd>${row.value}${row.action && html`<div class="xl-summary__action">${row.action}</div>`}</dd></div>`,
  )}</dl>`;
}

/** Terms and what they mean, in running text. */
export function definitionList(items: readonly { term: HtmlValue; meaning: HtmlValue }[]): Html {
  return html`<dl class="xl-definitions">${items.map((item) => html`<dt>${item.term}</dt><dd>${item.meaning}</dd>`)}</dl>`;
}

/** Plain points. */
export function bulletList(items: readonly HtmlValue[]): Html {
  return html`<ul class="usa-list">${items.map((item) => html`<li>${item}</li>`)}</ul>`;
}

/** What happens one after the other, numbered: explains a journey. For progress use `stepIndicator`. */
export function stepList(
  steps: readonly { title: HtmlValue; body?: HtmlValue }[],
  options: { level?: HeadingLevel | undefined } = {},
): Html {
  return html`<ol class="xl-steps">${steps.map(
    (step) =>
      html`<li class="xl-steps__item">${heading(options.level ?? 3, 'xl-steps__title', step.title)}${step.body && html`<div class="xl-steps__body">${step.body}</div>`}</li>`,
  )}</ol>`;
}

/** Where she is in a short procedure. `current` counts from 0; `done` and `now` are words(lang)('step-done'), ('step-current'). */
export function stepIndicator(options: {
  label: string;
  steps: readonly string[];
  current: number;
  done: string;
  now: string;
}): Html {
  return html`<ol class="xl-progress" aria-label="${options.label}">${options.steps.map((text, index) => {
    const state = index < options.current ? 'done' : index === options.current ? 'current' : 'next';
    const spoken = state === 'done' ? options.done : state === 'current' ? options.now : undefined;
    return html`<li class="xl-progress__item xl-progress__item--${state}"${state === 'current' && html` aria-current="step"`}><span>${text}</span>${spoken && html` <span class="usa-sr-only">${spoken}</span>`}</li>`;
  })}</ol>`;
}

/** What happened, newest first: `when` is already in the reader's words, `at` the same as RFC 3339. */
export function timeline(
  items: readonly {
    when: string;
    at?: string | undefined;
    title: HtmlValue;
    body?: HtmlValue;
    tone?: Tone | undefined;
  }[],
): Html {
  return html`<ol class="xl-timeline">${items.map(
    (item) =>
      html`<li class="xl-timeline__item xl-timeline__item--${item.tone ?? 'neutral'}"><time class="xl-timeline__when"${attributes({ datetime: item.at })}>${item.when}</time><p class="xl-timeline__title">${item.title}</p>${item.body && html`<div class="xl-timeline__body">${item.body}</div>`}</li>`,
  )}</ol>`;
}

/**
 * A table that turns into stacked blocks on a phone. The first cell of a row names it. `caption` is read out and shown
 * above; cells may be Html; `empty` is shown in place of a table without rows.
 */
export function tableResponsive(table: {
  caption: string;
  columns: readonly string[];
  rows: readonly (readonly HtmlValue[])[];
  empty?: HtmlValue;
  hideCaption?: boolean | undefined;
}): Html {
  if (table.rows.length === 0 && table.empty) return emptyState(table.empty);
  // The roles are written out because `display: block` on a phone would take the table's own roles away.
  const cell = (value: HtmlValue, index: number): Html => {
    const label = table.columns[index];
    return index === 0
      ? html`<th scope="row" role="rowheader" data-label="${label}">${value}</th>`
      : html`<td role="cell" data-label="${label}">${value}</td>`;
  };
  return html`<table class="xl-table" role="table"><caption${table.hideCaption && html` class="usa-sr-only"`}>${table.caption}</caption><thead role="rowgroup"><tr role="row">${table.columns.map(
    (column) => html`<th scope="col" role="columnheader">${column}</th>`,
  )}</tr></thead><tbody role="rowgroup">${table.rows.map((row) => html`<tr role="row">${row.map(cell)}</tr>`)}</tbody></table>`;
}

/** Said where a list has nothing in it yet: what would stand here, and what brings it about. */
export function emptyState(body: HtmlValue): Html {
  return html`<div class="xl-empty">${body}</div>`;
}

/** More for who wants it, closed at first. Nothing she must know before she decides may stand in here. */
export function disclosure(
  title: HtmlValue,
  body: HtmlValue,
  options: { open?: boolean | undefined } = {},
): Html {
  return html`<details class="xl-details"${options.open && html` open`}><summary>${title}</summary><div class="xl-details__body">${body}</div></details>`;
}

/** A long value of one width that may break anywhere: a hash, an id. */
export function code(text: string): Html {
  return html`<code class="xl-code">${text}</code>`;
}

/** A command or a file to be copied, in a box under its `label`; long lines wrap, nothing hides behind an edge. */
export function codeBlock(label: HtmlValue, text: string): Html {
  return html`<figure class="xl-figure"><figcaption>${label}</figcaption><pre class="xl-code-block"><code>${text}</code></pre></figure>`;
}

/** Numbers at the head of a console: 12 筆同意. */
export function stats(items: readonly { value: string | number; label: string }[]): Html {
  return html`<dl class="xl-stats">${items.map((item) => html`<div class="xl-stats__item"><dt>${item.label}</dt><dd>${item.value}</dd></div>`)}</dl>`;
}

/** Who gives what to whom, at the head of a consent: 戶政司、社會局 -> 信路高級中學. `verb` stands on the arrow. */
export function dataFlow(options: {
  from: readonly { name: string; note?: string | undefined }[];
  verb: string;
  to: { name: string; note?: string | undefined };
}): Html {
  const party = (one: { name: string; note?: string | undefined }): Html =>
    html`<li class="xl-flow__party"><strong>${one.name}</strong>${one.note && html`<span>${one.note}</span>`}</li>`;
  return html`<div class="xl-flow"><ul class="xl-flow__side">${options.from.map(party)}</ul><p class="xl-flow__arrow"><span>${options.verb}</span></p><ul class="xl-flow__side xl-flow__side--to">${party(options.to)}</ul></div>`;
}

/** A wait shown: the words say what is awaited; the movement stops for readers who want none. */
export function waiting(text: string, options: { id?: string | undefined } = {}): Html {
  return html`<p class="xl-waiting" role="status"${attributes({ id: options.id })}><span class="xl-waiting__wheel" aria-hidden="true"></span><span>${text}</span></p>`;
}
