// The HiPKI popup: a window of the card component on this computer asks what to sign, and hands the signature back.

const SILENCE_MILLISECONDS = 20_000;
const LOOK_MILLISECONDS = 400;

/** Return codes of the component, and of PKCS#11 behind a failed login. */
const RETURN_CODES = /** @type {Record<number, string>} */ ({
  [0x76000006]: 'no-card',
  [0x76000031]: 'site-refused',
  [0x76000998]: 'pin-missing',
});
const PIN_CODES = /** @type {Record<number, string>} */ ({ [0xa0]: 'pin-wrong', [0xa4]: 'pin-locked' });

/** A failure whose `word` names the text to show. */
export class CardFailure extends Error {
  /** @param {string} word */
  constructor(word) {
    super(word);
    this.word = word;
  }
}

/** @param {{ ret_code: number, last_error?: number }} answer */
const wordFor = (answer) =>
  PIN_CODES[answer.last_error ?? 0] ?? RETURN_CODES[answer.ret_code] ?? 'card-failed';

/** @param {unknown} data */
function readMessage(data) {
  try {
    const message = typeof data === 'string' ? JSON.parse(data) : data;
    return typeof message === 'object' && message !== null ? message : {};
  } catch {
    return {};
  }
}

/**
 * Must be called while handling a click, or the browser blocks the window. The PIN goes to the component's window alone.
 * @param {{ origin: string, pin: string, text: Promise<string> }} request
 * @returns {Promise<{ signature: string, certificate: string }>}
 */
export function signWithCard({ origin, pin, text }) {
  const popup = window.open(`${origin}/popupForm`, 'xinlu-card', 'popup,width=420,height=320');
  if (popup === null) return Promise.reject(new CardFailure('popup-blocked'));
  return new Promise((resolve, reject) => {
    let asked = false;
    const finish = (/** @type {() => void} */ settle) => {
      clearInterval(look);
      clearTimeout(silence);
      window.removeEventListener('message', listen);
      settle();
    };
    const look = setInterval(() => {
      if (popup.closed) finish(() => reject(new CardFailure('popup-closed')));
    }, LOOK_MILLISECONDS);
    const silence = setTimeout(() => {
      if (asked) return;
      popup.close();
      finish(() => reject(new CardFailure('card-silent')));
    }, SILENCE_MILLISECONDS);
    const listen = async (/** @type {MessageEvent} */ event) => {
      // Only the window that we opened, and only while it shows the component's own origin.
      if (event.origin !== origin || event.source !== popup) return;
      const message = readMessage(event.data);
      if (message.func === 'getTbs' && !asked) {
        asked = true;
        const tbs = await text.catch((error) => finish(() => reject(error)));
        if (typeof tbs !== 'string') return popup.close();
        const question = {
          func: 'MakeSignature',
          tbs,
          tbsEncoding: 'NONE',
          hashAlgorithm: 'SHA256',
          pin,
          nonce: crypto.randomUUID(),
          signatureType: 'PKCS1',
        };
        popup.postMessage(JSON.stringify(question), origin);
      } else if (message.func === 'sign' && asked) {
        if (message.ret_code === 0) {
          finish(() => resolve({ signature: message.signature, certificate: message.certb64 }));
        } else finish(() => reject(new CardFailure(wordFor(message))));
      }
    };
    window.addEventListener('message', listen);
  });
}
