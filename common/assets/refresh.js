/**
 * Keeps a waiting page up to date without reloading it under its reader (WCAG 2.2.1 forbids timed reloads): the page is
 * fetched again every few seconds, and its main part is exchanged only when it says something new and nobody is
 * typing or choosing in it. Ends by itself when the page no longer asks for it.
 */
const ask = (root) => root.querySelector('meta[name="xl-refresh"]')?.getAttribute('content');
const main = document.getElementById('main');

function isBusy() {
  return document.hidden || (main.contains(document.activeElement) && document.activeElement !== main);
}

async function look() {
  const answer = await fetch(location.href, { headers: { accept: 'text/html' }, cache: 'no-store' });
  if (!answer.ok || answer.redirected) return true;
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const next = fresh.getElementById('main');
  if (next && next.innerHTML !== main.innerHTML) {
    main.replaceChildren(...next.childNodes);
    document.title = fresh.title;
  }
  return ask(fresh) !== undefined && ask(fresh) !== null;
}

async function watch(seconds) {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    if (isBusy()) continue;
    try {
      if (!(await look())) return;
    } catch {
      // The service may be restarting; the next look finds out.
    }
  }
}

main.setAttribute('aria-live', 'polite');
watch(Number(ask(document)) || 5);
