// Run, Edit and Check: loaded by the first click on one of them, and there until the window closes.
// Python itself runs in a worker, and is loaded by the first run.
{
const base = new URL("..", document.currentScript.src)
// Milliseconds of a run, after which the reader is asked.
const PATIENCE = 10_000
// Bytes of memory, after which the next run gets a new Python.
const MUCH = 1e9
const el = (name, props = {}, ...inside) => {
  const made = Object.assign(document.createElement(name), props)
  made.append(...inside)
  return made
}
const button = (words, onclick, props) => el("button", {type: "button", className: "run-tool", textContent: words, onclick, ...props})
const MB = (bytes) => (bytes / 1e6).toFixed(1)
const HOW = "Copy the program with the button of its block, and run it on your machine."

const sheet = el("link", {rel: "stylesheet", href: new URL("assets/run.css", base)})
const styled = new Promise((resolve) => sheet.onload = sheet.onerror = resolve)
document.head.append(sheet)

// The engine: one worker for all pages that are put into this one.
const engine = {
  number: 0,
  // The run before the next one.
  last: Promise.resolve(),

  /** Load and start Python, once; `told` gets how many bytes have come, of how many. */
  boot(told = () => {}) {
    this.told = told
    return this.ready ??= this.start().catch((error) => {
      // What was kept may be at fault.
      if (error.message !== "stopped") self.caches?.delete("python")
      this.stop()
      throw error
    })
  },

  async start() {
    const answer = await fetch(new URL("python/manifest.json", base))
    if (!answer.ok) throw new Error(`its list of files is not there (${answer.status})`)
    const manifest = this.manifest = await answer.json()
    const all = [manifest.packs.core, manifest.packs.own].flatMap(({files}) => Object.values(files))
    const total = all.reduce((sum, {sent}) => sum + sent, 0)
    const worker = this.worker = new Worker(new URL(`python/${manifest.packs.own.home}worker.js`, base))
    await new Promise((resolve, reject) => {
      this.end = () => reject(new Error("stopped"))
      worker.onerror = () => reject(new Error("its worker does not start"))
      worker.onmessage = ({data}) => {
        if (data.loaded) this.told(Math.min(data.loaded, total), total)
        if (data.broken) reject(new Error(data.broken))
        if (data.ready) resolve()
      }
      const ipad = navigator.maxTouchPoints > 1 && /Mac/.test(navigator.platform)
      worker.postMessage({boot: {base: new URL("python/", base).href, manifest, ipad}})
    }).finally(() => this.end = undefined)
    this.keep(manifest)
  },

  /** The service worker does not see what is loaded before it takes over this page: tell it. */
  async keep({packs: {core, own}}) {
    const there = navigator.serviceWorker
    if (!there || there.controller || navigator.connection?.saveData) return
    const files = [core, own].flatMap(({home, files}) => Object.keys(files).map((name) => `python/${home}${name}`))
    const keep = ["python/manifest.json", ...files].map((name) => new URL(name, base).href)
    ;(await there.ready).active.postMessage({keep})
  },

  /** Run the parts of a program; `said` gets a kind and a text as they come. */
  run(parts, plots, said) {
    const run = ++this.number
    return new Promise((resolve, reject) => {
      this.end = () => reject(new Error("stopped"))
      this.worker.onmessage = ({data}) => {
        if (data.run !== run) return
        for (const kind of ["loaded", "out", "err", "svg"]) if (data[kind]) said(kind, data[kind])
        if (data.done) resolve(data.done)
        // It never gives memory back.
        if (data.memory > MUCH) this.stop()
        if (data.broken) {
          reject(new Error(data.broken))
          this.stop()
        }
      }
      this.worker.postMessage({run, parts, plots})
    }).finally(() => this.end = undefined)
  },

  /** End Python at once, whatever it does. */
  stop() {
    this.worker?.terminate()
    this.worker = this.ready = undefined
    this.end?.()
  },
}

// What readers wrote is kept in their browser, by the exercise or by the text that they changed.
const CODE = `${base.pathname}.code`
const RIGHT = `${base.pathname}.right`
const load = (name, none) => JSON.parse(localStorage.getItem(name) ?? none)
function store(name, value) {
  try {
    Object.keys(value).length ? localStorage.setItem(name, JSON.stringify(value)) : localStorage.removeItem(name)
  // Full: the text lasts as long as the page.
  } catch {}
}
const originals = new WeakMap()
const codeOf = (block) => block.querySelector("pre > code")
const original = (block) => originals.get(block) ?? codeOf(block).textContent
function keyOf(block) {
  let hash = 5381
  for (const letter of original(block)) hash = (hash * 33 ^ letter.codePointAt()) >>> 0
  return block.dataset.check ?? hash.toString(36)
}

const blocks = () => [...document.querySelectorAll("article .language-python.highlight")]
const nameOf = (block) => block.querySelector(".filename")?.textContent ?? `block ${blocks().indexOf(block) + 1}`

/** The blocks of the program that a block ends, as its copy button gives it. */
function program(block) {
  const all = blocks()
  const above = block.dataset.program === "alone" ? [] : all.slice(0, all.indexOf(block))
  return [...above.filter((other) => !other.dataset.program), block]
}

/** What the page shows beneath a block, and after what the reader's own run is shown. */
function shown(block) {
  const found = {place: block, text: "", error: ""}
  for (let next; (next = found.place.nextElementSibling)?.matches("pre.output"); found.place = next)
    found[next.matches(".error") ? "error" : "text"] = next.querySelector("code").textContent
  return found
}

// The panel beneath a block.
const panels = new WeakMap()
function panel(block) {
  if (panels.has(block)) return panels.get(block)
  // Who runs a block sees what it prints: this is in reader.js.
  window.unfold(block.nextElementSibling)
  const n = blocks().indexOf(block) + 1
  const says = el("p", {className: "run-says", role: "status"})
  const bar = el("progress", {hidden: true, max: 1, ariaLabel: "Loading Python"})
  const more = button("Let it run", () => ui.say("Running …", "running"), {hidden: true})
  const stop = button("Stop", () => {
    engine.stop()
    // For the next run.
    engine.boot().catch(() => {})
  }, {hidden: true})
  const code = el("code"), pre = el("pre", {className: "output run-output", tabIndex: 0, hidden: true, role: "group", ariaLabel: `What your run of block ${n} printed`}, code)
  const plots = el("div", {className: "run-plots"})
  const box = el("section", {className: "run-panel", ariaLabel: `Your run of block ${n}`}, el("div", {className: "run-bar"}, says, bar, more, stop), plots, pre)
  shown(block).place.after(box)
  const ui = {
    box, bar, stop, more, code, pre, plots,
    say(words, state) {
      says.textContent = words
      more.hidden = true
      if (!state) return
      box.dataset.runState = state
      stop.hidden = state !== "running" && !(state === "loading" && engine.worker)
      bar.hidden = state !== "loading"
    },
  }
  panels.set(block, ui)
  return ui
}

// Whether it was said that integers are.
let narrow = false
async function run(block, allowed) {
  await styled
  const ui = panel(block)
  if (ui.busy) return
  if (!engine.ready && navigator.connection?.saveData && !allowed) {
    ui.say("Your browser is told to save data. Python is 9 MB, once.", "stopped")
    ui.box.querySelector(".run-bar").append(button("Load it", ({target}) => (target.remove(), run(block, true))))
    return
  }
  ui.busy = true
  const before = engine.last
  let free
  engine.last = new Promise((resolve) => free = resolve)
  try {
    ui.bar.removeAttribute("value")
    ui.say(engine.end ? "Waiting for another run …" : "Loading Python …", "loading")
    await before
    await one(block, ui)
  } catch ({message}) {
    ui.say(message === "stopped" ? "Stopped." : /memory/i.test(message) ? "Python has run out of memory: it has 2 GB here." : `Python cannot run here: ${message.trim().split("\n").at(-1)}. ${HOW}`, message === "stopped" ? "stopped" : "failed")
  } finally {
    ui.busy = false
    free()
  }
}

async function one(block, ui) {
  const parts = program(block)
  const codes = block.dataset.copy
    ? [{name: nameOf(block), code: block.dataset.copy}]
    : parts.map((part) => ({name: nameOf(part), code: codeOf(part).textContent}))
  const edited = parts.some((part) => originals.has(part) && codeOf(part).textContent.trimEnd() !== original(part).trimEnd())
  await engine.boot((loaded, total) => {
    if (ui.box.dataset.runState !== "loading") return
    ui.bar.value = loaded / total
    ui.say(loaded < total ? `Loading Python: ${MB(loaded)} of ${MB(total)} MB` : "Python is starting …", "loading")
  })

  ui.code.replaceChildren()
  ui.plots.replaceChildren()
  ui.pre.hidden = true
  ui.box.classList.remove("run-right", "run-wrong")
  ui.say("Running …", "running")
  const begun = performance.now()
  const asked = setTimeout(() => {
    ui.say("Still running after ten seconds. Stop it?")
    ui.more.hidden = false
  }, PATIENCE)
  let text = "", waiting = []
  const put = () => {
    if (!waiting.length) return
    ui.code.append(...waiting.splice(0))
    ui.pre.hidden = false
  }
  const done = await engine.run(codes, codes.some(({code}) => /\bmatplotlib\b/.test(code)), (kind, more) => {
    if (kind === "loaded") ui.say(`Loading matplotlib: ${MB(more)} MB`)
    else if (kind === "svg") ui.plots.append(document.importNode(new DOMParser().parseFromString(more, "text/html").querySelector("svg"), true))
    else {
      text += kind === "out" ? more : ""
      waiting.push(kind === "out" ? more : el("span", {className: "run-err"}, more))
      if (waiting.length === 1) requestAnimationFrame(put)
    }
  }).finally(() => clearTimeout(asked))
  put()
  tell(block, ui, parts, done, {text, edited, seconds: ((performance.now() - begun) / 1000).toFixed(1)})
}

/** Say what came of a run, beside what the page shows. */
function tell(block, ui, parts, done, {text, edited, seconds}) {
  const want = shown(block)
  const clean = (lines) => lines.split("\n").map((line) => line.trimEnd()).join("\n").trimEnd()
  const above = done.error && done.part < parts.length - 1
  const same = clean(text) === clean(want.text) && (done.error ?? "") === want.error.trimEnd() && !above
  const right = block.dataset.program === "alone" && /^Right: .*/m.exec(text)?.[0]
  const note = notes(done, edited || !same)
  if (done.kind === "NotYet") {
    ui.code.append(el("span", {className: "run-err"}, done.error))
    ui.pre.hidden = !text
    ui.box.classList.add("run-wrong")
    ui.say(done.error.replace("NotYet:", "Not yet:") + note, "failed")
  } else if (done.error) {
    ui.code.append(/[^\n]$/.test(text) ? "\n" : "", el("span", {className: "run-err"}, done.trace))
    ui.pre.hidden = false
    ui.box.classList.add("run-wrong")
    const place = `${done.part === undefined ? "" : nameOf(parts[done.part] ?? block)}${done.line ? `, line ${done.line}` : ""}`
    ui.say(same ? `It fails as the page shows, in ${place}.` : `${done.kind} in ${place}${done.words && `: ${done.words}`}. ${done.hint}${note}`, "failed")
    if (!same && done.line) editors.get(parts[done.part])?.select(done.line)
  } else {
    if (right) {
      ui.box.classList.add("run-right")
      store(RIGHT, [...new Set([...load(RIGHT, "[]"), ...(block.dataset.check && edited ? [block.dataset.check] : [])])])
      document.dispatchEvent(new Event("solved"))
      ui.pre.hidden = clean(text) === right
      ui.say(right + note, "done")
    } else {
      const words = same ? "the same as the page shows" : !text ? "it prints nothing" : want.text ? differences(ui, text, want.text) : "the page shows no output"
      ui.say(`Ran in ${seconds} s: ${words}.${note}`, "done")
    }
  }
}

function notes({narrow: has}, differs) {
  if (narrow || !has || !differs) return ""
  narrow = true
  return " Whole numbers of NumPy have 32 bits here, and 64 on most machines: large ones may differ."
}

/** Mark the lines that the page does not show there; return the words for it. */
function differences(ui, text, want) {
  const [ours, theirs] = [text, want].map((lines) => lines.trimEnd().split("\n").map((line) => line.trimEnd()))
  if (ours.length < 999) ui.code.replaceChildren(...ours.flatMap((line, i) => [line === theirs[i] ? line : el("mark", {textContent: line || " "}), "\n"]))
  const n = ours.filter((line, i) => line !== theirs[i]).length + Math.max(0, theirs.length - ours.length)
  return `${n} ${n > 1 ? "lines differ" : "line differs"} from what the page shows`
}

// Python's colours, by the names that Pygments gives the page.
const TOKEN = new RegExp([
  /(?<c1>#[^\n]*)/,
  /(?<s2>(?:\b[rbfu]{1,2})?(?:"""[^]*?(?:"""|$)|'''[^]*?(?:'''|$)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?))/,
  /(?<nf>(?<=\bdef +)\w+)|(?<nc>(?<=\bclass +)\w+)/,
  /(?<mi>\b(?:0[xbo][\da-f_]+|\d[\d_]*(?:\.\d*)?(?:e[+-]?\d+)?)\b)/,
  ...Object.entries({
    kn: "import|from", kc: "None|True|False", ow: "in|is|and|or|not",
    k: "as|assert|break|class|continue|def|del|elif|else|except|finally|for|if|lambda|pass|raise|return|try|while|with|yield",
    nb: "abs|all|any|dict|enumerate|float|int|len|list|map|max|min|print|range|round|set|sorted|str|sum|tuple|type|zip",
  }).map(([name, words]) => `(?<${name}>(?<![.\\w])(?:${words})\\b)`),
  /(?<o>[-+*\/%@=<>!&|^~.]+)|(?<p>[()[\]{},:;]+)/,
].map((part) => part.source ?? part).join("|"), "gi")
function colour(text, code) {
  const found = []
  let at = 0
  for (const match of text.matchAll(TOKEN)) {
    const [name] = Object.entries(match.groups).find(([, value]) => value !== undefined)
    found.push(text.slice(at, match.index), el("span", {className: name, textContent: match[0]}))
    at = match.index + match[0].length
  }
  code.replaceChildren(...found, text.slice(at) + "\n")
}

// The editor: a textarea whose own text is clear, over the block's text, which keeps its colours.
const editors = new WeakMap()
let count = 0
function edit(block, focus = true) {
  const old = editors.get(block)
  if (old) return focus && old.write()
  const pre = block.querySelector("pre"), code = codeOf(block), check = block.dataset.check
  originals.set(block, code.textContent)
  const area = pre.querySelector("textarea") ?? el("textarea", {className: "run-text", value: code.textContent.trimEnd(), spellcheck: false})
  const hint = el("span", {id: `run-keys-${++count}`, className: "run-keys", textContent: "Ctrl+Enter runs. Tab indents; Esc, then Tab leaves."})
  const go = () => run(block)
  const reset = button("Reset", () => {
    area.value = original(block).trimEnd()
    changed()
    area.focus()
  })
  const changed = () => {
    colour(area.value, code)
    const kept = load(CODE, "{}"), key = keyOf(block)
    const same = area.value.trimEnd() === original(block).trimEnd()
    same ? delete kept[key] : kept[key] = area.value
    reset.disabled = same
    store(CODE, kept)
  }
  // Keeps the browser's undo.
  const put = (text) => document.execCommand("insertText", false, text)
  // Tab goes through the page, until the reader has begun to write.
  let writing = false, leaving = false
  Object.assign(area, {autocapitalize: "off", autocomplete: "off", wrap: "off", ariaLabel: check ? "Your answer" : `Python code of ${nameOf(block)}`})
  area.setAttribute("autocorrect", "off")
  area.setAttribute("aria-describedby", hint.id)
  area.addEventListener("input", changed)
  for (const begins of ["input", "pointerdown"]) area.addEventListener(begins, () => writing = true)
  area.addEventListener("scroll", () => code.scrollLeft = area.scrollLeft)
  area.addEventListener("keydown", (event) => {
    const {selectionStart: start, selectionEnd: end, value} = area, {key} = event
    const before = value.slice(value.lastIndexOf("\n", start - 1) + 1, start)
    const instead = (act) => (event.preventDefault(), act())
    if (event.isComposing) return
    if (key === "Enter" && (event.ctrlKey || event.metaKey)) instead(go)
    else if (key === "Enter") instead(() => put(`\n${/^ */.exec(before)[0]}${/:\s*(#.*)?$/.test(before) ? "    " : ""}`))
    else if (key === "Tab" && writing && !leaving) instead(() => indent(area, event.shiftKey, put))
    else if (key === "Backspace" && start === end && before && !(before.length % 4) && !before.trim())
      instead(() => (area.setSelectionRange(start - 4, start), document.execCommand("delete")))
    leaving = key === "Escape" || leaving && key === "Shift"
  })
  area.addEventListener("blur", () => writing = leaving = false)
  code.inert = true
  block.classList.add("run-edited")
  if (!area.isConnected) pre.append(area)
  block.append(el("div", {className: "run-tools"}, button(check ? "Check" : "Run", go), reset, hint))
  const write = () => {
    area.focus()
    writing = true
  }
  editors.set(block, {area, write, select: (line) => {
    const lines = area.value.split("\n"), at = lines.slice(0, line - 1).join("\n").length + (line > 1)
    area.focus()
    area.setSelectionRange(at, at + lines[line - 1].length)
  }})
  changed()
  if (focus && !check) write()
}

/** Indent the lines of a selection by four spaces, or take as many away. */
function indent(area, back, put) {
  const {selectionStart: start, selectionEnd: end, value} = area
  const from = value.lastIndexOf("\n", start - 1) + 1
  if (start === end && !back) return put(" ".repeat(4 - (start - from) % 4))
  const next = value.indexOf("\n", end), text = value.slice(from, next < 0 ? value.length : next)
  area.setSelectionRange(from, from + text.length)
  const moved = text.replace(back ? /^ {1,4}/gm : /^(?=.)/gm, back ? "" : "    ")
  put(moved)
  area.setSelectionRange(from, from + moved.length)
}

/** Show the text that the reader left in a block. */
function restore(block) {
  const kept = load(CODE, "{}")[keyOf(block)]
  if (kept === undefined || editors.has(block)) return
  edit(block, false)
  const {area} = editors.get(block)
  area.value = kept
  area.dispatchEvent(new Event("input"))
}

async function no(block) {
  await styled
  panel(block).say(`${block.dataset.runNot} ${HOW}`, "failed")
}

window.python = {run, check: run, edit, restore, "run-not": no, engine}
}
