// Keeps the site for offline use. Everything is fetched once, after the first visit; later visits are
// answered from the cache at once, and a new version of the site takes over as a whole.

const version = "VERSION";
const files = ["FILES"];
const cacheName = `kennel-${version}`;
const root = new URL("./", self.location.href);

/** The file that a static server gives for a path: folders have an index. */
const addressOf = (file) => new URL(file.replace(/(^|\/)index\.html$/, "$1"), root).href;

self.addEventListener("install", (event) => {
  event.waitUntil(keepAll().then(() => self.skipWaiting()));
});

async function keepAll() {
  const cache = await caches.open(cacheName);
  // Not all at once: the reader may be using the network for something.
  for (let first = 0; first < files.length; first += 8) {
    await cache.addAll(files.slice(first, first + 8).map(addressOf));
  }
}

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) =>
        Promise.all(
          names
            .filter((name) => name.startsWith("kennel-"))
            // In the order of their making. The one before stays: pages of it may still be open.
            .slice(0, -2)
            .map((name) => caches.delete(name)),
        ),
      )
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== root.origin) return;
  event.respondWith(answer(request, url));
});

async function answer(request, url) {
  const cache = await caches.open(cacheName);
  const kept =
    (await cache.match(request, { ignoreSearch: true })) ??
    (await caches.match(request, { ignoreSearch: true }));
  if (kept) return kept;
  if (request.mode === "navigate" && !url.pathname.endsWith("/")) {
    const folder = await cache.match(`${url.origin}${url.pathname}/`);
    if (folder) return Response.redirect(`${url.pathname}/${url.search}${url.hash}`);
  }
  try {
    return await fetch(request);
  } catch (error) {
    if (request.mode !== "navigate") throw error;
    return (await cache.match(addressOf("404.html"))) ?? Response.error();
  }
}
