import { post, Refusal } from './post.js';
import { setBusy, showProblem, showStatus } from './view.js';

/**
 * A button that asks for a passkey and sends its answer to the page's own server.
 * @param {any} data The page's data block.
 * @param {string} id Of the button; the page may come without it.
 * @param {string} path Where the answer goes; the question comes from `${path}/options`.
 */
export async function passkeyButton(data, id, path) {
  const { words } = data;
  /** @type {typeof import('@simplewebauthn/browser')} */
  const webauthn = await import(data.webauthnModule);
  document.getElementById(id)?.addEventListener('click', async () => {
    showProblem(undefined);
    showStatus(words['waiting-passkey']);
    setBusy(true);
    try {
      const optionsJSON = await post(data, `${path}/options`);
      const answer = await webauthn.startAuthentication({ optionsJSON });
      showStatus(words['checking']);
      window.location.assign((await post(data, path, { answer })).next);
    } catch (error) {
      showStatus(undefined);
      showProblem(error instanceof Refusal ? error.message : words['passkey-cancelled']);
      setBusy(false);
    }
  });
  // The page comes with its buttons off: a press before this script is here would be lost.
  setBusy(false);
  if (webauthn.browserSupportsWebAuthn()) return;
  const button = /** @type {HTMLButtonElement | null} */ (document.getElementById(id));
  if (button !== null) button.disabled = true;
  showProblem(words['passkey-unsupported']);
}
