"""A page loads and runs what is of this site, and nothing else, whatever a reader does on it."""

import re

import pytest
from site_pages import NOTES, STORED, watch


@pytest.fixture
def watched(browser, address):
    """A page that notes what breaks its policy, what is complained of and what is asked for."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    context.add_init_script(NOTES)
    page = watch(context.new_page())
    yield page
    assert page.evaluate("broken") == [] and page.complaints == []
    assert page.asked and [url for url in page.asked if not url.startswith((address, "data:"))] == []
    assert context.cookies() == []
    stored = page.evaluate(STORED)
    assert [key for key in stored if not key.endswith(".__palette")] == []
    context.close()


def test_a_script_that_the_build_did_not_see_does_not_run(browser, address):
    page = browser.new_page()
    page.goto(address)
    page.evaluate(
        "const s = document.createElement('script'); s.textContent = 'window.evil = 1';"
        "document.body.append(s); document.body.setAttribute('onclick', 'window.evil = 1');"
        "document.body.click()"
    )
    assert page.evaluate("window.evil") is None
    page.close()


def test_going_from_page_to_page_breaks_nothing(watched, address, site):
    """By instant navigation, which knows the pages from the sitemap, with the port in it."""
    sitemap = (site / "sitemap.xml").read_text("utf-8")
    sitemap = re.sub(r"(?<=<loc>)https?://[^/]*/", address, sitemap)
    watched.route(
        "**/sitemap.xml",
        lambda route: route.fulfill(body=sitemap, content_type="application/xml"),
    )
    watched.goto(address + "lessons/perceptron/")
    watched.wait_for_load_state("networkidle")
    watched.evaluate("window.same = true")
    for slug in ["lessons/backprop/", "lessons/descent/", "notation/", "lessons/pytorch/"]:
        link = f'.md-sidebar--primary a.md-nav__link[href$="{slug}"]'
        watched.locator(link).last.click()
        watched.wait_for_url(f"**/{slug}")
        watched.locator("article .verified").wait_for()
        watched.wait_for_timeout(200)
        assert watched.evaluate("[same, broken]") == [True, []], slug


def test_colours_and_tabs_break_nothing_and_only_the_colours_are_kept(watched, address):
    watched.goto(address + "lessons/pytorch/")
    watched.locator('.md-header label[for^="__palette"]:visible').click()
    watched.locator(".tabbed-labels label").nth(1).click()
    watched.wait_for_timeout(200)
    watched.reload()
    assert watched.locator("body").get_attribute("data-md-color-scheme") == "slate"
