// @ts-check
// The index of the search, which is heavier than a lesson, and its worker are asked for when
// somebody begins to search.
{
  const {open, send} = XMLHttpRequest.prototype
  const begun = new Promise((resolve) => {
    if (new URLSearchParams(location.search).has("q")) resolve(true)
    addEventListener("focusin", ({target}) => {
      if (target instanceof Element && target.matches(".md-search__input")) resolve(true)
    })
  })
  const waiting = new WeakSet()
  /** @param {string} method @param {string | URL} url @param {any[]} more */
  XMLHttpRequest.prototype.open = function (method, url, ...more) {
    if (/\/search\/search_index\.json$/.test(String(url))) waiting.add(this)
    open.apply(this, /** @type {[string, string, boolean]} */ ([method, url, ...more]))
  }
  XMLHttpRequest.prototype.send = function (...what) {
    if (waiting.has(this)) begun.then(() => send.apply(this, what))
    else send.apply(this, what)
  }

  // To the theme it is a worker from the beginning.
  const Late = window.Worker
  const Early = class extends EventTarget {
    /** @param {string} address */
    constructor(address) {
      super()
      if (!/\/workers\/search/.test(address)) return /** @type {any} */ (new Late(address)) // Python's
      const {href} = new URL(address, location.href) // as seen from this page, not from a later one
      this.late = begun.then(() => {
        const worker = new Late(href)
        worker.addEventListener("message", ({data}) => this.dispatchEvent(new MessageEvent("message", {data})))
        return worker
      })
    }

    /** @param {any} message */
    postMessage(message) {
      this.late.then((worker) => worker.postMessage(message))
    }
  }
  window.Worker = /** @type {any} */ (Early)
}
