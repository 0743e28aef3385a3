// The service worker: keeps the pages that a reader has visited, and what they need.
//
// What there is on the network comes first, always, so that nobody reads an old page while there
// is a new one. The build writes in front of this file its `BUILD`, a digest of the site, so that
// browsers notice a new one, and `CORE`, what every page needs.

const KEPT = "visited"
// Of Python, what lies at an address with its digest never changes: it is kept apart, and comes first.
const PYTHON = "python"
const LASTING = /\/python\/([0-9a-f]{16})\//
const LOOSELY = {cacheName: KEPT, ignoreSearch: true, ignoreVary: true}
const PATIENCE = 4000 // milliseconds for the network to answer, where there is a kept answer

self.addEventListener("install", (event) => {
  self.skipWaiting()
  event.waitUntil(keep(CORE))
})

// A page that was visited before this worker was there names itself and what it loaded.
self.addEventListener("message", (event) => {
  if (Array.isArray(event.data?.keep)) event.waitUntil(keep(event.data.keep))
})

self.addEventListener("fetch", (event) => {
  const {request} = event
  const ours = new URL(request.url).href.startsWith(self.registration.scope)
  // A part of a file, or a file to take home, is the browser's business.
  if (request.method !== "GET" || !ours || request.headers.has("range") || isTaken(request.url)) return
  event.respondWith(LASTING.test(request.url) ? lasting(request) : answer(event))
})

async function lasting(request) {
  const cache = await caches.open(PYTHON)
  const kept = await cache.match(request.url)
  if (kept) return kept
  const fresh = await fetch(request)
  if (fresh.ok) await cache.put(request.url, fresh.clone()).catch(() => {}) // no room: it is not kept
  return fresh
}

/** Let go what the list of Python's files does not name any more. */
async function drop(manifest) {
  const {packs} = await manifest.json()
  const homes = Object.values(packs).map(({home}) => home)
  const cache = await caches.open(PYTHON)
  for (const {url} of await cache.keys())
    if (!homes.includes(`${LASTING.exec(url)[1]}/`)) await cache.delete(url)
}

async function answer(event) {
  const {request} = event
  const kept = await caches.match(request, LOOSELY)
  const fresh = fetch(request).then(async (response) => {
    if (response.ok && response.type === "basic" && !response.redirected) {
      const copy = response.clone()
      event.waitUntil(caches.open(KEPT).then((cache) => cache.put(bare(request.url), copy)))
      if (request.url.endsWith("/python/manifest.json")) event.waitUntil(drop(response.clone()))
    }
    return response
  })
  fresh.catch(() => {})
  try {
    if (!kept) return await fresh
    const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, kept))
    return await Promise.race([fresh, late])
  } catch (error) {
    if (kept) return kept
    const page = request.mode === "navigate" || request.headers.get("accept")?.includes("text/html")
    if (!page) throw error
    const other = await otherwise(request.url)
    if (other) return Response.redirect(other)
    return caches.match(new URL("offline.html", self.registration.scope), LOOSELY)
  }
}

/** The address by which the page of this one is kept: a page has three that lead to it. */
async function otherwise(address) {
  const url = new URL(address)
  const folder = url.pathname.replace(/\/+/g, "/").replace(/\/index(\.html?)?$/, "/").replace(/([^/])$/, "$1/")
  for (const place of [folder, `${folder}index.html`]) {
    url.pathname = place
    if (place !== new URL(address).pathname && await caches.match(bare(url.href), LOOSELY)) return url.href
  }
}

async function keep(addresses) {
  const [pages, python] = await Promise.all([caches.open(KEPT), caches.open(PYTHON)])
  await Promise.allSettled(addresses.map(async (address) => {
    const url = new URL(address, self.registration.scope)
    if (!url.href.startsWith(self.registration.scope) || isTaken(url.href)) return
    const cache = LASTING.test(url.href) ? python : pages
    if (cache === python && (await cache.match(url.href))) return
    const response = await fetch(url)
    if (response.ok && !response.redirected) await cache.put(bare(url.href), response)
  }))
}

function bare(url) {
  return url.replace(/[?#].*$/, "")
}

function isTaken(url) {
  return new URL(url).pathname.includes("/downloads/")
}
