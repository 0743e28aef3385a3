// What makes reading easier, and is loaded by every page: so it is short.

const settings = JSON.parse(document.getElementById("__config").textContent)
const base = new URL(settings.base.replace(/\/?$/, "/"), location.href)

// Visited pages are kept, to be read without a network. A reader who leaves at once pays nothing
// for that; `make watch`, which serves pages without their policy, has no worker.
const PATIENCE = 5000 // milliseconds
const finished = document.querySelector('meta[http-equiv="Content-Security-Policy"]')
if (finished && isSecureContext && location.protocol !== "file:" && navigator.serviceWorker)
  setTimeout(async () => {
    try {
      await navigator.serviceWorker.register(new URL("sw.js", base))
      const {active} = await navigator.serviceWorker.ready
      const used = performance.getEntriesByType("resource").map(({name}) => name)
      active.postMessage({keep: [...new Set([location.href.split("#")[0], ...used])]})
    } catch (error) {
      console.warn("Pages are not kept:", error)
    }
  }, PATIENCE)

// Without a network: which pages there are.
async function list(place) {
  const cache = await caches.open("visited")
  for (const {url} of await cache.keys()) {
    if (!url.startsWith(base) || !url.endsWith("/")) continue
    const text = await (await cache.match(url)).text()
    const title = new DOMParser().parseFromString(text, "text/html").querySelector("h1")
    const link = Object.assign(document.createElement("a"), {href: url})
    link.textContent = title?.firstChild.textContent ?? url
    place.append(document.createElement("li"))
    place.lastChild.append(link)
  }
}
const place = document.querySelector("[data-kept]")
if (place && window.caches) list(place)
