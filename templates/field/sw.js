{% autoescape off %}// Keeps the phone pages on the phone, whole and of one version. It never sees what is typed: that lies in IndexedDB.
const VERSION = "{{ version }}";
const SHELL = "{{ shell }}";
const FILES = {{ files_json }};
const PREFIX = "field-";
const CACHE = PREFIX + VERSION;
const KEPT = new Set(FILES);

async function fetched(url) {
  const answer = await fetch(url, { cache: "no-cache" });
  if (!answer.ok) throw new Error(`${answer.status} ${url}`);
  return answer;
}

// All or nothing: with one file missing this version is not taken, and the one before goes on serving.
async function take() {
  const cache = await caches.open(CACHE);
  await Promise.all(FILES.map(async (url) => cache.put(url, await fetched(url))));
  const shell = await fetched(SHELL);
  // During a deployment the page may already be of another version than this worker.
  if (!(await shell.clone().text()).includes(`content="${VERSION}"`)) throw new Error("another version of the page");
  await cache.put(SHELL, shell);
}

async function dropOthers() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== CACHE).map((name) => caches.delete(name)));
  await clients.claim();
}

async function answer(request, key) {
  const cache = await caches.open(CACHE);
  return (await cache.match(key, { ignoreVary: true })) ?? fetch(request);
}

self.addEventListener("install", (event) => event.waitUntil(take()));
self.addEventListener("activate", (event) => event.waitUntil(dropOthers()));
// A new version waits until the page says that nothing is being typed.
self.addEventListener("message", (event) => {
  if (event.data === "take over") self.skipWaiting();
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate" && url.pathname === SHELL) event.respondWith(answer(request, SHELL));
  else if (KEPT.has(url.pathname)) event.respondWith(answer(request, url.pathname));
});
{% endautoescape %}
