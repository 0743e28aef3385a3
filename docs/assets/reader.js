// What makes reading easier, and is loaded by every page: so it is short. What is asked for
// seldom is in tools.js.

const settings = JSON.parse(document.getElementById("__config").textContent)
const base = new URL(settings.base.replace(/\/?$/, "/"), location.href)

// Visited pages are kept, to be read without a network. A reader who leaves at once pays nothing
// for that.
const PATIENCE = 5000 // milliseconds
let worker
if (isSecureContext && location.protocol !== "file:" && navigator.serviceWorker)
  setTimeout(async () => {
    try {
      await navigator.serviceWorker.register(new URL("sw.js", base))
      worker = (await navigator.serviceWorker.ready).active
      tellWorker()
    } catch (error) {
      console.warn("Pages are not kept:", error)
    }
  }, PATIENCE)

/** Until a page is loaded anew, the worker does not see what it loads: tell it. */
function tellWorker() {
  if (navigator.serviceWorker?.controller) return
  const used = performance.getEntriesByType("resource").map(({name}) => name)
  worker?.postMessage({keep: [...new Set([location.href.split("#")[0], ...used])]})
}

// The page that a link leads to is fetched while the reader still makes up their mind.
const ahead = new Set()
let thought = 0
for (const [type, delay] of [["pointerover", 80], ["focusin", 250], ["touchstart", 0]])
  document.addEventListener(type, ({target}) => {
    clearTimeout(thought)
    const link = target.closest?.("a[href]")
    if (!link?.href.startsWith(base) || !link.pathname.endsWith("/")) return
    const address = link.href.split(/[?#]/)[0]
    if (link.pathname === location.pathname || ahead.has(address)) return
    if (navigator.connection?.saveData || location.protocol === "file:") return
    thought = setTimeout(() => {
      ahead.add(address)
      fetch(address, {priority: "low"}).then((response) => response.blob(), () => {})
    }, delay)
  }, {passive: true})

// Tools, when they are asked for: a note behind an equation opens, or the keys; or the page that
// is shown without a network.
const scripts = {}
const load = (name = "tools") => scripts[name] ??= new Promise((resolve, reject) => {
  const script = document.createElement("script")
  script.src = new URL(`assets/${name}.js`, base)
  script.addEventListener("load", resolve)
  script.addEventListener("error", () => reject(scripts[name] = undefined))
  document.head.append(script)
})
document.addEventListener("beforetoggle", ({target}) => {
  if (target.matches(".proof-note")) load()
}, true)
if (document.querySelector("[data-kept]")) load()
const NO_KEYS = `${base.pathname}.no-keys`
const showKeys = async () => {
  await load()
  document.dispatchEvent(new CustomEvent("show-keys", {detail: NO_KEYS}))
}
document.addEventListener("keydown", ({key, target}) => {
  if (key === "?" && !target.closest("input, textarea, dialog")) showKeys()
})
document.addEventListener("click", ({target}) => {
  if (target.closest?.(".opens-keys")) showKeys()
})

// Who dictates to a computer, or hits a wrong key, can switch off those of one letter, the theme's too.
addEventListener("keydown", (event) => {
  const letter = /^[!-~]$/.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey
  if (letter && localStorage.getItem(NO_KEYS) && !event.target.closest("input, textarea"))
    event.stopImmediatePropagation()
}, true)

// Escape closes the sentence of a term; the next move of pointer or focus may show one again.
const root = document.documentElement
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") root.classList.add("term-closed")
})
for (const move of ["pointerover", "focusin"])
  document.addEventListener(move, () => root.classList.remove("term-closed"))

// A block is copied as the program up to it: with those above, but for what is in no later program.
// The theme copies what it finds in data-copy, after this.
document.addEventListener("click", ({target}) => {
  const block = target.closest?.(".md-code__nav")?.closest(".language-python.highlight:not([data-copy])")
  if (!block) return
  const all = [...document.querySelectorAll("article .language-python.highlight")]
  const above = block.dataset.program === "alone" ? [] : all.slice(0, all.indexOf(block))
  const parts = [...above.filter((other) => !other.dataset.program), block]
  block.dataset.copy = parts.map((part) => part.querySelector("code").textContent).join("\n")
  setTimeout(() => delete block.dataset.copy) // a reader may change one of them
}, true)

// A link to each block of code, beside its copy button, whose own answer is said aloud too.
document.querySelector(".md-dialog__inner")?.setAttribute("role", "status")
function link(buttons) {
  const block = buttons.closest(".highlight[id]")
  if (!block || buttons.querySelector("a")) return
  const to = document.createElement("a")
  Object.assign(to, {className: "md-code__button", href: `#${block.id}`, title: "Copy a link to this block"})
  to.dataset.mdType = "link"
  to.addEventListener("click", async () => {
    await load()
    const done = await window.copyText(to.href) // of tools.js
    window.alert$?.next(done ? "Link copied" : "Not copied, your browser forbids it: it is in the address bar")
  })
  buttons.prepend(to)
  runs(block, buttons)
}

// A block that can run here has buttons for that, and what they do is in run.js; a starter is open
// for the reader's answer. So is it all, where this browser keeps a text that the reader wrote.
const RUN = "Run here: loads Python 3.12.7 and NumPy 2.0.2 once, 9 MB"
const CODE = `${base.pathname}.code`
function runs(block, buttons) {
  const {run, runNot, check} = block.dataset
  const act = (what) => load("run").then(() => window.python[what](block), () => window.alert$?.next("No network"))
  const add = (what, title, label) => {
    const button = Object.assign(document.createElement("button"), {className: "run-button", type: "button", title})
    button.textContent = label
    button.dataset.mdType = what
    button.addEventListener("click", () => act(what))
    buttons.prepend(button)
  }
  if (runNot !== undefined) add("run-not", "Why this block does not run here", "Run?")
  if (run === undefined) return
  if (check) {
    const area = document.createElement("textarea")
    Object.assign(area, {className: "run-text", value: block.querySelector("code").textContent.trimEnd(), spellcheck: false})
    area.setAttribute("aria-label", "Your answer")
    area.addEventListener("focus", () => act("edit"), {once: true})
    block.querySelector("pre").append(area)
    add("check", RUN.replace("Run", "Have your answer judged"), "Check")
  } else {
    add("edit", "Change this block", "Edit")
    add("run", RUN, "Run")
  }
  if (localStorage.getItem(CODE)) load("run").then(() => window.python.restore(block), () => {})
}
const links = () => document.querySelectorAll(".md-code__nav").forEach(link)
new MutationObserver(links).observe(document.body, {childList: true, subtree: true})

// What answers a prediction is folded until its question is opened or answered, or "Show me" pressed,
// or what is above it run.
const unfold = (of) => {
  for (const fold of document.querySelectorAll(`.fold[data-of="${of}"]`)) {
    const [summary, first] = fold.children
    const here = document.activeElement === summary
    summary.remove()
    fold.replaceWith(...fold.childNodes)
    if (here) Object.assign(first, {tabIndex: -1}).focus({preventScroll: true})
  }
}
window.unfold = (beneath) => beneath?.matches(".fold") && unfold(beneath.dataset.of)
for (const type of ["toggle", "change"])
  document.addEventListener(type, ({target}) => {
    const asked = type === "change" ? target.closest(".quiz") : target
    if (asked?.dataset.of && asked.open !== false) unfold(asked.dataset.of)
  }, true)
document.addEventListener("keydown", (event) => {
  const {key, target} = event
  if (key === "Enter" && target.matches(".guess input")) target.closest("p").previousElementSibling.open = true
  const step = {ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1}[key]
  // Who passes an option by keyboard has not chosen it: the space bar does that.
  if (!step || !target.matches(".quiz input")) return
  event.preventDefault()
  const all = [...target.closest(".quiz").elements]
  all.at((all.indexOf(target) + step) % all.length).focus()
})

// What was read stays in this browser. Nothing is written before the reader says so.
const KEY = `${base.pathname}.read`
const slugOf = (address) => address.match(/\/lessons\/([\w-]+)\/(?:index\.html)?(?:[?#]|$)/)?.[1]
const read = () => new Set(JSON.parse(localStorage.getItem(KEY) ?? "[]"))
const RIGHT = `${base.pathname}.right`
const solved = () => JSON.parse(localStorage.getItem(RIGHT) ?? "[]")
function keep(slugs) {
  slugs.size ? localStorage.setItem(KEY, JSON.stringify([...slugs])) : localStorage.removeItem(KEY)
  show()
}

document.addEventListener("solved", () => show())
function show() {
  const slugs = read()
  for (const to of document.querySelectorAll(".md-nav--primary a[href], article td > a[href]")) {
    const slug = slugOf(to.href)
    if (slug && !to.hash) to.classList.toggle("read", slugs.has(slug))
  }
  const line = document.querySelector("article .progress")
  if (!line) return
  line.replaceChildren()
  const own = slugOf(location.href)
  const rows = [...document.querySelectorAll("article tr:has(td > a[href*='lessons/'])")]
  if (own) mark(line, own, slugs)
  else if ([KEY, RIGHT, CODE].some((name) => localStorage.getItem(name))) tell(line, rows, slugs)
  line.hidden = !line.hasChildNodes()
}

/** Let the reader of a lesson say that it is read. */
function mark(line, slug, slugs) {
  const done = slugs.has(slug)
  const button = add(line, done ? "✓ You have read this lesson" : "I have read this lesson", () => {
    done ? slugs.delete(slug) : slugs.add(slug)
    keep(slugs)
    line.querySelector("button").focus()
  })
  button.ariaPressed = String(done)
  const all = document.querySelectorAll("article [data-check]").length
  const right = solved().filter((name) => name.startsWith(`${slug.replaceAll("-", "_")}.`)).length
  if (right) line.append(` ${right} of ${all} exercises right`)
}

/** Tell beneath the table of lessons how far the reader is, and where to go on. */
function tell(line, rows, slugs) {
  const ahead = rows.filter((row) => !slugs.has(slugOf(row.querySelector("a").href)))
  const minutes = ahead.reduce((sum, row) => sum + parseInt(row.lastElementChild.textContent), 0)
  line.append(`You have read ${rows.length - ahead.length} of ${rows.length} lessons. `)
  if (ahead.length) {
    const next = ahead[0].querySelector("a").cloneNode(true)
    next.classList.remove("read")
    const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
    const time = [hours && `${hours} h`, rest && `${rest} min`].filter(Boolean).join(" ")
    line.append(`About ${time} of reading are left; go on with `, next, ". ")
  }
  const right = solved().length
  if (right) line.append(`${right} ${right > 1 ? "exercises are" : "exercise is"} right. `)
  add(line, "Forget this", () => {
    for (const name of [RIGHT, CODE]) localStorage.removeItem(name)
    keep(new Set())
  })
}

function add(line, words, act) {
  const button = Object.assign(document.createElement("button"), {type: "button", textContent: words})
  button.addEventListener("click", act)
  line.append(button)
  return button
}

// The theme tells of each page, also of those that it puts into this one.
window.document$.subscribe(() => {
  show()
  tellWorker()
})
