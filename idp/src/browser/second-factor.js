import { post, Refusal } from './post.js';
import { pageData, setBusy, showProblem, showStatus } from './view.js';

const data = pageData('second-factor-data');
const { words } = data;
/** @type {typeof import('@simplewebauthn/browser')} */
const webauthn = await import(data.webauthnModule);

document.getElementById('use-second')?.addEventListener('click', async () => {
  showProblem(undefined);
  showStatus(words['waiting-passkey']);
  setBusy(true);
  try {
    const optionsJSON = await post(data, '/passkeys/second/options');
    const answer = await webauthn.startAuthentication({ optionsJSON });
    showStatus(words['checking']);
    window.location.assign((await post(data, '/passkeys/second', { answer })).next);
  } catch (error) {
    showStatus(undefined);
    showProblem(error instanceof Refusal ? error.message : words['passkey-cancelled']);
    setBusy(false);
  }
});

setBusy(false);
if (!webauthn.browserSupportsWebAuthn()) {
  setBusy(true);
  showProblem(words['passkey-unsupported']);
}
