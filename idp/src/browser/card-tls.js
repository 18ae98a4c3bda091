// The window at the TLS host: hands what came of the handshake to the sign-in page that opened it, and to no other origin.

const { origin, ...answer } = JSON.parse(document.getElementById('card-tls-data')?.textContent ?? '{}');
if (window.opener !== null) {
  window.opener.postMessage({ func: 'card-tls', ...answer }, origin);
  if (answer.code !== undefined) window.close();
}
