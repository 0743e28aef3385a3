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

  // What readers type as maths is no command of the search: ^ would ask for a weight, ~ for likeness,
  // and - for what lacks a word. The index has W^T with another sign, see plugins/search.py.
  const SILENT = /\\(?:boldsymbol|mathbf|mathrm|mathit|text|operatorname|left|right)(?![a-z])/g
  /** @type {Map<string, string>} words with a hyphen, by how they are written without it */
  let compounds = new Map()
  /** @param {string} typed @returns {[string, string]} what to look for, and what if nothing has that */
  const meant = (typed) => {
    const exact = typed
      .replace(SILENT, " ")
      .replace(/\\hat\s*\{?\s*([a-z])\s*\}?/gi, "$1\u0302").normalize("NFC")
      .replace(/\\top(?![a-z])|⊤/g, "T")
      .replace(/\\([a-z]+)\s*/gi, " $1")
      .replace(/\s*\^\s*[{(]*\s*(\w+)\s*[)}]*/g, "\u02c4$1 ")
      .replace(/_\{\s*(\w+)\s*\}/g, "_$1 ")
      .replace(/[$~^:\\*]|(?<!\S)[+-]+/g, " ").trim()
      .replace(/[a-z]+/gi, (word) => compounds.get(word.toLowerCase()) ?? word)
    const loose = exact.replace(/(^|\s)e\u02c4\S*/gi, "$1exp").replace(/[\u02c4_]/g, " ").trim()
    return [exact, loose]
  }

  // To the theme it is a worker from the beginning.
  const Late = window.Worker
  const [SETUP, QUERY, FOUND] = [0, 2, 3] // kinds of messages
  const Early = class extends EventTarget {
    /** @param {string} address */
    constructor(address) {
      super()
      if (!/\/workers\/search/.test(address)) return /** @type {any} */ (new Late(address)) // Python's
      this.loose = "" // what to look for if nothing is found
      const {href} = new URL(address, location.href) // as seen from this page, not from a later one
      this.late = begun.then(() => {
        const worker = new Late(href)
        worker.addEventListener("message", ({data}) => {
          const nothing = data.type === FOUND && !data.data.items.length && this.loose
          if (nothing) worker.postMessage({type: QUERY, data: nothing})
          else this.dispatchEvent(new MessageEvent("message", {data}))
          if (data.type === FOUND) this.loose = ""
        })
        return worker
      })
    }

    /** @param {any} message */
    postMessage(message) {
      if (message.type === SETUP) compounds = new Map(Object.entries(message.data.config.compounds ?? {}))
      if (message.type === QUERY) {
        const [exact, loose] = meant(message.data)
        this.loose = loose === exact ? "" : loose
        message = {...message, data: exact}
      }
      this.late?.then((worker) => worker.postMessage(message))
    }
  }
  window.Worker = /** @type {any} */ (Early)
}
