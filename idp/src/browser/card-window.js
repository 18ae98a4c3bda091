// A window that shows the browser's own certificate at a separate TLS host, and comes back with a code for it.

import { CardFailure } from './card.js';

const LOOK_MILLISECONDS = 400;

/**
 * Must be called while handling a click, or the browser blocks the window.
 * @param {Promise<string>} url of the TLS host, with a ticket for this browser session
 * @returns {Promise<string>} the code
 */
export function showCertificate(url) {
  const popup = window.open('about:blank', 'xinlu-card-tls', 'popup,width=520,height=520');
  if (popup === null) return Promise.reject(new CardFailure('popup-blocked'));
  return new Promise((resolve, reject) => {
    let origin = '';
    const finish = (/** @type {() => void} */ settle) => {
      clearInterval(look);
      window.removeEventListener('message', listen);
      settle();
    };
    const look = setInterval(() => {
      if (popup.closed) finish(() => reject(new CardFailure('tls-closed')));
    }, LOOK_MILLISECONDS);
    const listen = (/** @type {MessageEvent} */ event) => {
      // Only the window that we opened, and only while it shows the TLS host.
      if (event.origin !== origin || event.source !== popup || event.data?.func !== 'card-tls') return;
      const { code } = event.data;
      if (typeof code === 'string') finish(() => resolve(code));
      else finish(() => reject(new CardFailure('tls-no-certificate')));
    };
    window.addEventListener('message', listen);
    url.then(
      (address) => {
        origin = new URL(address).origin;
        popup.location.replace(address);
      },
      (error) => {
        popup.close();
        finish(() => reject(error));
      },
    );
  });
}
