// What is asked for seldom, and loaded then: what can be done with an equation, the keys, and
// what there is to read without a network.

// With an equation: its note is the popover behind its mark.
function equip(note) {
  if (note.querySelector(".tools")) return
  const mark = document.querySelector(`[popovertarget="${note.id}"]`)
  const equation = mark.previousElementSibling
  const tools = element("div", {className: "tools", role: "group", ariaLabel: "This equation"})
  const says = element("span", {role: "status"})
  const copy = async (what, text) => {
    const done = await copyText(text)
    says.textContent = done ? `${what} copied` : "Not copied, your browser forbids it. Here it is: "
    if (!done) says.append(element("code", {textContent: text, translate: false}))
  }
  const button = (words, act) => tools.append(element("button", {type: "button", textContent: words, onclick: act}))
  button("Copy LaTeX", () => copy("LaTeX", equation.dataset.tex))
  button("Copy MathML", () => copy("MathML", mathml(equation)))
  if (equation.id) {
    const place = new URL(`#${equation.id}`, location.href).href
    button("Copy link", () => copy("Link", place))
  }
  button("Enlarge", () => enlarge(equation, mark))
  tools.append(says)
  note.append(tools)
}

// A page that comes without a lock has no clipboard, and a reader may deny it: then the old way, if
// the browser still has that. Whoever asks is told whether it was copied.
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    const before = document.activeElement
    const field = Object.assign(document.createElement("textarea"), {value: text, readOnly: true})
    Object.assign(field.style, {position: "fixed", opacity: "0"})
    const around = before?.closest("dialog, [popover]") ?? document.body // what is outside of them is inert
    around.append(field)
    field.select()
    const done = document.execCommand("copy")
    field.remove()
    before?.focus({preventScroll: true})
    return done
  }
}

function mathml(equation) {
  const math = equation.querySelector("math").cloneNode(true)
  math.setAttribute("xmlns", "http://www.w3.org/1998/Math/MathML")
  return math.outerHTML
}

function enlarge(equation, mark) {
  const large = equation.cloneNode(true)
  for (const name of ["id", "tabindex"]) large.removeAttribute(name)
  large.classList.add("display")
  const box = dialog("Equation", large)
  const wide = [...large.querySelectorAll(":scope > svg")].map((svg) => svg.getBoundingClientRect().width)
  const room = 0.86 * innerWidth / wide.reduce((a, b) => a + b, 1)
  large.style.fontSize = `${Math.min(4, Math.max(1.5, room))}em`
  if (large.scrollWidth > large.clientWidth) // by keyboard too
    Object.assign(large, {tabIndex: 0, role: "group", ariaLabel: "Equation"})
  box.addEventListener("close", () => mark.focus())
}

// Without a network: which pages there are.
async function list(place) {
  const cache = await caches.open("visited")
  for (const {url} of await cache.keys()) {
    if (!/\/(index\.html)?$/.test(url)) continue
    const text = await (await cache.match(url)).text()
    const title = new DOMParser().parseFromString(text, "text/html").querySelector("h1")
    const words = title?.firstChild.textContent ?? url
    place.append(element("li", {}, element("a", {href: url, textContent: words})))
  }
}

// The keys: those of the theme, and ours. What is kept by the name says that they are off.
function keys({detail: name}) {
  const list = element("dl", {className: "keys"})
  for (const [key, words] of [
    ["/", "search"], ["n", "next page"], ["p", "previous page"], ["?", "these keys"],
    ["Tab", "from one thing to the next"], ["Esc", "close what is open"],
  ])
    list.append(element("dt", {}, element("kbd", {textContent: key})), element("dd", {textContent: words}))
  const onchange = ({target}) => target.checked ? localStorage.removeItem(name) : localStorage.setItem(name, "1")
  const on = element("input", {type: "checkbox", checked: !localStorage.getItem(name), onchange})
  const says = element("label", {}, on, "The first four keys work (only your browser keeps that)")
  dialog("Keys", element("h2", {textContent: "Keys"}), list, says)
}

function dialog(name, ...content) {
  const box = element("dialog", {className: "opened md-typeset", ariaLabel: name}, ...content)
  box.append(element("button", {type: "button", textContent: "Close", onclick: () => box.close()}))
  box.addEventListener("click", (event) => event.target === box && box.close())
  box.addEventListener("close", () => box.remove())
  document.body.append(box)
  box.showModal()
  return box
}

function element(tag, properties, ...content) {
  const made = Object.assign(document.createElement(tag), properties)
  made.append(...content)
  return made
}

document.addEventListener("beforetoggle", ({target, newState}) => {
  if (newState === "open" && target.matches(".proof-note")) equip(target)
}, true)
for (const note of document.querySelectorAll(".proof-note:popover-open")) equip(note)
document.addEventListener("show-keys", keys)
const kept = document.querySelector("[data-kept]")
if (kept) list(kept)
window.copyText = copyText
