"""What the tests of Python in the page need: the engine, and a page in which it has been booted."""

import pytest
from site_pages import NOTES, watch

from docs.plugins.runtime import engine, measure


@pytest.fixture(scope="session")
def python_there():
    """Without an engine these tests fail, unless the maintainer has said that there is none."""
    if engine.setting() == engine.NONE:
        pytest.skip("mkdocs.yml says that there is no engine: engine: none")
    if engine.files() is None:
        engine.get(engine.setting())  # raises, and says what is missing


@pytest.fixture(scope="module")
def python_page(python_there, browser, address):
    """A page of the site with Python booted, for one test after the other of a file."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, service_workers="block")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    context.add_init_script(NOTES)
    page = watch(context.new_page())
    measure.start(page, address, "lessons/xor/")
    yield page
    assert page.evaluate("broken") == []
    assert [url for url in page.asked if not url.startswith((address, "data:"))] == []
    context.close()
