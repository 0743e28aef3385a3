// @ts-check
// Small repairs of the theme, where its own script is at fault.

// Of what a reader did only the colour scheme is kept; the rest lasts until the page is closed.
const kept = new Map()
/**
 * What the theme keeps, and where: a key, a value, a storage and a folder of the site.
 * @typedef {{__md_get(key: string, ...where: unknown[]): unknown,
 *   __md_set(key: string, value: unknown, ...where: unknown[]): void}} Keeper
 */
const keeper = /** @type {Window & typeof globalThis & Keeper} */ (window)
const {__md_get: load, __md_set: store} = keeper
keeper.__md_get = (key, ...rest) => (kept.has(key) ? kept.get(key) : load(key, ...rest))
keeper.__md_set = (key, value, ...rest) =>
  key === "__palette" ? store(key, value, ...rest) : kept.set(key, value)

// The forms of the page, search and colour scheme, lead nowhere.
document.addEventListener("submit", (event) => event.preventDefault())

// While a reader switches the colours, none of them fades.
document.addEventListener("change", ({target}) => {
  if (!(target instanceof Element) || !target.closest("[data-md-component=palette]")) return
  const {classList} = document.documentElement
  classList.add("switching")
  requestAnimationFrame(() => requestAnimationFrame(() => classList.remove("switching")))
}, true)

// What opens the navigation of a narrow page is a label, which no keyboard reaches.
const drawer = /** @type {HTMLInputElement | null} */ (document.getElementById("__drawer"))
const label = document.querySelector(".md-header label[for=__drawer]")
if (drawer && label) {
  const button = document.createElement("button")
  button.type = "button"
  button.className = "md-header__button md-icon opens-navigation"
  button.ariaLabel = "Navigation"
  button.append(...label.childNodes)
  button.addEventListener("click", () => drawer.click())
  const tell = () => (button.ariaExpanded = String(drawer.checked))
  drawer.addEventListener("change", tell)
  tell()
  label.replaceWith(button)
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !drawer.checked) return
    drawer.click()
    button.focus()
  })
}

// A table that is wider than the page scrolls: by keyboard too, if it can be reached.
const sizes = new ResizeObserver((entries) => {
  for (const {target} of entries) {
    const wide = target.scrollWidth > target.clientWidth
    const named = {tabindex: "0", role: "group", "aria-label": "Table"}
    for (const [name, value] of Object.entries(named))
      wide ? target.setAttribute(name, value) : target.removeAttribute(name)
  }
})

// So does code. The theme asks how wide it is when it is seen, which may be just before a browser has
// looked into it: see data-lines in css/code.css.
document.addEventListener("contentvisibilityautostatechange", ({target}) => {
  if (target instanceof Element && target.matches("pre > code") && target.scrollWidth > target.clientWidth)
    target.setAttribute("tabindex", "0")
})

// What the theme adds as one scrolls: the buttons of a block are no landmark.
function mend() {
  for (const buttons of document.querySelectorAll("nav.md-code__nav:not([role])"))
    buttons.setAttribute("role", "presentation")
  for (const table of document.querySelectorAll(".md-typeset__scrollwrap:not([data-seen])")) {
    table.setAttribute("data-seen", "")
    sizes.observe(table)
  }
}
new MutationObserver(mend).observe(document.body, {childList: true, subtree: true})
mend()
