// The Web eID browser extension, spoken to as web-eid.js does: messages of this very window, answered by the extension.

import { CardFailure } from './card.js';

/** The extension acknowledges at once; without that it is not there. */
const ACKNOWLEDGE_MILLISECONDS = 1_500;
const USER_MILLISECONDS = 180_000;

/** Codes of the extension and its application. */
const WORDS = /** @type {Record<string, string>} */ ({
  ERR_WEBEID_USER_CANCELLED: 'web-eid-cancelled',
  ERR_WEBEID_USER_TIMEOUT: 'web-eid-cancelled',
  ERR_WEBEID_NATIVE_UNAVAILABLE: 'web-eid-no-application',
  ERR_WEBEID_VERSION_MISMATCH: 'web-eid-old',
  ERR_WEBEID_CONTEXT_INSECURE: 'web-eid-insecure',
});

/**
 * @param {string} challengeNonce
 * @param {string} lang
 * @returns {Promise<object>} the authentication token, as the extension gave it
 */
export function authenticate(challengeNonce, lang) {
  return new Promise((resolve, reject) => {
    const finish = (/** @type {() => void} */ settle) => {
      clearTimeout(silence);
      clearTimeout(patience);
      window.removeEventListener('message', listen);
      settle();
    };
    const fail = (/** @type {string} */ word) => finish(() => reject(new CardFailure(word)));
    const silence = setTimeout(() => fail('web-eid-missing'), ACKNOWLEDGE_MILLISECONDS);
    const patience = setTimeout(() => fail('web-eid-cancelled'), USER_MILLISECONDS);
    const listen = (/** @type {MessageEvent} */ event) => {
      if (event.source !== window || event.origin !== window.location.origin) return;
      const { action, error, ...token } = event.data ?? {};
      if (action === 'web-eid:authenticate-ack') clearTimeout(silence);
      else if (action === 'web-eid:authenticate-success') finish(() => resolve(token));
      else if (action === 'web-eid:authenticate-failure') fail(WORDS[error?.code] ?? 'web-eid-failed');
    };
    window.addEventListener('message', listen);
    window.postMessage(
      { action: 'web-eid:authenticate', libraryVersion: '2.0.2', challengeNonce, lang },
      window.location.origin,
    );
  });
}
