import { post, Refusal } from './post.js';
import { markField, pageData, setBusy, showProblem, showStatus } from './view.js';

const data = pageData('enrol-data');
const { words } = data;
/** @type {typeof import('@simplewebauthn/browser')} */
const webauthn = await import(data.webauthnModule);
const nameField = /** @type {HTMLInputElement} */ (document.getElementById('field-name'));

/** @param {unknown} error */
function explain(error) {
  if (error instanceof Refusal) return error.message;
  return error instanceof Error && error.name === 'InvalidStateError'
    ? words['passkey-known']
    : words['passkey-cancelled'];
}

document.getElementById('enrol-form')?.addEventListener('submit', async (event) => {
  event.preventDefault();
  const name = nameField.value.trim();
  const fault = name === '' ? words['name-missing'] : undefined;
  markField('field-name', fault);
  showProblem(fault);
  if (fault !== undefined) return;
  setBusy(true);
  showStatus(words['waiting-passkey']);
  try {
    const optionsJSON = await post(data, '/passkeys/options');
    const answer = await webauthn.startRegistration({ optionsJSON });
    showStatus(words['checking']);
    window.location.assign((await post(data, '/passkeys', { name, answer })).next);
  } catch (error) {
    showStatus(undefined);
    showProblem(explain(error));
    setBusy(false);
  }
});

// The page comes with its buttons off: a press before this script is here would be lost.
setBusy(false);
if (!webauthn.browserSupportsWebAuthn()) {
  setBusy(true);
  showProblem(words['passkey-unsupported']);
}
