// The window that a page opens to reach the card: asks its opener what to sign, has the agent sign it, hands it back.
const words = JSON.parse(document.getElementById('words').textContent);
const status = document.getElementById('status');
const opener = window.opener;
const CLOSE_AFTER_FAILURE = 1500;
const GIVE_UP_AFTER = 10_000;

const say = (text) => {
  status.textContent = text;
};

const explain = (answer) => {
  const byReason = words.reasons[`${answer.ret_code}/${answer.last_error}`];
  return byReason ?? words.reasons[String(answer.ret_code)] ?? words.failed;
};

if (!opener) {
  say(words.noOpener);
} else {
  let asked = false;
  const giveUp = setTimeout(() => say(words.silence), GIVE_UP_AFTER);
  window.addEventListener('message', async (event) => {
    // Only the page that opened this window, and only once: the window is good for one signature.
    if (event.source !== opener || asked) return;
    asked = true;
    clearTimeout(giveUp);
    say(words.signing);
    const response = await fetch('/sign', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        origin: event.origin,
        request: typeof event.data === 'string' ? event.data : JSON.stringify(event.data),
      }),
    }).catch(() => undefined);
    if (!response?.ok) return say(words.failed);
    const answer = await response.json();
    opener.postMessage(JSON.stringify(answer), event.origin);
    if (answer.ret_code === 0) return window.close();
    say(explain(answer));
    setTimeout(() => window.close(), CLOSE_AFTER_FAILURE);
  });
  // Nothing secret is in the question, and the opener's address is known only once it answers.
  opener.postMessage(JSON.stringify({ func: 'getTbs' }), '*');
}
