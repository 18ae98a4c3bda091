// What the page shows while something goes on, and when it went wrong.

/** @param {string} id */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** @param {string} id */
export const pageData = (id) => JSON.parse(byId(id).textContent ?? '{}');

/** @param {string | undefined} text Nothing clears it. */
export function showStatus(text) {
  const place = byId('status');
  place.replaceChildren();
  if (text === undefined) return;
  const line = document.createElement('p');
  line.className = 'xl-waiting';
  const wheel = document.createElement('span');
  wheel.className = 'xl-waiting__wheel';
  wheel.setAttribute('aria-hidden', 'true');
  const words = document.createElement('span');
  words.textContent = text;
  line.append(wheel, words);
  place.append(line);
}

/** @param {string | undefined} text Nothing clears it. */
export function showProblem(text) {
  const place = byId('problem');
  place.replaceChildren();
  if (text === undefined) return;
  const box = document.createElement('div');
  box.className = 'usa-alert usa-alert--error xl-alert usa-alert--slim';
  const body = document.createElement('div');
  body.className = 'usa-alert__body';
  const words = document.createElement('div');
  words.className = 'usa-alert__text';
  words.textContent = text;
  body.append(words);
  box.append(body);
  place.append(box);
  place.scrollIntoView({ block: 'nearest' });
}

/** @param {string} id @param {string | undefined} text Stands at the field and is tied to it for screen readers; nothing clears it. */
export function markField(id, text) {
  const field = /** @type {HTMLInputElement} */ (byId(id));
  const faultId = `${id}-error`;
  const described = (field.getAttribute('aria-describedby') ?? '')
    .split(' ')
    .filter((one) => one !== '' && one !== faultId);
  document.getElementById(faultId)?.remove();
  field.classList.toggle('usa-input--error', text !== undefined);
  if (text === undefined) field.removeAttribute('aria-invalid');
  else {
    const words = document.createElement('span');
    words.className = 'usa-error-message';
    words.id = faultId;
    words.textContent = text;
    field.before(words);
    described.unshift(faultId);
    field.setAttribute('aria-invalid', 'true');
    field.focus();
  }
  if (described.length === 0) field.removeAttribute('aria-describedby');
  else field.setAttribute('aria-describedby', described.join(' '));
}

/** @param {boolean} busy While something goes on nothing can be started twice. */
export function setBusy(busy) {
  for (const button of document.querySelectorAll('main button')) {
    /** @type {HTMLButtonElement} */ (button).disabled = busy;
  }
}
