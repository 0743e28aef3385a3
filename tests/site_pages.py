"""What several test files need of the site's pages: their addresses, and what they do unseen."""

import shutil

from docs.plugins import paths

# Counts, in `broken`, what the policy of a page forbids.
NOTES = """
window.broken = []
document.addEventListener("securitypolicyviolation", (event) =>
  broken.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`))
"""
# The theme has seen the new size of what it watches.
SETTLED = "new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)))"
STORED = "[...Object.keys(localStorage), ...Object.keys(sessionStorage)]"

# With the first, where there is one, the tests take three quarters of the time.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
NO_BROWSER = f"no browser: install one of {', '.join(BROWSERS)}, for example with apt-get"


def browser_path(names=BROWSERS):
    """Return where this machine has the first of these browsers that it has, or None."""
    return next(filter(None, map(shutil.which, names)), None)


def address_of(source):
    """Return the address of a page, given its source, as seen from the root of the site."""
    name = source.relative_to(paths.DOCS).with_suffix("").as_posix()
    return "" if name == "index" else f"{name}/"


def see_all(page):
    """Let everything on a page be on the screen once, and so get what the theme gives it then."""
    size = page.viewport_size
    page.set_viewport_size(size | {"height": page.evaluate("document.body.scrollHeight")})
    page.evaluate(SETTLED)
    page.set_viewport_size(size)
    page.evaluate(SETTLED)


def unfold(page):
    """Show what answers the predictions of a page, with all that is in it."""
    folds = page.locator(".fold")
    folds.evaluate_all("all => all.forEach(fold => fold.open = true)")
    folds.first.wait_for(state="detached")


def watch(page):
    """Let a page note, in `complaints` and `asked`, what it complains of and asks for."""
    page.complaints, page.asked = [], []
    # A test that forbids service workers is told so now and then, by its own tool.
    own = "Service Worker registration blocked by Playwright"
    page.on("console", lambda message: message.text == own or page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("request", lambda request: page.asked.append(request.url))
    return page
