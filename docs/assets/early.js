// The index of the search is heavier than a lesson: it is asked for when somebody begins to search.
{
  const {open, send} = XMLHttpRequest.prototype
  const begun = new Promise((resolve) => {
    if (new URLSearchParams(location.search).has("q")) resolve()
    addEventListener("focusin", ({target}) => {
      if (target instanceof Element && target.matches(".md-search__input")) resolve()
    })
  })
  const waiting = new WeakSet()
  XMLHttpRequest.prototype.open = function (...how) {
    if (/\/search\/search_index\.json$/.test(how[1])) waiting.add(this)
    open.apply(this, how)
  }
  XMLHttpRequest.prototype.send = function (...what) {
    if (waiting.has(this)) begun.then(() => send.apply(this, what))
    else send.apply(this, what)
  }
}
