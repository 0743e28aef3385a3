"""Where the site will be: notebooks, the page for wrong addresses and the pictures name that."""

import re

HERE = re.compile(r"https?://(?:127\.\d+\.\d+\.\d+|localhost|\[::1\]|0\.0\.0\.0)(?::\d+)?(?:/|$)")
HOW = "SITE_URL=https://you.github.io/yours/ make build"


def problem(command: str, site_url: str | None) -> str | None:
    """Return why a site cannot be put online by ``mkdocs command``, or None."""
    if command != "gh-deploy" or site_url and not HERE.match(site_url):
        return None
    return (
        f"the site would be put online as if it were at {site_url or 'no address'}: say where it will be, "
        f"{HOW.replace('make build', 'mkdocs gh-deploy')}, or write site_url into mkdocs.yml"
    )


def note(site_url: str | None) -> str | None:
    """Return what to know of a site that was built to be looked at on this machine, or None."""
    if site_url and not HERE.match(site_url):
        return None
    return (
        f"Built for {site_url or 'no address'}. Notebooks, the page for wrong addresses and the pictures "
        f"name that: before you put the site elsewhere, build it for there, {HOW}"
    )
