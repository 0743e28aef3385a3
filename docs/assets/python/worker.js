// Runs Python where no page is, so that a page never waits for it. What it is told, and what it says:
//   {boot: {base, manifest, ipad}}  ->  {loaded: bytes} … {ready: true}, or {broken: words}
//   {run: number, parts, plots}     ->  {run, loaded} … {run, out | err | svg: text} … {run, done: {…}, memory}
"use strict"

const TYPES = {wasm: "application/wasm", json: "application/json"}
const load = self.fetch.bind(self)
// More memory than this would have a phone close the page: Python is told that there is none.
const MEMORY = 2 ** 31
const {grow} = WebAssembly.Memory.prototype
WebAssembly.Memory.prototype.grow = function (pages) {
  if (this.buffer.byteLength + pages * 2 ** 16 > MEMORY) throw new RangeError("2 GB are enough")
  return grow.call(this, pages)
}
let packs, python, run, base
let loaded = 0

self.onmessage = async ({data}) => {
  try {
    if (data.boot) await boot(data.boot)
    else {
      if (data.plots) await plots(data.run)
      const say = (kind, text) => self.postMessage({run: data.run, [kind]: text})
      const done = JSON.parse(run(JSON.stringify(data.parts), say))
      self.postMessage({run: data.run, done, memory: python._module.HEAP8.length})
    }
  } catch (error) {
    self.postMessage({run: data.run, broken: String(error?.message ?? error)})
  }
}

async function boot(told) {
  base = told.base
  packs = told.manifest.packs
  // Pyodide looks for "iPad" here, where an iPad says "MacIntel": pyodide/pyodide#5670.
  if (told.ipad) Object.defineProperty(self.navigator, "platform", {value: "iPad"})
  const core = begin("core")
  const own = begin("own")
  // What Pyodide asks for is what was begun; it asks for nothing else.
  self.fetch = (request) => {
    const name = String(request?.url ?? request).split("/").pop()
    return core[name] ?? own[name] ?? Promise.reject(new Error(`nobody may load ${name}`))
  }
  importScripts(place("core", "pyodide.js"))
  const {href} = new URL(packs.core.home, base)
  // It waits for ever for a file that does not come.
  const missing = new Promise((_, reject) => Object.values(core).forEach((file) => file.catch(reject)))
  python = await Promise.race([missing, loadPyodide({
    indexURL: href,
    lockFileURL: place("core", "lock.json"),
    stdLibURL: place("core", "python_stdlib.zip"),
    jsglobals: Object.create(null), // Python sees nothing of the page, nor of this worker
  })])
  const numpy = Object.keys(core).find((name) => name.startsWith("numpy"))
  const site = await unpack(core, [numpy])
  const runner = await (await own["runner.py"]).text()
  const wheel = python.toPy(await (await own["np_nn.whl"]).arrayBuffer())
  python.runPython(runner, {filename: "/runner.py"})
  run = python.globals.get("start")(wheel, site)
  self.postMessage({ready: true})
}

/** Load what draws plots, once; the page has said that a program wants it. */
async function plots(number) {
  if (!packs.plots.begun) {
    const files = begin("plots", number)
    const site = await unpack(files, Object.keys(files).filter((name) => name.endsWith(".whl")))
    for (const name of Object.keys(files).filter((name) => name.endsWith(".py")))
      python.FS.writeFile(`${site}/${name}`, await (await files[name]).text())
    python.runPython("import page_plots")
    packs.plots.begun = true
  }
}

async function unpack(files, names) {
  const site = python.runPython("import site; site.getsitepackages()[0]")
  for (const name of names)
    python.unpackArchive(await (await files[name]).arrayBuffer(), "wheel", {extractDir: site})
  return site
}

function place(pack, name) {
  return new URL(packs[pack].home + name, base).href
}

/** Begin to load all files of a pack, and return them; scripts are loaded by whom they are for. */
function begin(pack, number) {
  const names = Object.keys(packs[pack].files).filter((name) => !name.endsWith(".js"))
  return Object.fromEntries(names.map((name) => {
    const file = one(pack, name, number)
    file.catch(() => {}) // it is told when the file is wanted
    return [name, file]
  }))
}

async function one(pack, name, number) {
  const {bytes, sent, sum} = packs[pack].files[name]
  // A browser keeps what it compiles of an answer that nobody has touched: it may look at the sum.
  const wasm = name.endsWith(".wasm")
  const answer = await load(place(pack, name), wasm ? {integrity: `sha256-${sum}`} : {})
  if (!answer.ok) throw new Error(`${name} is not there (${answer.status})`)
  const tell = (part) => {
    loaded += part * sent / bytes
    self.postMessage({run: number, loaded: Math.round(loaded)})
  }
  if (wasm) {
    tell(bytes)
    return answer
  }
  const parts = []
  for (let reader = answer.body.getReader(), next; !(next = await reader.read()).done; ) {
    parts.push(next.value)
    tell(next.value.length)
  }
  const whole = await new Blob(parts).arrayBuffer()
  // Where a page is not served safely there is no crypto, and nothing that a sum would help.
  const digest = self.crypto?.subtle && (await crypto.subtle.digest("SHA-256", whole))
  if (digest && btoa(String.fromCharCode(...new Uint8Array(digest))) !== sum)
    throw new Error(`${name} was changed on its way`)
  return new Response(whole, {headers: {"content-type": TYPES[name.split(".").pop()] ?? "application/zip"}})
}
