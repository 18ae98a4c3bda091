/* Keeps the page, and the last trust list, for use without a network. The list of files is written in by the build. */
const files = __FILES__;
const cacheName = `verifier-${files.join()}`;

/** The page is needed; a trust list may not be there yet. */
async function keepAll() {
  const cache = await caches.open(cacheName);
  await cache.addAll(files);
  await cache.add('./trust.json').catch(() => undefined);
}

self.addEventListener('install', (event) => {
  event.waitUntil(keepAll());
  self.skipWaiting();
});

self.addEventListener('activate', (event) => {
  const dropOld = caches
    .keys()
    .then((names) =>
      Promise.all(names.filter((name) => name !== cacheName).map((name) => caches.delete(name))),
    );
  event.waitUntil(dropOld.then(() => self.clients.claim()));
});

/** The network first, so that nobody is left with an old page or an old trust list; what was kept if it is away. */
async function answer(request) {
  const cache = await caches.open(cacheName);
  try {
    const response = await fetch(request);
    if (response.ok) await cache.put(request, response.clone());
    return response;
  } catch (error) {
    const kept = await cache.match(request, { ignoreSearch: true });
    if (kept) return kept;
    throw error;
  }
}

self.addEventListener('fetch', (event) => {
  const { method, url } = event.request;
  if (method === 'GET' && url.startsWith(self.registration.scope)) event.respondWith(answer(event.request));
});
