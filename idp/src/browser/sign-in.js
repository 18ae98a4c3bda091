import { CardFailure, signWithCard } from './card.js';
import { showCertificate } from './card-window.js';
import { isNationalId, tidy } from './national-id.js';
import { post, Refusal } from './post.js';
import { markField, pageData, setBusy, showProblem, showStatus } from './view.js';
import { authenticate } from './web-eid.js';

const data = pageData('sign-in-data');
const { words } = data;
/** @type {typeof import('@simplewebauthn/browser')} */
const webauthn = await import(data.webauthnModule);
/** Not there where only organisations sign in. */
const nationalIdField = /** @type {HTMLInputElement | null} */ (document.getElementById('field-national-id'));
/** Not there where more is needed than this way can give. */
const pinField = /** @type {HTMLInputElement | null} */ (document.getElementById('field-pin'));
const passkeyButton = /** @type {HTMLButtonElement | null} */ (document.getElementById('use-passkey'));

/** @param {unknown} error */
function explain(error) {
  if (error instanceof Refusal) return error.message;
  if (error instanceof CardFailure) return words[error.word];
  return words['passkey-cancelled'];
}

/** Once she is in, whatever else was under way no longer matters. */
let leaving = false;

/** @param {string} next */
function leave(next) {
  leaving = true;
  window.location.assign(next);
}

/** @param {string} status @param {() => Promise<string>} work Gives the address to go on to. */
async function run(status, work) {
  showProblem(undefined);
  showStatus(status);
  setBusy(true);
  try {
    leave(await work());
  } catch (error) {
    if (leaving) return;
    showStatus(undefined);
    showProblem(explain(error));
    setBusy(false);
  }
}

/** Her number, or undefined after saying what is wrong with it. */
function readNationalId() {
  const nationalId = tidy(nationalIdField?.value ?? '');
  const fault =
    nationalId === ''
      ? data.cards === 'person'
        ? words['national-id-missing']
        : undefined
      : isNationalId(nationalId)
        ? undefined
        : words['national-id-wrong'];
  if (nationalIdField !== null) markField('field-national-id', fault);
  showProblem(fault);
  return fault === undefined ? nationalId : undefined;
}

/** @param {string} nationalId */
const typed = (nationalId) => (nationalId === '' ? {} : { national_id: nationalId });

document.getElementById('card-form')?.addEventListener('submit', (event) => {
  event.preventDefault();
  const nationalId = readNationalId();
  if (pinField === null || nationalId === undefined) return;
  const pin = pinField.value;
  const fault = pin === '' ? words['pin-missing'] : undefined;
  markField('field-pin', fault);
  showProblem(fault);
  if (fault !== undefined) return;
  pinField.value = '';
  const given = post(data, '/card/challenge');
  given.catch(() => undefined);
  const signing = signWithCard({ origin: data.cardOrigin, pin, text: given.then(({ text }) => text) });
  run(words['waiting-card'], async () => {
    const { signature, certificate } = await signing;
    showStatus(words['checking']);
    const { challenge } = await given;
    const answer = { challenge, ...typed(nationalId), signature_type: 'PKCS1', signature, certificate };
    return (await post(data, '/card/answer', answer)).next;
  });
});

document.getElementById('use-web-eid')?.addEventListener('click', () => {
  const nationalId = readNationalId();
  if (nationalId === undefined) return;
  run(words['waiting-web-eid'], async () => {
    const { challenge, nonce } = await post(data, '/card/web-eid/challenge');
    const token = await authenticate(nonce, data.lang === 'en' ? 'en' : 'zh');
    showStatus(words['checking']);
    return (await post(data, '/card/web-eid/answer', { challenge, ...typed(nationalId), token })).next;
  });
});

document.getElementById('use-tls')?.addEventListener('click', () => {
  const nationalId = readNationalId();
  if (nationalId === undefined) return;
  const showing = showCertificate(post(data, '/card/tls/ticket').then(({ url }) => url));
  run(words['waiting-tls'], async () => {
    const code = await showing;
    showStatus(words['checking']);
    return (await post(data, '/card/tls/answer', { code, ...typed(nationalId) })).next;
  });
});

/** The suggestion in the field and the button may both be taken; the first answer to be ready is the one that counts. */
let answering = false;

/** @param {boolean} useBrowserAutofill */
async function usePasskey(useBrowserAutofill) {
  const optionsJSON = await post(data, '/passkey/options');
  const answer = await webauthn.startAuthentication({ optionsJSON, useBrowserAutofill });
  if (answering) return new Promise(() => {});
  answering = true;
  try {
    showStatus(words['checking']);
    return (await post(data, '/passkey/answer', { answer })).next;
  } finally {
    answering = false;
  }
}

// The page comes with its buttons off: a press before this script is here would be lost.
setBusy(false);
if (passkeyButton === null) {
  // Only organisations sign in here, by their cards.
} else if (webauthn.browserSupportsWebAuthn()) {
  passkeyButton.addEventListener('click', () => run(words['waiting-passkey'], () => usePasskey(false)));
  if (await webauthn.browserSupportsWebAuthnAutofill()) {
    usePasskey(true).then(leave, (error) => {
      if (leaving) return;
      showStatus(undefined);
      // A suggestion that was never taken is no fault; an answer that the server refused is.
      if (error instanceof Refusal) showProblem(error.message);
    });
  }
} else {
  passkeyButton.disabled = true;
  passkeyButton.after(
    Object.assign(document.createElement('p'), { textContent: words['passkey-unsupported'] }),
  );
}
