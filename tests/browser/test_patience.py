"""What waits in a browser waits eight times as long as Playwright does by itself."""

import re

import pytest
from playwright.sync_api import Error

from docs.plugins import paths


@pytest.mark.parametrize("kind", ["a page", "a page of a context"])
def test_every_page_is_patient(browser, kind):
    page = browser.new_page() if kind == "a page" else browser.new_context().new_page()
    page.set_content("<p>Words")
    settings = page._impl_obj._timeout_settings
    assert settings.timeout(None) == settings.navigation_timeout(None) == 8 * 30_000
    with pytest.raises(Error, match="Timeout 10ms"):
        page.wait_for_selector("#never", timeout=10)
    page.context.close()


def test_no_test_waits_less():
    """But for those of what is not there, which have a fixed pause."""
    waits = [
        (path.name, int(milliseconds.replace("_", "")))
        for path in sorted((paths.ROOT / "tests").rglob("test_*.py"))
        if path.name != "test_patience.py"
        for milliseconds in re.findall(
            r"\b(?:wait_for\w*|expect|to_\w+)\([^\n]*\btimeout=([\d_]+)", path.read_text("utf-8")
        )
    ]
    assert [wait for wait in waits if wait[1] < 60_000] == []
