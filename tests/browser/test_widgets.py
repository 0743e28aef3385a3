"""The interactive figures: their numbers are np_nn's, and every reader gets them.

What a module computes is compared with np_nn in a real browser; then its controls are driven.
"""

import re

import numpy as np
import pytest
from bs4 import BeautifulSoup, SoupStrainer
from figure_page import (
    CLOSE,
    FRAME,
    PAGES,
    SLOW,
    SLUGS,
    complaint,
    difference,
    drag,
    field,
    mount,
    number,
    open_bare,
    pass_time,
    says,
    until,
    value,
    written,
)
from site_pages import unfold

import figures
from docs.plugins import paths
from np_nn import network
from np_nn.network import SGD, Linear, MSELoss, Network, Sigmoid

XOR_INPUTS, XOR_TARGETS = figures.compute.XOR_INPUTS, figures.compute.XOR_TARGETS


# The network in JavaScript is np_nn


def test_random_numbers_are_numpys_to_the_last_bit(modules):
    seeds = [0, 1, 7, 123456, 2**32 - 1]
    code = """(rng, seeds) => seeds.map((seed) => {
        const one = rng.default_rng(seed);
        return Array.from({length: 20}, () => one.uniform(-0.5, 2));
    })"""
    for seed, row in zip(seeds, modules("rng", code, seeds), strict=True):
        assert row == np.random.default_rng(seed).uniform(-0.5, 2, 20).tolist()


RUN = """async (m, {layers, loss, inputs, targets, lr, steps, seed}) => {
    const rng = seed === null ? undefined : (await import("/widgets/rng.mjs")).default_rng(seed);
    const network = new m.Network(layers.map(([name, parameters]) => {
        const layer = new m[name](...(name === "Linear" ? [parameters[0][0].length, parameters[0].length, rng] : []));
        if (name === "Linear" && !rng) [layer.weight, layer.bias] = parameters;
        return layer;
    }));
    const criterion = new m[loss](), optimizer = new m.SGD(network.parameters(), lr);
    let value, grad_inputs;
    for (let step = 0; step <= steps; step++) {
        value = criterion.forward(network.forward(inputs), targets);
        grad_inputs = network.backward(criterion.backward());
        if (step < steps) optimizer.step();
    }
    return {value, grad_inputs, outputs: network.outputs, parameters: network.parameters()};
}"""


def compare(modules, model, criterion, inputs, targets, lr=0.5, steps=0, seed=None):
    """Run np_nn and the browser from the same weights; return the largest relative difference.

    With a ``seed`` the browser draws its own weights, as np_nn drew those of ``model``.
    """
    layers = [
        [type(layer).__name__, [parameter.tolist() for parameter, _ in layer.parameters()]] for layer in model.layers
    ]
    argument = {
        "layers": layers, "loss": type(criterion).__name__, "inputs": inputs.tolist(),
        "targets": targets.tolist(), "lr": lr, "steps": steps, "seed": seed,
    }  # fmt: skip
    got = modules("network", RUN, argument)
    optimizer = SGD(model.parameters(), lr)
    for step in range(steps + 1):
        value = criterion.forward(model.forward(inputs), targets)
        grad_inputs = model.backward(criterion.backward())
        if step < steps:
            optimizer.step()
    pairs = [(got["value"], value), (got["grad_inputs"], grad_inputs)]
    pairs.append((got["outputs"], model.outputs))
    for mine, theirs in zip(got["parameters"], model.parameters(), strict=True):
        pairs += list(zip(mine, theirs, strict=True))
    return max(difference(one, other) for one, other in pairs)


@pytest.mark.parametrize("loss", ["MSELoss", "BCEWithLogitsLoss"])
@pytest.mark.parametrize("activation", ["Sigmoid", "Tanh", "ReLU"])
def test_forward_and_gradients_are_np_nns(modules, activation, loss):
    rng = np.random.default_rng(3)
    make = getattr(network, activation)
    model = Network([Linear(3, 5, rng), make(), Linear(5, 4, rng), make(), Linear(4, 2, rng)])
    inputs, targets = rng.normal(size=(7, 3)) * 3, rng.uniform(size=(7, 2))
    assert compare(modules, model, getattr(network, loss)(), inputs, targets) < CLOSE


@pytest.mark.parametrize("activation", ["Sigmoid", "Tanh", "ReLU"])
def test_two_thousand_steps_of_xor_from_the_same_seed_end_in_the_same_place(modules, activation):
    for seed in [0, 1]:
        rng = np.random.default_rng(seed)
        model = Network([Linear(2, 8, rng), getattr(network, activation)(), Linear(8, 1, rng)])
        criterion = network.BCEWithLogitsLoss()
        far = compare(modules, model, criterion, XOR_INPUTS, XOR_TARGETS, steps=2000, seed=seed)
        assert far < CLOSE


@pytest.mark.parametrize(
    "text, wanted",
    [
        ("0.19", 0.19), (" −2 ", -2), ("1e-3", 0.001), ("0,5", 0.5),
        ("", "must be a number"), ("NaN", "must be a number"), ("1e999", "must be a number"),
        ("x", "must be a number"), ("7", "from −3 to 5"), ("0x10", "from −3 to 5"),
    ],
)  # fmt: skip
def test_what_is_typed_is_read_or_refused_with_a_sentence(modules, text, wanted):
    got = modules("widget", "(m, text) => m.read(text, 'η', {min: -3, max: 5})", text)
    assert got == wanted if isinstance(wanted, float | int) else got.startswith("η must") and wanted in got


@pytest.mark.parametrize(
    "value, digits, wanted",
    [
        (-0.00001, 2, "0.00"), (-1.5, 2, "−1.50"), (0.1 + 0.2, None, "0.3"), (0, None, "0"),
        (27561224.68, 4, "2.76·10⁷"), (-1e-9, None, "−1.00·10⁻⁹"), (float("inf"), 2, "∞"),
    ],
)  # fmt: skip
def test_numbers_are_written_as_figures_write_them(modules, value, digits, wanted):
    code = "(m, [value, digits]) => m.show(value, digits ?? undefined)"
    assert modules("widget", code, [value, digits]) == wanted


# Every figure


def test_every_module_belongs_to_a_figure_that_a_lesson_shows():
    wanted = {"activations", "autograd", "backprop", "chain_rule", "descent", "gradient_check", "gradient_zoo"}
    wanted |= {"digits", "perceptron_line", "perceptron_rule", "xor", "xor_by_hand"}
    assert wanted <= set(SLUGS)
    assert set(PAGES) == set(SLUGS)


def test_pages_name_the_loader_if_they_have_something_to_load(site):
    for path in sorted(site.glob("lessons/*/index.html")):
        parts = SoupStrainer(["article", "script"])
        soup = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser", parse_only=parts)
        live = [element["data-widget"] for element in soup.select("[data-widget]")]
        page = f"lessons/{path.parent.name}/"
        assert sorted(live) == sorted(slug for slug in SLUGS if PAGES.get(slug) == page)
        assert all(soup.select_one(f'[data-widget="{slug}"] > .figure > svg') for slug in live)
        assert len(soup.select('script[src$="loader.mjs"]')) == (1 if live else 0)


WATCH = """window.shifts = []; new PerformanceObserver((list) => window.shifts.push(
    ...list.getEntries().map((entry) => entry.value))).observe({type: "layout-shift", buffered: true})"""
# Put a figure back to the static one, measure it, and let it come to life again.
REVIVE = """async (element) => {
    const frame = () => new Promise(requestAnimationFrame);
    window.shifts.length = 0;
    history.replaceState(history.state, "", `#${element.dataset.widget}?`);
    dispatchEvent(new HashChangeEvent("hashchange"));
    const before = element.getBoundingClientRect().height;
    if (element.querySelector(".widget-body")) return "it is still there";
    while (!element.matches(".widget-live")) await frame();
    for (let count = 0; count < 3; count++) await frame();
    return before;
}"""
LOOK = """(element) => ({height: element.getBoundingClientRect().height, shifts: window.shifts,
    wide: Math.max(document.documentElement.scrollWidth - innerWidth,
        ...[...element.querySelectorAll(".widget-body")].map((body) => body.scrollWidth - body.clientWidth))})"""


KEPT = {"perceptron_rule", "gradient_zoo"}  # whose lessons compare what the static figure shows


@pytest.fixture(scope="module")
def watched(browser):
    """A page that notes what moves on it."""
    page = browser.new_page()
    page.add_init_script(WATCH)
    yield page
    page.close()


@pytest.mark.parametrize("slug", PAGES)
def test_nothing_moves_when_it_comes_to_life_and_paper_gets_the_static_figure(watched, address, slug):
    page = watched
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(address + PAGES[slug])
    unfold(page)
    page.evaluate(FRAME)
    page.evaluate("shifts.length = 0")
    element = page.locator(f'[data-widget="{slug}"]')
    if PAGES[slug]:  # that of the start page is alive at once
        before = element.bounding_box()["height"]
        assert not element.evaluate("element => element.classList.contains('widget-live')")
        element.evaluate("element => element.scrollIntoView({block: 'center'})")
        page.locator(f'.widget-live[data-widget="{slug}"]').wait_for()
        page.evaluate(FRAME)
        assert element.evaluate(LOOK) == {"height": before, "shifts": [], "wide": 0}
    page.locator(f'.widget-live[data-widget="{slug}"]').wait_for()
    for width in [1280, 768, 360, 320]:
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(FRAME)
        before = element.evaluate(REVIVE)
        assert element.evaluate(LOOK) == {"height": before, "shifts": [], "wide": 0}, width
    assert element.locator(".figure svg").is_visible() == (slug in KEPT)
    captions = page.locator(f'figure:has(> [data-widget="{slug}"]) > figcaption')
    assert [one.is_visible() for one in captions.all()] == [True] * (PAGES[slug] != "")
    page.emulate_media(media="print")
    assert [one.is_visible() for one in captions.all()] == [True] * (PAGES[slug] != "")
    assert element.locator(".figure svg").is_visible()
    assert not element.locator(".widget-body").is_visible()


@pytest.mark.parametrize("slug", SLUGS)
def test_every_control_has_a_name_and_is_reached_by_keyboard(live, bare_page, slug):
    element = live(slug)
    controls = element.locator("button, input, canvas, [tabindex]")
    names = controls.evaluate_all(
        "found => found.map((one) => one.getAttribute('aria-label')"
        " || [...(one.labels ?? [])].map((label) => label.textContent).join('') || one.textContent)"
    )
    assert names and all(name.strip() for name in names)
    wanted = controls.evaluate_all("found => found.filter((one) => one.type !== 'radio').length")
    bare_page.locator("body").press("Tab")
    reached = set()
    for _ in range(wanted + 8):
        reached.add(
            bare_page.evaluate(
                "() => [...document.querySelectorAll('.widget-body :is(button, input, canvas,"
                " [tabindex])')].filter((one) => one.type !== 'radio')"
                ".indexOf(document.activeElement)"
            )
        )
        bare_page.keyboard.press("Tab")
    assert reached - {-1} == set(range(wanted))


# Mount a figure whose address asks for the same for all that it may be asked for.
ASKED = """async ([slug, text]) => {
    window.former?.abort();
    window.former = new AbortController();
    const element = document.createElement("div");
    element.className = "widget widget-live";
    document.querySelector("main").replaceChildren(element);
    const state = new Proxy({}, {get: (_, key) => key === "lr" && text === "9e9" ? undefined : text}); // that is a rate
    const {mount} = await import(`/widgets/${slug}.mjs`);
    mount(element, {state, share: () => {}, signal: window.former.signal});
}"""
SHOWN = """(body, selector) => [...body.querySelectorAll(selector)].map((one) => one.matches("canvas") ? one.toDataURL()
    : one.matches("input") ? `${one.checked} ${one.value}` : one.innerHTML.replace(/widget-control-\\d+/g, ""))"""


@pytest.mark.parametrize("slug", SLUGS)
def test_nonsense_in_an_address_is_the_beginning(live, bare_page, slug):
    live(slug)  # so that its styles are there

    def shown(text):
        bare_page.evaluate(ASKED, [slug, text])
        pass_time(bare_page)
        return bare_page.locator("main > div").evaluate(SHOWN, ".widget-body, input, canvas")

    first = shown(None)
    for text in ["", "NaN", "-9e9", "9e9", "constructor"]:
        assert shown(text) == first, text


TYPED = [slug for slug in SLUGS if "numberControl(" in (paths.DOCS / f"widgets/{slug}.mjs").read_text("utf-8")]


@pytest.mark.parametrize("slug", TYPED)
def test_what_is_typed_wrong_gets_a_sentence_and_the_figure_stays(live, bare_page, slug):
    element = live(slug, "", 1000)
    if (drawer := element.locator("[data-name=numbers]")).count():
        drawer.click()
    fields = [one for one in element.locator(".widget-number:not([data-name=guess])").all() if one.is_visible()]
    for one in fields:
        name, right = one.get_attribute("aria-label"), one.input_value()
        before = element.evaluate(SHOWN, "output")
        for bad in ["", "NaN", "x", "-9e9"]:
            one.fill(bad)
            pass_time(bare_page)
            assert f"{name} must be a" in element.inner_text()
            assert element.evaluate(SHOWN, "output") == before
        if "must be a whole" in element.inner_text():
            one.fill("1.5")
            assert one.get_attribute("aria-invalid") == "true"
        one.blur()
        pass_time(bare_page)
        assert "must be a" not in element.inner_text() and one.input_value() == right
    assert fields and before


PRESSED = {  # what is pressed most, and what it moves
    "activations": ("input[type=range]", ".widget-curves"),
    "backprop": ("[data-name=next]", ".widget-backprop-picture"),
    "chain_rule": ("[data-name=next]", ".widget-chain-picture"),
    "cross_entropy": ("input[type=range]", "svg[role=img]"),
    "descent": ("[data-name=run]", "canvas"),
    "gradient_check": ("input[type=range]", "svg[role=img]"),
    "perceptron_line": ("input[data-name=w₁]", ".widget-plane"),
    "perceptron_rule": ("[data-name=run]", ".widget-rule-plane"),
    "xor": ("[data-name=run]", "canvas"),
}


@pytest.mark.parametrize("slug", PRESSED)
@pytest.mark.parametrize("width", [360, 800])
def test_one_can_press_and_watch_without_scrolling(live, bare_page, slug, width):
    """On a phone of 360 × 640 pixels, under the header of the page; and on a wide screen."""
    element = live(slug)
    bare_page.set_viewport_size({"width": width, "height": 1000})
    pass_time(bare_page)
    boxes = [element.locator(one).first.bounding_box() for one in PRESSED[slug]]
    if slug == "descent":  # the loss curve, too
        boxes.append(element.locator(".widget-descent-curve").bounding_box())
    top, bottom = min(box["y"] for box in boxes), max(box["y"] + box["height"] for box in boxes)
    assert bottom - top < 640 - 48


@pytest.mark.parametrize("scheme", ["default", "slate"])
def test_what_has_the_focus_has_a_colour_that_means_nothing_else(live, bare_page, scheme):
    live("perceptron_rule")
    seen = bare_page.evaluate(
        """(scheme) => {
            document.body.dataset.mdColorScheme = scheme;
            const one = document.querySelector("[data-name=run]");
            one.focus({focusVisible: true});
            const colour = (text) => { one.style.color = text; return getComputedStyle(one).color };
            const others = [..."ink muted blue orange tint tint-blue tint-orange paper".split(" ").map((name) => `var(--fig-${name})`),
                "var(--md-accent-fg-color)", "var(--md-typeset-a-color)", "var(--md-default-fg-color)"];
            const found = [getComputedStyle(one).outlineColor, others.map(colour)];
            one.style.color = "";
            document.body.dataset.mdColorScheme = "default";
            return found;
        }""",
        scheme,
    )
    ring, others = seen
    assert ring not in others and len(set(others)) > 6
    # and is seen: at least 3 to 1 on the page's own colour
    paper, light = others[7], {}
    for name, text in [("ring", ring), ("paper", paper)]:
        parts = np.array([float(part) for part in re.findall(r"[\d.]+", text)[:3]]) / 255
        parts = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
        light[name] = parts @ [0.2126, 0.7152, 0.0722] + 0.05
    assert max(light.values()) / min(light.values()) >= 3


def test_readers_without_scripts_get_the_static_figure(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + PAGES["descent"])
    element = page.locator('[data-widget="descent"]')
    assert element.locator(".figure svg").is_visible()
    figure = element.locator(".figure").bounding_box()["height"]
    assert element.bounding_box()["height"] == pytest.approx(figure, abs=1)
    context.close()


def test_a_module_that_fails_leaves_the_static_figure(browser, address):
    page = browser.new_page()
    page.route("**/descent.mjs", lambda route: route.abort())
    page.goto(address + PAGES["descent"])
    unfold(page)
    element = page.locator('[data-widget="descent"]')
    with page.expect_event("console"):
        element.scroll_into_view_if_needed()
    assert element.locator(".figure svg").is_visible()
    page.close()


# Addresses and navigation


def open_lesson(browser, address, fragment="", width=1280):
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.clock.install()  # it goes by itself, and a test may hurry it on
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.goto(address + PAGES["descent"] + fragment)
    return page


def is_seen(page, selector):
    return page.locator(selector).evaluate(
        "one => { const {top, bottom} = one.getBoundingClientRect(); return bottom > 0 && top < innerHeight }"
    )


def test_an_address_holds_the_state_and_opens_it_again(browser, address):
    page = open_lesson(browser, address, "#descent?surface=saddle&x=-1&y=0.5&lr=0.2&steps=3")
    page.locator(".widget-live").wait_for()
    until(page, lambda: is_seen(page, ".widget-live"))
    assert (value(page, "step"), value(page, "x"), value(page, "y")) == (3, -0.216, 1.372)
    page.locator("[data-name=step-button]").click()
    until(page, lambda: page.evaluate("location.hash.includes('steps=4')"))
    assert "surface=saddle&x=-1&y=0.5&lr=0.2&steps=4" in page.url
    copied = page.url
    page.goto("about:blank")
    page.goto(copied)
    page.locator(".widget-live").wait_for()
    assert value(page, "step") == 4 and page.complaints == []
    # A link to another state, on the page itself.
    page.evaluate("location.hash = '#descent?lr=0.05&steps=2'")
    until(page, lambda: page.evaluate("document.querySelector('output[data-name=step]')?.textContent === '2'"))
    assert value(page, "x") == pytest.approx(-6 * 0.95**2, abs=5e-5)
    page.close()


STATES = [  # links of the lessons
    link
    for path in sorted((paths.DOCS / "lessons").glob("*.md"))
    for link in re.findall(r"\]\(#(\w+)\?(.*?)\)", path.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("slug, query", STATES)
def test_a_link_of_a_lesson_opens_another_state_than_the_first(live, bare_page, slug, query):
    def state():
        pass_time(bare_page, 1000)
        return bare_page.locator(".widget-body").inner_text()

    live(slug)
    first = state()
    live(slug, query)
    wanted = state()
    assert wanted != first


def test_headings_and_untouched_figures_keep_their_address(browser, address):
    page = open_lesson(browser, address, "#choose-the-learning-rate")
    unfold(page)
    page.locator(".widget-live").wait_for()
    until(page, lambda: is_seen(page, "#choose-the-learning-rate"))
    page.clock.run_for(1000)
    assert page.url.endswith("#choose-the-learning-rate")
    page.locator("[data-name=step-button]").click()
    until(page, lambda: page.evaluate("location.hash.startsWith('#descent?')"))
    page.locator(".md-nav--secondary a", has_text="Know where it may stop").last.click()
    until(page, lambda: page.evaluate("location.hash === '#know-where-it-may-stop'"))
    until(page, lambda: is_seen(page, "#know-where-it-may-stop"))
    assert page.complaints == []
    page.close()


def navigate_instantly(page, address):
    """Open the first page such that its links swap pages.

    The theme does so for addresses of the sitemap only, and tests serve from another port.
    """
    sitemap = page.request.get(address + "sitemap.xml").text()
    home = re.search("<loc>(.*?)</loc>", sitemap)[1]
    page.route(
        "**/sitemap.xml",
        lambda route: route.fulfill(body=sitemap.replace(home, address), content_type="application/xml"),
    )
    with page.expect_response("**/sitemap.xml"):
        page.goto(address)
    page.wait_for_load_state("networkidle")


def test_a_link_to_a_state_works_across_pages_and_within_one(browser, address):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    loads = []
    page.on("load", lambda: loads.append(1))
    navigate_instantly(page, address)
    link = (
        "(href) => { const link = document.createElement('a'); link.href = href;"
        " document.querySelector('article').prepend(link); link.click() }"
    )
    for target, steps in [("lessons/descent/#descent?steps=3", "3"), ("#descent?steps=5", "5")]:
        page.evaluate(link, target)
        page.locator(f"output[data-name=step]:text-is('{steps}')").wait_for()
        until(page, lambda: is_seen(page, ".widget-live"))
        assert page.locator(".widget-body").count() == 1
    assert len(loads) == 1
    page.close()


def test_instant_navigation_brings_it_to_life_and_cleans_it_up(browser, address):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.clock.install()
    errors, loads = [], []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("load", lambda: loads.append(1))
    page.add_init_script(
        "window.frames_ = 0; const ask = window.requestAnimationFrame;"
        "window.requestAnimationFrame = (f) => { window.frames_ += 1; return ask(f) }"
    )
    navigate_instantly(page, address)
    page.locator("article a", has_text="Walk downhill").first.click()
    page.wait_for_url("**/lessons/descent/")
    element = page.locator('[data-widget="descent"]')
    element.wait_for(state="attached")  # the address is a new one before the page is
    for _ in range(2):
        unfold(page)
        element.evaluate("element => element.scrollIntoView({block: 'center'})")
        page.locator(".widget-live").wait_for()
        assert page.locator(".widget-body").count() == 1
        page.locator("[data-name=run]").click()
        until(page, lambda: page.evaluate("document.querySelector('output[data-name=step]').textContent > 21"))
        page.locator(".md-footer__link--next").evaluate("link => link.click()")
        page.locator("h1:not(:text('Walk downhill'))").wait_for()
        page.clock.run_for(1000)
        assert "descent" not in page.url
        before = page.evaluate("window.frames_")
        page.clock.run_for(1000)
        assert page.evaluate("window.frames_") == before
        page.go_back()
        page.wait_for_url("**/lessons/descent/**")
        page.locator('[data-widget="descent"]').wait_for(state="attached")
    assert errors == []
    assert len(loads) == 1, "the pages were loaded, not swapped"
    page.close()


@pytest.mark.parametrize(
    "slug, query, button",
    [
        ("descent", "lr=0.01&steps=0", "run"),
        ("xor", "steps=0", "run"),
        ("perceptron_rule", "", "run"),
        ("backprop", "", "play"),
    ],
)
def test_nothing_runs_off_the_screen(live, bare_page, slug, query, button):
    element = live(slug, query)

    def state():
        """What it shows; fields and sliders included."""
        return element.inner_text(), element.locator("input").evaluate_all("all => all.map((one) => one.value)")

    bare_page.evaluate("document.querySelector('main').style.paddingBottom = '3000px'")
    try:
        seen = [state()]
        element.locator(f'[data-name="{button}"]').click()
        pass_time(bare_page, 3000)
        seen.append(state())
        bare_page.evaluate("scrollTo(0, 3000)")
        pass_time(bare_page, 1000)  # what was said is still read to those who don't see it
        away = state()
        pass_time(bare_page, 9000)
        assert state() == away
        bare_page.evaluate("scrollTo(0, 0)")
        bare_page.evaluate(FRAME)
        pass_time(bare_page, 3000)
        seen.append(state())
        assert len(seen) == len({str(each) for each in seen})
    finally:
        bare_page.evaluate("document.querySelector('main').style.paddingBottom = ''")


# descent


def path_of(modules, surface, start, lr, steps):
    code = "(m, [name, ...rest]) => m.walk(m.SURFACES[name], ...rest)"
    return modules("descent", code, [surface, start, lr, steps])


@pytest.mark.parametrize("lr", [0.05, 0.19, 0.20, 0.21])
def test_the_walks_in_the_valley_are_np_nns(modules, lr):
    points, heights = figures.compute.walk(lr, 100)
    got = path_of(modules, "valley", [-6, 2], lr, 100)
    assert not got["exploded"]
    # In np_nn the valley is a layer's mean squared error, in which 10 is the square of a root.
    assert difference(got["points"], points) < 1e-10
    code = "(m, points) => points.map(([x, y]) => m.SURFACES.valley.height(x, y))"
    assert difference(modules("descent", code, got["points"]), heights) < 1e-10


@pytest.mark.parametrize("surface, lr, wanted", [
    ("valley", 0.2, [0.05, 0.19]), ("valley", 0.19, [0.05]), ("valley", 0.05, [0.19]),
    ("saddle", 0.1, []), ("unit", 5.0, []),
])  # fmt: skip
def test_the_walks_that_the_lesson_compares_lie_beside_that_of_the_reader(modules, live, surface, lr, wanted):
    found = modules("descent", "(m, all) => m.ghosts(...all)", [surface, [-6, 2], lr])
    assert [ghost["words"] for ghost in found] == [f"η = {rate}" for rate in wanted]
    for ghost, rate in zip(found, wanted):
        assert difference(ghost["points"], figures.compute.walk(rate, 14)[0]) < 1e-10
    said = live("descent", f"surface={surface}&lr={lr}").locator("canvas").get_attribute("aria-label")
    assert ("to compare" in said) == bool(wanted) and all(f"η = {rate}" in said for rate in wanted)


def curves(element):
    """What the loss curve says of itself, and how many lines it draws."""
    picture = element.locator(".widget-descent-curve")
    return picture.get_attribute("aria-label"), picture.locator("svg path").count()


def test_the_loss_curves_of_the_two_rates_that_the_lesson_compares_lie_over_each_other(modules, live):
    settings = {"start": [-6, 2], "lr": 0.19, "days": 6, "seed": 0, "steps": 20}
    lines = modules("descent", "(m, settings) => m.curves('valley', settings, null)", settings)
    assert [line["words"] for line in lines] == ["η = 0.05", "η = 0.19"]
    heights = [figures.compute.walk(rate, 20)[1] for rate in (0.05, 0.19)]
    for line, wanted in zip(lines, heights, strict=True):
        assert difference(line["losses"], wanted) < 1e-10
    said, count = curves(live("descent"))
    assert count == 2 and "in powers of ten" in said
    for rate, wanted in zip(("0.05", "0.19"), heights, strict=True):
        assert f"η = {rate}, from 38.0000 to {wanted[-1]:.4f} in 20 steps" in said
    # 0.05 is ahead at first, as the lesson says, and 0.19 soon overtakes it.
    assert heights[0][1] < heights[1][1] and heights[0][10] > heights[1][10]


def test_the_loss_curve_grows_with_the_walk_and_keeps_the_earlier_one(live, bare_page):
    element = live("descent", "lr=0.1&steps=0")
    for step in [1, 2]:
        bare_page.get_by_role("button", name="Step").click()
        pass_time(bare_page, 300)
        path = element.locator("path.widget-descent-walk").get_attribute("d")
        assert path.count("L") == step
        assert (
            f"η = 0.1, from 38.0000 to {figures.compute.walk(0.1, 2)[1][step]:.4f} in {step} step{'s' * (step > 1)}"
            in curves(element)[0]
        )
    assert "earlier" not in curves(element)[0]
    slider = bare_page.get_by_role("slider", name="η")
    for _ in range(3):  # what lies on the way to 0.115 is not kept, but where the way began
        slider.press("ArrowRight")
        pass_time(bare_page, 100)
    said, count = curves(element)
    wanted = figures.compute.walk(0.1, 2)[1][2]
    assert count == 4 and f"η = 0.1, your earlier walk, from 38.0000 to {wanted:.4f} in 2 steps" in said
    assert said.startswith("The loss against the step, in powers of ten: η = 0.115, from 38.0000")
    pass_time(bare_page, 1000)
    field(element, "η").fill("0.19")
    assert "η = 0.115, your earlier walk" in curves(element)[0]
    pass_time(bare_page, 1000)
    # One that runs along a curve which is there anyway is not drawn twice.
    field(element, "η").fill("0.05")
    pass_time(bare_page)
    assert curves(element)[1] == 2 and "earlier" not in curves(element)[0]
    bare_page.get_by_role("button", name="Back to the start").click()
    assert "at 38.0000, before the first step." in curves(element)[0]
    field(element, "η").fill("0.07")
    element.get_by_text("Saddle", exact=True).click()
    assert "earlier" not in curves(element)[0]  # that was another loss


def test_shuffled_days_are_numpys(modules):
    for seed, size, steps in [(0, 1, 20), (3, 2, 7), (1, 6, 2)]:
        rng = np.random.default_rng(seed)
        order = np.concatenate([rng.permuted(np.arange(6)) for _ in range(size * steps)])
        wanted = order[: size * steps].reshape(steps, size).tolist()
        assert modules("descent", "(m, all) => m.batches(...all)", [seed, size, steps]) == wanted


@pytest.mark.parametrize("size, seed, lr", [(1, 0, 2.0), (2, 0, 2.0), (1, 5, 0.5)])
def test_a_walk_on_some_of_the_days_is_np_nns_and_its_curve_is_that_of_all_days(modules, size, seed, lr):
    linear, model, criterion, inputs, targets = rain_unit(1.0, 1.0)
    optimizer, rng = SGD(model.parameters(), lr), np.random.default_rng(seed)
    order = np.concatenate([rng.permuted(np.arange(6)) for _ in range(60)])
    losses, points = [], []
    for days in [*order[: 60 * size].reshape(60, size), None]:
        losses.append(criterion.forward(model.forward(inputs), targets))
        points.append([linear.weight[0, 0], linear.bias[0]])
        if days is not None:
            criterion.forward(model.forward(inputs[days]), targets[days])
            model.backward(criterion.backward())
            optimizer.step()
    settings = {"start": [1, 1], "lr": lr, "days": size, "seed": seed, "steps": 60}
    code = "(m, s) => m.walk(m.SURFACES.unit, s.start, s.lr, s.steps, m.batches(s.seed, s.days, s.steps)).points"
    assert difference(modules("descent", code, settings), points) < CLOSE
    lines = modules("descent", "(m, settings) => m.curves('unit', settings, null)", settings)
    assert [line["words"] for line in lines] == ["6 days", f"{size} day" + "s" * (size > 1)]
    assert difference(lines[1]["losses"], losses) < CLOSE
    # The walk on all days only goes down; that on some of them goes up as well.
    assert max(np.diff(lines[0]["losses"])) <= 0 < max(np.diff(losses[20:]))


def test_the_figure_shows_the_stochastic_walk_that_the_lesson_prints(live):
    lesson = (paths.DOCS / "lessons" / "descent.md").read_text(encoding="utf-8")
    rows = re.findall(r"^days a step: (\d)   loss (.*)$", lesson, re.MULTILINE)
    assert [size for size, _ in rows] == ["6", "2", "1"]
    for size, losses in rows:
        element = live("descent", f"surface=unit&lr=2&days={size}&steps=60")
        printed = losses.split()
        assert element.locator("output[data-name=z]").text_content() == printed[-1]
        if size != "6":
            assert f"from {min(printed)} to {max(printed)}." in says(element)


def test_the_days_of_a_step_by_keyboard(live, bare_page):
    element = live("descent", "lr=0.19")
    assert element.get_by_role("radio", name="6").count() == 0
    assert "a formula has no rows to pick from" in element.inner_text()
    element = live("descent", "surface=unit&lr=2&steps=12")
    assert field(element, "seed").count() == 0
    bare_page.get_by_role("radio", name="6", exact=True).focus()
    bare_page.keyboard.press("ArrowLeft")
    bare_page.keyboard.press("ArrowLeft")
    assert "looked at day" in says(element)
    pass_time(bare_page)
    said, count = curves(element)
    assert count == 2 and said.startswith("The loss against the step: 1 day, from") and "6 days, from" in said
    first = value(element, "x")
    seed = field(element, "seed")
    seed.focus()
    bare_page.keyboard.press("ArrowUp")
    assert value(element, "x") != first
    bare_page.keyboard.press("ArrowDown")
    assert value(element, "x") == first  # the same days in the same order
    pass_time(bare_page, 400)
    assert bare_page.url.endswith("lr=2&steps=12&days=1&seed=0")
    # The next step follows the slope of its own day.
    for name in "xy":
        assert value(element, f"step-{name}") == pytest.approx(-2 * value(element, f"part-{name}"), abs=2e-4)
    element.get_by_text("Valley", exact=True).click()
    assert element.get_by_role("radio", name="6", exact=True).count() == 0
    assert not bare_page.locator("tr", has_text="slope, day").is_visible()


def rain_unit(w, b):
    """The unit of the lesson, its loss and its data."""
    linear = Linear(1, 1, np.random.default_rng(0))
    linear.weight[:], linear.bias[:] = w, b
    hours = np.array([[-3.0], [-2.0], [-1.0], [0.0], [1.0], [2.0]])
    rained = np.array([[1.0], [1.0], [1.0], [0.0], [1.0], [0.0]])
    return linear, Network([linear, Sigmoid()]), MSELoss(), hours, rained


@pytest.mark.parametrize("start, lr", [([1, 1], 1.0), ([-3, 2], 5.0), ([3, -3], 14.0)])
def test_the_walks_of_the_unit_are_np_nns(modules, start, lr):
    linear, model, criterion, inputs, targets = rain_unit(*start)
    optimizer = SGD(model.parameters(), lr)
    points = []
    for _ in range(101):
        points.append([linear.weight[0, 0], linear.bias[0]])
        criterion.forward(model.forward(inputs), targets)
        model.backward(criterion.backward())
        optimizer.step()
    assert difference(path_of(modules, "unit", start, lr, 100)["points"], points) < CLOSE


def test_the_curvatures_of_the_unit_are_those_of_pytorch(modules):
    import torch

    inputs = torch.tensor([-3.0, -2, -1, 0, 1, 2], dtype=torch.float64)
    targets = torch.tensor([1.0, 1, 1, 0, 1, 0], dtype=torch.float64)

    def loss(place):
        return ((torch.sigmoid(place[0] * inputs + place[1]) - targets) ** 2).mean()

    minimum = modules("descent", "(m) => m.unitMinimum()")
    place = torch.tensor(minimum, dtype=torch.float64, requires_grad=True)
    (gradient,) = torch.autograd.grad(loss(place), place)
    assert gradient.abs().max() < 1e-12
    wanted = torch.linalg.eigvalsh(torch.autograd.functional.hessian(loss, place.detach()))
    got = modules("descent", "(m, place) => m.SURFACES.unit.curvatures(...place)", minimum)
    assert got == pytest.approx(wanted.flip(0).tolist(), rel=1e-6)  # central differences
    assert 2 / got[0] == pytest.approx(14.7, abs=0.05)  # the lesson's exercise


@pytest.mark.parametrize(
    "lr, words",
    [
        (0.05, "below 2/λₘₐₓ = 2/10 = 0.2: it arrives"),
        (0.19, "it arrives"),
        (0.2, "it bounces for ever"),
        (0.21, "above 2/λₘₐₓ = 2/10 = 0.2: it diverges"),
    ],
)
def test_what_descent_says_is_what_the_walk_does(live, lr, words):
    element = live("descent", f"lr={lr}&steps=100")
    assert words in says(element)
    points, heights = figures.compute.walk(lr, 100)
    for name, wanted in [("x", points[-1][0]), ("y", points[-1][1]), ("z", heights[-1])]:
        assert value(element, name) == pytest.approx(wanted, rel=5e-3, abs=5e-5)
    assert value(element, "factor-x") == pytest.approx(1 - lr, abs=5e-5)
    assert value(element, "factor-y") == pytest.approx(1 - 10 * lr, abs=5e-5)


@pytest.mark.parametrize(
    "query, words",
    [
        ("surface=saddle&x=1&y=0", "It walks onto the saddle and stops there. w₂ is exactly 0"),
        ("surface=saddle", "It will leave the saddle, with any η."),
        ("surface=saddle&steps=100", "It has left the saddle, and there is no bottom."),
        ("surface=unit&lr=1&steps=0", "Ready to walk"),
        ("surface=unit&lr=5&steps=200", "This is the lowest place, to four digits."),
        ("surface=unit&x=3&y=3&lr=20&steps=40", "A plateau: the slope is only 0.0015"),
        ("surface=unit&x=3&y=3&lr=20&steps=40", "with this η no walk can stay there"),
        ("surface=unit&x=3&y=3&lr=20&steps=40", "The walk has left this map."),
        ("lr=0.25&steps=2", "The walk has left this map."),
    ],
)
def test_what_descent_says_of_other_places(live, query, words):
    assert words in says(live("descent", query))


def test_descent_by_keyboard(live, bare_page):
    element = live("descent", "lr=0.19&steps=0")
    bare_page.get_by_role("slider", name="η").focus()
    bare_page.keyboard.press("ArrowRight")
    assert number(field(element, "η").input_value()) == 0.195
    bare_page.get_by_role("button", name="Step").focus()
    for key in ["Enter", "Space"]:
        bare_page.keyboard.press(key)
    points, _ = figures.compute.walk(0.195, 2)
    assert value(element, "step") == 2
    assert value(element, "y") == pytest.approx(points[2][1], abs=5e-5)
    assert value(element, "step-x") == pytest.approx(-0.195 * points[2][0], abs=5e-5)
    bare_page.get_by_role("radio", name="Valley").focus()
    bare_page.keyboard.press("ArrowRight")
    assert "w₁² − w₂²" in element.locator(".widget-descent-formula").text_content()
    assert value(element, "z") == -0.0032  # as the lesson prints
    canvas = element.locator("canvas")
    canvas.focus()
    before = canvas.evaluate("one => one.toDataURL()")
    bare_page.keyboard.press("ArrowLeft")
    pass_time(bare_page)
    assert canvas.evaluate("one => one.toDataURL()") != before


def test_descent_by_mouse(live, bare_page):
    element = live("descent", "lr=0.05&steps=1")
    bare_page.get_by_role("button", name="From above").click()
    box = element.locator("canvas").bounding_box()
    # From above the middle of the map is the middle of the picture from left to right.
    bare_page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    start = [number(field(element, letter).input_value()) for letter in ("w₁", "w₂")]
    assert start[0] == pytest.approx(0, abs=0.2) and abs(start[1]) < 1
    assert value(element, "x") == pytest.approx(0.95 * start[0], abs=1e-4)
    assert value(element, "y") == pytest.approx(0.5 * start[1], abs=1e-4)
    # The start is taken and carried along.
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    pass_time(bare_page)
    bare_page.mouse.move(x, y)
    bare_page.mouse.down()
    bare_page.mouse.move(x + 60, y, steps=5)
    bare_page.mouse.up()
    moved = [number(field(element, letter).input_value()) for letter in ("w₁", "w₂")]
    assert moved[0] > start[0] + 1 and moved[1] == pytest.approx(start[1], abs=0.15)
    bare_page.get_by_role("button", name="Back to the start").click()
    assert value(element, "step") == 0 and value(element, "x") == pytest.approx(moved[0], abs=5e-5)
    bare_page.get_by_role("button", name="Run").click()
    pass_time(bare_page, 1000)
    assert value(element, "step") == 7  # one at once, then one each 160 milliseconds
    bare_page.get_by_role("button", name="Pause").click()
    step = int(value(element, "step"))
    pass_time(bare_page, 1000)
    assert value(element, "step") == step
    assert value(element, "x") == pytest.approx(moved[0] * 0.95**step, abs=1e-4)


def test_descent_says_that_a_learning_rate_is_too_large(live):
    element = live("descent", "lr=0.05&steps=1")
    field(element, "η").fill("1e300")
    assert complaint(element) == ""
    assert "too large for this computer" in says(element)


# perceptron_line


def in_plane(x1, x2):
    """Where a point of the plane lies in the picture of perceptron_line."""
    unit = 360 / 2.2
    return 34 + (x1 + 0.45) * unit, 6 + (1.75 - x2) * unit


def test_the_half_plane_is_where_np_nns_sum_is_above_0(modules):
    rng = np.random.default_rng(1)
    for w1, w2, b in [*rng.uniform(-3, 3, size=(40, 3)), (1, 1, -1.5), (0, 0, 1), (0, 0, 0)]:
        layer = Linear(2, 1, rng)
        layer.weight[:], layer.bias[:] = [[w1, w2]], b
        points = rng.uniform(-0.45, 1.75, size=(50, 2))
        wanted = layer.forward(points)[:, 0]
        code = "(m, [weights, bias, points]) => m.sums(weights, bias, points)"
        got = modules("perceptron_line", code, [[w1, w2], b, points.tolist()])
        np.testing.assert_allclose(got, wanted, rtol=1e-12, atol=1e-15)
        code = "(m, [weights, bias]) => m.halfPlane(weights, bias, -0.45, 1.75)"
        corners = np.array(modules("perceptron_line", code, [[w1, w2], b]))
        if len(corners) < 3:
            assert (wanted <= 0).all()
            continue
        edges = np.roll(corners, -1, axis=0) - corners
        from_corner = points[:, np.newaxis] - corners
        turns = edges[:, 0] * from_corner[..., 1] - edges[:, 1] * from_corner[..., 0]
        inside = (turns >= 0).all(axis=1)  # its corners go round counterclockwise
        assert (inside == (wanted > 0)).all()


@pytest.mark.parametrize(
    "query, words",
    [
        ("w1=1&w2=1&b=-1.5&aim=AND", "This is AND: all four are right."),
        ("w1=1&w2=1&b=-0.5&aim=OR", "This is OR: all four are right."),
        ("w1=1&w2=1&b=-1&aim=OR", "For OR, 2 of 4 are right; wrong at (0, 1) and (1, 0)."),
        ("w1=2&w2=1&b=-2&aim=AND", "This is AND"),  # at (1, 0) z is 0, and the output too
        ("w1=1&w2=1&b=-0.5&aim=XOR", "3 of 4 are right; wrong at (1, 1). More than 3 of 4 no"),
        ("w1=0&w2=0&b=1&aim=AND", "Both weights are 0, so there is no line: z is 1 and the output 1"),
    ],
)
def test_what_perceptron_line_says_of_four_positions(live, query, words):
    assert words in says(live("perceptron_line", query))


def test_no_line_of_the_sliders_ever_gets_xor(modules):
    code = """(m) => {
        let most = 0;
        for (let w1 = -3; w1 <= 3; w1 += 0.5) for (let w2 = -3; w2 <= 3; w2 += 0.5)
            for (let b = -4; b <= 4; b += 0.25) {
                const z = m.sums([w1, w2], b, m.POSITIONS).map(m.step);
                most = Math.max(most, z.filter((a, i) => a === m.TARGETS.XOR[i]).length);
            }
        return most;
    }"""
    assert modules("perceptron_line", code) == 3


def test_perceptron_line_by_mouse(live, bare_page):
    element = live("perceptron_line", "w1=1&w2=1&b=-1.5&x1=1&x2=1")
    assert [value(element, name) for name in ["w1", "w2", "b", "z", "step"]] == [1, 1, -1.5, 0.5, 1]
    # The line is pulled through another point, and not turned.
    drag(bare_page, element, in_plane(0.5, 1), in_plane(0.2, 0.6))
    assert written(element, "w₁", "w₂", "b") == [1, 1, -0.8]
    assert value(element, "z") == 1.2
    # The tip of the arrow is pulled away from its foot: longer, and the line stays.
    foot = (0.8, 0.0)  # of (1.15, 0.35) on x1 + x2 = 0.8
    tip = (foot[0] + 0.3, foot[1] + 0.3)
    drag(bare_page, element, in_plane(*tip), in_plane(foot[0] + 0.6, foot[1] + 0.6))
    assert written(element, "w₁", "w₂", "b") == [2, 2, -1.6]
    # The input is carried to a corner, where it snaps.
    drag(bare_page, element, in_plane(1, 1), in_plane(0.03, 0.97))
    assert written(element, "x₁", "x₂") == [0, 1]
    assert [value(element, name) for name in ["w1", "w2", "z"]] == [0, 2, 0.4]
    bare_page.get_by_text("XOR", exact=True).click()
    assert says(element).startswith("For XOR")


def test_a_near_miss_still_catches_the_line(live, bare_page):
    element = live("perceptron_line", "w1=1&w2=1&b=-1.5&x1=0&x2=0")
    # 15 units beside the line, which are no more pixels here; one of x is far more.
    at = np.array(in_plane(0.5, 1)) + 15 / np.sqrt(2) * np.array([1, -1])
    drag(bare_page, element, at, in_plane(0.2, 0.6))
    assert written(element, "w₁", "w₂", "b", "x₁", "x₂") == [1, 1, -0.8, 0, 0]
    at = np.array(in_plane(0.2, 0.6)) + 40 / np.sqrt(2) * np.array([1, -1])  # that is beside it
    drag(bare_page, element, at, in_plane(1, 1))
    assert written(element, "b", "x₁", "x₂") == [-0.8, 1, 1]


def test_the_pointer_says_what_is_under_it(live, bare_page):
    element = live("perceptron_line", "w1=1&w2=1&b=-1.5&x1=0&x2=0")
    picture = element.locator("svg[role=img]")
    box, size = picture.bounding_box(), picture.evaluate("one => one.viewBox.baseVal.width")
    foot = (1.15, 0.35)  # it lies on the line: there the arrow begins
    for place, words, cursor in [
        ((0.5, 1), "The line: drag it, and b changes.", "grab"),
        ((foot[0] + 0.3, foot[1] + 0.3), "The arrow w: drag it, and the line turns.", "grab"),
        ((0, 0), "The input: drag it.", "move"),
        ((0.2, 0.4), "Press to put the input here.", "crosshair"),
    ]:
        x, y = in_plane(*place)
        bare_page.mouse.move(box["x"] + x * box["width"] / size, box["y"] + y * box["width"] / size)
        assert element.locator("[data-name=hint]").text_content() == words
        assert picture.evaluate("one => getComputedStyle(one).cursor") == cursor


def test_perceptron_line_by_keyboard(live, bare_page):
    element = live("perceptron_line", "w1=1&w2=1&b=-1.5&x1=1&x2=1")
    bare_page.get_by_role("slider", name="b").focus()
    for _ in range(20):
        bare_page.keyboard.press("ArrowRight")
    assert written(element, "b") == [-0.5] and value(element, "z") == 1.5
    field(element, "w₁").fill("0")
    field(element, "w₂").fill("0")
    assert "there is no line" in says(element) and value(element, "z") == -0.5


# activations


@pytest.mark.parametrize("kind", ["sigmoid", "tanh", "relu"])
def test_curves_and_slopes_are_np_nns(modules, kind):
    z = np.concatenate([np.linspace(-6, 6, 241), [-100, -30, 30, 100, 0]])
    layer = {"sigmoid": Sigmoid, "tanh": network.Tanh, "relu": network.ReLU}[kind]()
    outputs = layer.forward(z[:, np.newaxis])[:, 0]
    slopes = layer.backward(np.ones((len(z), 1)))[:, 0]
    got = modules("activations", "(m, [kind, z]) => m.compute(kind, z)", [kind, z.tolist()])
    np.testing.assert_allclose(got["outputs"], outputs, rtol=1e-12)
    # 1 - a**2 of an a that is nearly 1 keeps its last bits only.
    np.testing.assert_allclose(got["slopes"], slopes, rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize(
    "kind, z, words",
    [
        ("sigmoid", 0, "The slope is 0.2500: of a small push, this part arrives. It is nowhere"),
        ("sigmoid", 10, "nearly lost here. That is 1/5510 of what it is at 0."),
        ("tanh", 2.5, "nearly lost here"),
        ("relu", 3, "a push passes through as it is"),
        ("relu", -0.1, "The slope is 0"),
        ("relu", 0, "a corner, and its slope is counted as 0"),
        ("step", 1, "nothing changes"),
        ("step", 0, "a jump has no slope"),
        ("tanh", 50, "too small for this computer"),
    ],
)
def test_what_activations_says_of_a_push(live, kind, z, words):
    element = live("activations", f"kind={kind}&z={z}")
    assert words in says(element)
    picture, words = element.locator("svg"), "lies to the right of this picture"
    assert (words in picture.text_content()) == (z > 6)


@pytest.mark.parametrize("kind", ["step", "sigmoid", "tanh", "relu"])
def test_the_slopes_that_the_lesson_compares_stay_side_by_side(live, kind):
    """Whichever is looked at, those of the others lie beside it, on one scale."""
    element = live("activations", f"kind={kind}&z=1")
    paths = element.locator("[data-name=others] path")
    shown = paths.evaluate_all("all => all.map(one => one.dataset.kind)")
    assert shown == [other for other in ["sigmoid", "tanh", "relu"] if other != kind]
    heights = paths.evaluate_all("all => all.map(one => one.getBBox().height)")
    for other, height in zip(shown, heights):  # far out a slope is nearly 0
        assert abs(height - {"sigmoid": 0.25, "tanh": 1, "relu": 1}[other] * 100 / 1.26) < 0.5
    names = {"sigmoid": "σ′", "tanh": "tanh′", "relu": "ReLU′"}
    assert element.locator("[data-name=others] text").all_text_contents() == [names[s] for s in shown]


def test_activations_by_mouse_and_keyboard(live, bare_page):
    element = live("activations", "kind=sigmoid&z=0")
    assert [value(element, name) for name in ["a", "slope", "five"]] == [0.5, 0.25, 0.001]
    middle, unit = 40 + 352 / 2, 352 / 12
    drag(bare_page, element, (middle, 100), (middle + 2 * unit, 60))
    assert written(element, "z") == [2] and value(element, "a") == 0.8808
    bare_page.get_by_role("slider", name="z").focus()
    bare_page.keyboard.press("ArrowLeft")
    assert written(element, "z") == [1.9]
    bare_page.get_by_role("radio", name="Sigmoid").focus()
    bare_page.keyboard.press("ArrowRight")
    assert value(element, "slope") == pytest.approx(1 - np.tanh(1.9) ** 2, abs=5e-5)


# On a slow machine, and with a finger


COUNT = """() => {
    window.drawn = 0; // what a canvas draws, and what is changed in the page
    window.changes = new MutationObserver((all) => (window.drawn += all.length));
    window.changes.observe(document.querySelector(".widget-body"), {subtree: true, childList: true, attributes: true, characterData: true});
    if (window.isCounting) return;
    window.isCounting = true;
    for (const name of ["fill", "stroke", "fillText", "drawImage", "putImageData"]) {
        const draw = CanvasRenderingContext2D.prototype[name];
        CanvasRenderingContext2D.prototype[name] = function (...all) { window.drawn += 1; return draw.apply(this, all) };
    }
}"""


MOVES = {  # what a reader does for each frame, and how much may be drawn in one
    "descent": ("canvas", "(one) => one.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowLeft'}))", 600),
    "xor": ("[data-name=run]", "(one, k) => k === 0 && one.click()", 150),
    "xor_by_hand": (
        "input[type=range][data-name='ReLU 2']",
        "(one, k) => { one.value = k / 30; one.dispatchEvent(new Event('input')) }",
        20,
    ),
}


@pytest.mark.parametrize("slug", MOVES)
def test_a_moving_figure_draws_little_in_a_frame(live, bare_page, slug):
    """A count, not a time: how fast the machine is does not matter."""
    selector, move, most = MOVES[slug]
    element = live(slug, "steps=0")
    bare_page.evaluate(COUNT)
    counts = []
    for k in range(30):
        element.locator(selector).evaluate(move, k)
        before = bare_page.evaluate("window.drawn")
        bare_page.clock.run_for(16)
        counts.append(bare_page.evaluate("window.drawn") - before)
    assert 0 < max(counts) < most


def test_a_surface_that_is_turned_is_drawn_with_fewer_pixels_until_it_rests(live, bare_page):
    bare_page.evaluate(
        "window.ratio = Object.getOwnPropertyDescriptor(window, 'devicePixelRatio');"
        " Object.defineProperty(window, 'devicePixelRatio', {...window.ratio, get: () => 2})"
    )
    try:
        canvas = live("descent", "", 500).locator("canvas")
        width = "one => one.width / one.clientWidth"
        assert canvas.evaluate(width) == pytest.approx(2, abs=0.01)
        canvas.press("ArrowLeft")
        bare_page.clock.run_for(50)
        assert canvas.evaluate(width) == pytest.approx(1, abs=0.01)
        bare_page.clock.run_for(500)
        assert canvas.evaluate(width) == pytest.approx(2, abs=0.01)
    finally:
        bare_page.evaluate("() => { Object.defineProperty(window, 'devicePixelRatio', window.ratio) }")


@pytest.mark.parametrize("slug, button", [("xor", "run"), ("gradient_zoo", "go"), ("gradient_check", None)])
def test_a_slow_computer_computes_for_a_part_of_each_frame(live, bare_page, slug, button):
    """Here each question for the time takes a millisecond; a frame at 60 a second has 16."""
    bare_page.evaluate(SLOW, 1)
    try:
        element = live(slug, "steps=0", 0)
        if slug == "xor":
            element.locator("label", has_text="2,000").click()
        if button:
            element.locator(f"[data-name={button}]").click()
        asked = []
        for _ in range(20):
            before = bare_page.evaluate("window.asked")
            bare_page.clock.run_for(16)
            asked.append(bare_page.evaluate("window.asked") - before)
        assert 2 < max(asked) < 12
    finally:
        bare_page.evaluate("performance.now = window.real")


def test_a_finger_taps_turns_and_scrolls(browser, address):
    context = browser.new_context(has_touch=True, viewport={"width": 360, "height": 800})
    page = context.new_page()
    open_bare(page, address)
    element = mount(page, "descent", "lr=0.05&steps=1")
    page.get_by_role("button", name="From above").tap()
    box = element.locator("canvas").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.touchscreen.tap(x, y)
    assert abs(number(field(element, "w₁").input_value())) < 0.3

    def picture():
        return element.locator("canvas").evaluate("one => one.toDataURL()")

    session = context.new_cdp_session(page)

    def slide(start, end):
        """A finger that is put down, moves in five steps, and is lifted."""
        points = [[a + (b - a) * part / 5 for a, b in zip(start, end)] for part in range(6)]
        for index, (across, down) in enumerate(points):
            kind = "touchMove" if index else "touchStart"
            touch = {"type": kind, "touchPoints": [{"x": across, "y": down}]}
            session.send("Input.dispatchTouchEvent", touch)
        session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        pass_time(page, 300)

    before, scrolled = picture(), page.evaluate("scrollY")
    slide((x + 60, y + 60), (x - 20, y + 60))
    assert picture() != before and page.evaluate("scrollY") == scrolled
    # Up and down belongs to the page, unless the finger is on the start.
    slide((x - 90, y + 60), (x - 90, y - 60))
    assert page.evaluate("scrollY") > scrolled + 50
    context.close()
