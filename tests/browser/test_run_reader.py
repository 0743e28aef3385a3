"""Run, Edit and Check in a reader's hands: by mouse and keyboard, with every mistake one can make."""

import json
import re
import threading
from functools import partial

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from site_pages import NOTES, watch

from docs.plugins.serving import serve
from docs.plugins.serving.serve import Handler

LESSON = "lessons/xor/"
BLOCK, EXERCISE, SOLUTION = "#train-it-code-1", "#exercises-code-1", "#exercises-code-2"
ENDED = re.compile("done|failed|stopped")
PATIENT = 120_000  # milliseconds: a machine may be eight times as busy
OURS = "article .highlight, article .run-panel"
CLIPBOARD = "navigator.clipboard.readText()"


@pytest.fixture(scope="module")
def lesson(python_page, address):
    """The page of a lesson with Python booted, whose blocks `run` and `answer` act on."""
    yield python_page


@pytest.fixture(autouse=True)
def nothing_kept(request):
    if "lesson" in request.fixturenames:
        page = request.getfixturevalue("lesson")
        page.complaints.clear()
        yield
        page.evaluate("""() => {
          for (const button of document.querySelectorAll(".run-tools .run-tool:nth-child(2):not(:disabled)")) button.click()
          localStorage.clear()
        }""")
    else:
        yield


def panel_of(page, block):
    return page.locator(f"{block} ~ .run-panel").first


def press(page, block, what):
    block = page.locator(block)
    block.scroll_into_view_if_needed()
    block.locator(f"button[data-md-type={what}]").click()


def ended(page, block):
    """Wait for the end of a run; return its state, what is said of it, and its text."""
    panel = panel_of(page, block)
    expect(panel).to_have_attribute("data-run-state", ENDED, timeout=PATIENT)
    return (
        panel.get_attribute("data-run-state"),
        panel.locator(".run-says").inner_text(),
        panel.locator("pre").text_content(),
    )


def answer(page, block, code):
    """Write a program into a block and run it by the keyboard; return what came of it."""
    write(page, block, code)
    page.keyboard.press("Control+Enter")
    until(page, "document.querySelector('link[href$=\"assets/run.css\"]').sheet")
    page.evaluate("python.engine.last")  # a promise: of the run that was begun last
    return ended(page, block)


def until(page, condition):
    """Wait for a condition in the page, which forbids it to evaluate texts by itself."""
    page.evaluate(f"""async () => {{
      for (const end = Date.now() + {PATIENT}; !(await ({condition})); )
        if (Date.now() > end) throw new Error("waited too long")
        else await new Promise((resolve) => setTimeout(resolve, 50))
    }}""")


def write(page, block, code):
    area = page.locator(f"{block} textarea")
    page.locator(block).scroll_into_view_if_needed()
    page.locator(f"{block} button[data-md-type]").first.wait_for()
    if not area.count():
        press(page, block, "edit")
    area.scroll_into_view_if_needed()
    area.fill(code)
    area.focus()


# Before a click


def test_nothing_is_loaded_before_the_click_and_then_only_from_here(python_there, browser, address):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_init_script(NOTES)
    page = watch(context.new_page())
    page.goto(address + LESSON)
    for block in page.locator("article .language-python.highlight:visible").all():
        block.scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")
    assert not [url for url in page.asked if re.search(r"python/|/run\.", url)]
    button = page.locator(f"{BLOCK} button[data-md-type=run]")
    assert button.get_attribute("title") == "Run here: loads Python 3.12.7 and NumPy 2.0.2 once, 9 MB"
    press(page, BLOCK, "run")
    panel = panel_of(page, BLOCK)
    expect(panel).to_have_attribute("data-run-state", re.compile("loading|running|done"))
    state, says, text = ended(page, BLOCK)
    assert state == "done" and says.endswith("the same as the page shows.")
    assert text.startswith("step    0   loss 0.6930\n")
    assert page.locator(f"{BLOCK} + pre.output + .run-panel").is_visible()  # the run has unfolded what it prints
    assert [url for url in page.asked if not url.startswith((address, "data:"))] == []
    assert page.evaluate("broken") == [] and page.complaints == []
    assert (
        context.cookies() == []
        and page.evaluate("Object.keys(localStorage).filter(k => !k.endsWith('__palette'))") == []
    )
    context.close()


def test_a_reader_who_saves_data_is_asked_first(python_there, browser, address):
    """On the start page, which has a block too."""
    context = browser.new_context()
    context.add_init_script("Object.defineProperty(navigator, 'connection', {value: {saveData: true}})")
    page = watch(context.new_page())
    page.goto(address)
    block = "#" + page.locator(".language-python.highlight[data-run]").get_attribute("id")
    press(page, block, "run")
    panel = panel_of(page, block)
    expect(panel).to_contain_text("Python is 9 MB")
    assert not [url for url in page.asked if "python/" in url]
    panel.get_by_role("button", name="Load it").click()
    state, says, _ = ended(page, block)
    assert state == "done" and says.endswith("the same as the page shows.")
    context.close()


# Runs


def test_a_run_is_the_program_of_the_copy_button_with_the_reader_s_edits(lesson):
    write(lesson, "#see-that-one-layer-cannot-code-1", "print('above')\nvalue = 41\n")
    state, _, text = answer(lesson, BLOCK, "print(value + 1)\n")
    assert (state, text.strip()) == ("done", "42")
    block = lesson.locator(BLOCK)
    block.hover()
    block.locator("button[data-md-type=copy]").click()
    assert lesson.evaluate(CLIPBOARD).split() == "print('above') value = 41 print(value + 1)".split()
    assert answer(lesson, BLOCK, "print(value)\n")[2].strip() == "41"
    assert answer(lesson, BLOCK, "print('step' in dir())\n")[2].strip() == "False"


def test_the_very_next_block_goes_on_where_the_one_above_ended(lesson):
    first = "#see-that-one-layer-cannot-code-1"
    answer(lesson, first, "import time\nbegun = time.time_ns()\nprint(begun)")
    begun = ended(lesson, first)[2].strip()
    assert answer(lesson, BLOCK, "print(begun)")[2].strip() == begun
    assert answer(lesson, BLOCK, "print(begun)")[2].strip() != begun  # anew, from the top


def test_what_differs_from_the_page_is_marked(lesson):
    code = lesson.locator(f"{BLOCK} code").text_content().replace("lr=0.5", "lr=5.0")
    state, says, _ = answer(lesson, BLOCK, code)
    assert state == "done" and "6 lines differ from what the page shows" in says
    marks = panel_of(lesson, BLOCK).locator("mark")
    assert marks.count() == 6 and marks.first.inner_text().startswith("step   50")
    assert lesson.locator(f"{BLOCK} + pre.output").inner_text().startswith("step    0")


def test_output_streams(lesson):
    write(lesson, BLOCK, "import time\nprint('first')\nend = time.time() + 3600\nwhile time.time() < end: pass\n")
    lesson.keyboard.press("Control+Enter")
    panel = panel_of(lesson, BLOCK)
    expect(panel.locator("pre")).to_have_text("first\n", timeout=PATIENT)
    expect(panel).to_have_attribute("data-run-state", "running")
    panel.get_by_role("button", name="Stop").click()
    assert ended(lesson, BLOCK)[0] == "stopped"
    assert answer(lesson, BLOCK, "print(1)")[0] == "done"


def test_an_endless_loop_is_asked_about_never_killed_and_stopped_at_once(python_there, browser, address):
    context = browser.new_context(service_workers="block")
    page = context.new_page()
    page.clock.install()
    page.goto(address + LESSON)
    page.clock.resume()
    write(page, BLOCK, "while True: pass")
    page.keyboard.press("Control+Enter")
    panel = panel_of(page, BLOCK)
    expect(panel).to_have_attribute("data-run-state", "running", timeout=PATIENT)
    page.clock.run_for(9_000)
    expect(panel).not_to_contain_text("Still running")
    page.clock.run_for(2_000)
    expect(panel).to_contain_text("Still running after ten seconds. Stop it?")
    page.clock.run_for(100_000)
    expect(panel).to_have_attribute("data-run-state", "running")
    panel.get_by_role("button", name="Let it run").click()
    expect(panel).not_to_contain_text("Still running")
    assert page.evaluate("1 + 1") == 2  # the page lives
    panel.get_by_role("button", name="Stop").click()
    assert ended(page, BLOCK)[:2] == ("stopped", "Stopped.")
    context.close()


def test_a_flood_of_output_is_cut_with_a_word(lesson):
    state, _, text = answer(lesson, BLOCK, "for i in range(200_000): print(i)")
    assert state == "done" and len(text) < 65_000 and text.startswith("0\n1\n")
    assert text.strip().endswith("… (cut: the program prints more than 64,000 characters)")


# What Python may not do here, and what readers get wrong

BAD = [
    ("x = 1\ndef f(:\n    pass", "SyntaxError in block 2, line 2: invalid syntax", "def f(:"),
    ("x = input('?')", "Nobody can type into a program here", "x = input('?')"),
    (
        "import threading\nthreading.Thread(target=print).start()",
        "no threads in a browser",
        "threading.Thread(target=print).start()",
    ),
    ("import subprocess\nsubprocess.run(['ls'])", "cannot start another one", "subprocess.run(['ls'])"),
    ("import urllib.request\nurllib.request.urlopen('https://example.org')", "has no network", None),
    ("import asyncio\nasyncio.run(asyncio.sleep(1))", "no event loop", None),
    ("import numpy as np\nx = [np.empty(150_000_000) for _ in range(2)]", "at most 2 GB of memory", None),
    ("def f(n):\n    return f(n + 1)\nf(0)", "maximum recursion depth", None),
    ("import torch", "PyTorch does not run in a browser", None),
]


@pytest.mark.parametrize("code, words, selected", BAD)
def test_bad_input_gets_a_sentence_and_the_next_run_works(lesson, code, words, selected):
    state, says, text = answer(lesson, BLOCK, code)
    assert state == "failed" and words in says
    assert "runner.py" not in text and "<exec>" not in text
    if selected:
        assert lesson.evaluate("getSelection() + ''") == selected
    assert answer(lesson, BLOCK, "print(6 * 7)")[2].strip() == "42"


@pytest.mark.parametrize(
    "code, then, printed",
    [
        ("import np_nn, os, shutil\nshutil.rmtree(os.path.dirname(np_nn.__file__))", "from np_nn.network import Linear\nprint(Linear.__name__)", "Linear"),
        ("import sys\nsys.modules.clear()", "import numpy as np\nprint(np.ones(1))", "[1.]"),
        ("import numpy as np\nnp.tanh = None\ndel np.exp", "import numpy as np\nprint(np.tanh(0), np.exp(0))", "0.0 1.0"),
        ("import os\nopen('kept.txt', 'w').write('x')\nos.environ['X'] = '1'", "import os\nprint(os.listdir(), 'X' in os.environ)", "[] False"),
        ("import numpy as np\nnp.set_printoptions(precision=2)\nnp.seterr(all='ignore')", "import numpy as np\nprint(np.array([1 / 3]))", "[0.33333333]"),
    ],
)  # fmt: skip
def test_what_a_program_breaks_is_whole_again_in_the_next_run(lesson, code, then, printed):
    answer(lesson, BLOCK, code)
    state, _, text = answer(lesson, BLOCK, then)
    assert state == "done" and text.strip().splitlines()[-1] == printed


def test_an_error_in_a_block_above_is_named_and_selected_there(lesson):
    first = "#see-that-one-layer-cannot-code-1"
    write(lesson, first, "x = 1\nx = nope\n")
    state, says, _ = answer(lesson, BLOCK, "print(x)")
    assert state == "failed" and says.startswith("NameError in block 1, line 2: name 'nope' is not defined")
    assert lesson.evaluate("document.activeElement.closest('.highlight').id") == first[1:]
    assert lesson.evaluate("getSelection() + ''") == "x = nope"


def test_that_integers_are_short_is_said_once_where_it_may_matter(lesson):
    code = "import numpy as np\n\nx = np.array([1, 2])\nprint(x ** 40)"
    says = [answer(lesson, BLOCK, code)[1] for _ in range(2)]
    assert sum("32 bits" in words for words in says) <= 1


def test_where_python_cannot_be_loaded_a_sentence_says_so_and_the_way_out(python_there, browser, address):
    context = browser.new_context(service_workers="block")
    page = context.new_page()
    page.goto(address + LESSON)
    page.route("**/python/**", lambda route: route.fulfill(status=404, body=""))
    press(page, BLOCK, "run")
    state, says, _ = ended(page, BLOCK)
    assert state == "failed" and says.startswith("Python cannot run here: ") and "Copy the program" in says
    page.unroute("**/python/**")
    press(page, BLOCK, "run")
    expect(panel_of(page, BLOCK)).to_have_attribute("data-run-state", "done", timeout=PATIENT)
    context.close()


def test_a_flipped_byte_is_refused_in_the_browser(python_there, browser, address, site):
    (path,) = site.glob("python/*/numpy-*.whl")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    context = browser.new_context(service_workers="block")
    page = context.new_page()
    page.goto(address + LESSON)
    page.route(f"**/{path.name}", lambda route: route.fulfill(body=bytes(content), content_type="application/zip"))
    press(page, BLOCK, "run")
    state, says, _ = ended(page, BLOCK)
    assert state == "failed" and says.startswith("Python cannot run here: ")
    context.close()


# Exercises


def test_an_exercise_is_open_for_an_answer_judged_and_remembered(lesson):
    area = lesson.locator(f"{EXERCISE} textarea")
    lesson.locator(EXERCISE).scroll_into_view_if_needed()
    expect(area).to_be_visible()
    press(lesson, EXERCISE, "check")
    state, says, _ = ended(lesson, EXERCISE)
    assert (state, says) == ("failed", "Not yet: train_step returns None: replace the dots with your code")
    solution = lesson.locator(f"{SOLUTION} code").text_content()
    state, says, _ = answer(lesson, EXERCISE, solution.replace("- lr *", "+ lr *"))
    assert (state, says) == ("failed", "Not yet: weight2: that step goes uphill: the gradient is subtracted")
    expect(panel_of(lesson, EXERCISE)).to_have_class(re.compile("run-wrong"))
    state, says, text = answer(lesson, EXERCISE, solution)
    assert state == "done" and says.startswith("Right: ") and "answers [0 1 1 0]" in text
    panel = panel_of(lesson, EXERCISE)
    expect(panel).to_have_class(re.compile("run-right"))
    expect(panel.locator("[role=status]")).to_have_text(says)
    expect(panel.locator("pre")).to_be_visible()  # it printed more than the judge's sentence
    assert json.loads(lesson.evaluate("localStorage['/.right']")) == ["xor.train"]
    expect(lesson.locator("article .progress")).to_contain_text("1 of 4 exercises right")


def test_what_was_written_and_what_was_right_is_kept_until_it_is_forgotten(python_there, browser, address):
    context = browser.new_context(service_workers="block")
    page = context.new_page()
    page.goto(address + LESSON)
    write(page, BLOCK, "print('mine')")
    write(page, EXERCISE, "# my answer")
    page.evaluate("localStorage['/.right'] = JSON.stringify(['xor.train'])")
    page.reload()
    for block, text in [(BLOCK, "print('mine')"), (EXERCISE, "# my answer")]:
        page.locator(block).scroll_into_view_if_needed()
        expect(page.locator(f"{block} textarea")).to_have_value(text)
        expect(page.locator(f"{block} pre > code")).to_have_text(text)
    expect(page.locator("article .progress")).to_contain_text("1 of 4 exercises right")
    page.locator(BLOCK).get_by_role("button", name="Reset").click()
    expect(page.locator(f"{BLOCK} textarea")).to_have_value(re.compile("^rng = np.random"))
    page.goto(address)
    line = page.locator("article .progress")
    expect(line).to_contain_text("1 exercise is right.")
    line.get_by_text("Forget this").click()
    assert page.evaluate("Object.keys(localStorage).filter(k => !k.endsWith('__palette'))") == []
    context.close()


def test_a_judge_s_sentence_is_shown_once(lesson):
    answer(lesson, EXERCISE, "from np_nn.check import check\n\nprint()\n")
    code = "print('Right: it is')"
    state, says, text = answer(lesson, EXERCISE, code)
    assert (state, says, text.strip()) == ("done", "Right: it is", "Right: it is")
    lesson.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)))")
    expect(panel_of(lesson, EXERCISE).locator("pre")).to_be_hidden()


# The editor


def test_the_keys_of_the_editor(lesson):
    write(lesson, BLOCK, "")
    keyboard, area = lesson.keyboard, lesson.locator(f"{BLOCK} textarea")
    keyboard.type("for i in range(3):")
    keyboard.press("Enter")
    keyboard.type("print(i)")
    expect(area).to_have_value("for i in range(3):\n    print(i)")
    keyboard.press("Enter")
    keyboard.press("Backspace")
    keyboard.type("x")
    expect(area).to_have_value("for i in range(3):\n    print(i)\nx")
    keyboard.press("Home")
    keyboard.press("Tab")
    expect(area).to_have_value("for i in range(3):\n    print(i)\n    x")
    keyboard.press("Shift+Tab")
    expect(area).to_have_value("for i in range(3):\n    print(i)\nx")
    keyboard.press("Control+a")
    keyboard.press("Tab")
    expect(area).to_have_value("    for i in range(3):\n        print(i)\n    x")
    keyboard.press("Control+z")
    expect(area).to_have_value("for i in range(3):\n    print(i)\nx")
    keyboard.press("Escape")
    keyboard.press("Tab")
    assert lesson.evaluate("document.activeElement.textContent") == "Run"
    keyboard.press("Shift+Tab")
    keyboard.press("Escape")
    keyboard.press("Shift+Tab")
    assert lesson.evaluate("document.activeElement.tagName") != "TEXTAREA"


def test_the_colours_say_what_is_written_to_the_letter(lesson):
    for code in [
        '"""A\nb"""\nx = 1.5e-3 @ y  # "no"\n',
        "def f(a):\n    return f'{a}' if a is None else print",
        "x = '",
        "a < b > c & d",
        "é = 'π'",
    ]:
        write(lesson, BLOCK, code)
        assert lesson.locator(f"{BLOCK} pre > code").text_content() == code + "\n"
    write(lesson, BLOCK, 'def f():\n    """Doc\n    more"""\n    return None')
    spans = lesson.locator(f"{BLOCK} pre > code span").evaluate_all("all => all.map(s => [s.className, s.textContent])")
    assert ["nf", "f"] in spans and ["s2", '"""Doc\n    more"""'] in spans and ["kc", "None"] in spans


def test_the_text_lies_exactly_over_its_colours(lesson):
    write(lesson, BLOCK, "x = 1\ny = 2\n")
    places = lesson.evaluate(
        """block => {
      const area = document.querySelector(block + " textarea"), code = document.querySelector(block + " pre > code")
      return [area, code].map((one) => {
        const {font, lineHeight, paddingLeft, paddingTop, letterSpacing, tabSize} = getComputedStyle(one)
        const {x, y} = one.getBoundingClientRect()
        return JSON.stringify({font, lineHeight, paddingLeft, paddingTop, letterSpacing, tabSize, x, y})
      })
    }""",
        BLOCK,
    )
    assert places[0] == places[1]


def test_nothing_is_wrong_for_assistive_technology(lesson):
    answer(lesson, BLOCK, "print(1)")
    press(lesson, EXERCISE, "check")
    ended(lesson, EXERCISE)
    found = Axe().run(lesson, context=OURS).response["violations"]
    assert [f"{fault['id']}: {node['html'][:120]}" for fault in found for node in fault["nodes"]] == []


def test_all_fits_a_phone(python_there, browser, address):
    """In the dark; the test above looks at the light."""
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True, color_scheme="dark"
    )
    page = watch(context.new_page())
    page.goto(address + LESSON)
    page.locator(EXERCISE).scroll_into_view_if_needed()
    page.locator(f"{EXERCISE} textarea").tap()
    page.locator(f"{EXERCISE} .run-tools").get_by_role("button", name="Check").tap()
    assert ended(page, EXERCISE)[0] == "failed"
    for button in page.locator(f"{EXERCISE} :is(.run-tools button, button[data-md-type=check])").all():
        box = button.bounding_box()
        assert box["height"] >= 24 and box["x"] >= 0 and box["x"] + box["width"] <= 360
    box = panel_of(page, EXERCISE).bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 360
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    found = Axe().run(page, context=OURS).response["violations"]
    assert [f"{fault['id']}: {node['html'][:120]}" for fault in found for node in fault["nodes"]] == []
    context.close()


def test_in_forced_colours_the_text_itself_is_seen(python_there, browser, address):
    context = browser.new_context(forced_colors="active")
    page = context.new_page()
    page.goto(address + LESSON)
    press(page, BLOCK, "edit")
    page.locator(f"{BLOCK} .run-tools").wait_for()
    until(page, "getComputedStyle(document.querySelector('.run-edited > pre > code')).visibility === 'hidden'")
    colours = page.evaluate(
        "(({color, backgroundColor}) => [color, backgroundColor])(getComputedStyle(document.querySelector('.run-edited textarea')))"
    )
    assert colours[0].startswith("rgb(")
    context.close()


# From page to page, without a network, and what does not run here


def test_python_outlives_the_way_to_the_next_lesson(python_there, browser, address, site):
    sitemap = re.sub(r"(?<=<loc>)https?://[^/]*/", address, (site / "sitemap.xml").read_text("utf-8"))
    context = browser.new_context(viewport={"width": 1280, "height": 900}, service_workers="block")
    page = watch(context.new_page())
    page.route("**/sitemap.xml", lambda route: route.fulfill(body=sitemap, content_type="application/xml"))
    page.goto(address + LESSON)
    press(page, BLOCK, "run")
    assert ended(page, BLOCK)[0] == "done"
    page.evaluate("window.same = python.engine.worker")
    page.locator('.md-sidebar--primary a.md-nav__link[href$="lessons/perceptron/"]').last.click()
    page.wait_for_url("**/lessons/perceptron/")
    expect(page.locator("article h1")).to_contain_text("Draw a line")
    first = "#" + page.locator("article .language-python.highlight").first.get_attribute("id")
    press(page, first, "run")
    assert ended(page, first)[:1] == ("done",)
    assert page.evaluate("window.same && window.same === python.engine.worker")
    assert len([url for url in page.asked if url.endswith("manifest.json")]) == 1
    context.close()


def test_a_block_that_needs_pytorch_says_so_and_how_to_run_it(python_there, browser, address):
    page = browser.new_page()
    page.goto(address + "lessons/pytorch/")
    block = page.locator(".highlight[data-run-not]:visible").first
    block.scroll_into_view_if_needed()
    assert block.locator("button[data-md-type=run]").count() == 0
    block.locator("button[data-md-type=run-not]").click()
    panel = panel_of(page, "#" + block.get_attribute("id"))
    expect(panel).to_contain_text("This block needs PyTorch, which does not run in a browser. Copy the program")
    page.close()


def test_python_runs_without_a_network_once_it_was_loaded(python_there, browser, site):
    server = serve.Server(("127.0.0.1", 0), partial(Handler, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    home = f"http://127.0.0.1:{server.server_port}/"
    context = browser.new_context()
    page = context.new_page()
    page.goto(home + LESSON)
    page.evaluate("navigator.serviceWorker.register('/sw.js')")
    until(page, "navigator.serviceWorker.controller || navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    until(page, "navigator.serviceWorker.controller")
    press(page, BLOCK, "run")
    assert ended(page, BLOCK)[0] == "done"
    kept = "caches.open('python').then(c => c.keys()).then(all => all.map(r => new URL(r.url).pathname))"
    assert len(page.evaluate(kept)) >= 8
    page.evaluate("caches.open('python').then(c => c.put('/python/0123456789abcdef/old.whl', new Response('')))")
    page.evaluate("fetch('/python/manifest.json').then(r => r.text())")
    until(page, f"{kept}.then(all => !all.some(p => p.includes('0123456789abcdef')))")
    server.shutdown()
    server.server_close()
    page.reload()
    press(page, BLOCK, "run")
    state, says, _ = ended(page, BLOCK)
    assert state == "done" and says.endswith("the same as the page shows.")
    context.close()
