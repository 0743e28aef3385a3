"""Runs every block of every page in a real browser, and writes down which do something else there.

make runs                                      builds the site, and renews docs/runs.json
python -m docs.plugins.runtime.measure SITE    the same for a built site
"""

import json
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from docs.plugins.building import runs
from docs.plugins.runtime import engine
from docs.plugins.serving import serve

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
LOAD = """src => new Promise((resolve, reject) => {
  document.head.append(Object.assign(document.createElement("script"), {src, onload: resolve, onerror: reject}))
})"""
# Puts the article of a page into this one, as instant navigation does, and runs its blocks in order.
RUN_ALL = """async ([address, wanted]) => {
  const text = await (await fetch(address)).text()
  const article = new DOMParser().parseFromString(text, "text/html").querySelector("article")
  document.querySelector("article").replaceWith(article)
  for (const fold of article.querySelectorAll(".fold")) fold.replaceWith(...[...fold.childNodes].slice(1))
  const found = []
  const above = []
  for (const block of article.querySelectorAll(".language-python.highlight")) {
    const code = block.querySelector("code").textContent
    const alone = block.dataset.program === "alone"
    const program = block.dataset.copy ?? [...alone ? [] : above, code].join("\\n")
    if (!block.dataset.program) above.push(code)
    const shown = {text: "", error: ""}
    let last = block
    for (let next; (next = last.nextElementSibling)?.matches("pre.output"); last = next)
      shown[next.matches(".error") ? "error" : "text"] = next.querySelector("code").textContent
    const {run, runNot, check} = block.dataset
    const is = {id: block.id, program, shown, run: run !== undefined, not: runNot ?? "", check: check ?? "", alone}
    if (wanted === "all" ? !/PyTorch/.test(is.not) : is.run) {
      await python.run(block)
      const panel = last.nextElementSibling
      const {textContent} = panel.querySelector("pre")
      is.came = {state: panel.dataset.runState, says: panel.querySelector(".run-says").textContent,
        pre: textContent, plots: panel.querySelectorAll("svg").length}
    }
    found.push(is)
  }
  return found
}"""


def start(page: Page, address: str, place: str = "") -> None:
    """Open a page of the site whose blocks can be run by `python` in it, and boot the engine."""
    page.goto(address + place)
    page.evaluate(LOAD, f"{address}assets/run.js")
    page.evaluate("() => python.engine.boot()")


def addresses(site: Path) -> list[str]:
    """Return the places of the pages of a built site that have blocks of Python."""
    pages = sorted(Path(site).rglob("index.html"))
    has = [path for path in pages if "language-python highlight" in path.read_text(encoding="utf-8")]
    return [path.parent.relative_to(site).as_posix().removeprefix(".") for path in has]


def run_all(page: Page, address: str, place: str, wanted: str = "marked") -> list[dict]:
    """Run the blocks of a page and return what each shows and what came; or those without a mark too."""
    place = f"{place}/" if place else ""
    return page.evaluate(RUN_ALL, [address + place, wanted])


def difference(block: dict) -> str:
    """Return in a sentence what a block does otherwise in a browser; "" if it does what is shown."""
    shown, came = block["shown"], block["came"]
    if shown["error"]:
        fits = came["state"] == "failed" and came["pre"].rstrip().endswith(shown["error"].rstrip())
        printed = bare(came["pre"]).startswith(bare(shown["text"]))
        return "" if fits and printed else "In a browser this block does not fail as the page shows."
    if came["state"] != "done":
        return f"In a browser this block ends otherwise: {came['says']}"
    pairs = zip(f"{bare(shown['text'])}\n".splitlines(), f"{bare(came['pre'])}\n".splitlines())
    if bare(shown["text"]) == bare(came["pre"]):
        return ""
    want, got = next((pair for pair in pairs if pair[0] != pair[1]), ("", "more or less"))
    return f"In a browser this block prints “{got.strip()}” where the page shows “{want.strip()}”."


def bare(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines()).rstrip()


def main(site: Path) -> None:
    """Renew docs/runs.json; return the number of blocks that run as shown, and of those that do not."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        sys.exit(f"no browser: install one of {', '.join(BROWSERS)}, for example with apt-get")
    if engine.files() is None:
        sys.exit("there is no engine to run blocks with: see `engine` in mkdocs.yml")
    address = serve.quietly(site)
    measured, right = {}, 0
    with sync_playwright() as playwright:
        page = playwright.chromium.launch(executable_path=path, args=ARGUMENTS).new_page()
        start(page, address)
        for place in addresses(site):
            for block in run_all(page, address, place, "all"):
                if "came" not in block:
                    continue
                if why := difference(block):
                    measured[runs.digest(block["program"])] = {"block": f"{place}#{block['id']}", "why": why}
                    print(f"{place}#{block['id']}: {why}")
                else:
                    right += 1
    text = json.dumps(measured, ensure_ascii=False, indent=1, sort_keys=True)
    runs.MEASURED.write_text(text + "\n", encoding="utf-8")
    print(f"{right} blocks do in a browser what the page shows, {len(measured)} do not.")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
