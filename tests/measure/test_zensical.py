"""CONTRIBUTING.md lists what the comparison with Zensical knows that it lacks."""

import runpy

from docs.plugins.paths import ROOT


def test_contributing_lists_what_zensical_lacks():
    tool = runpy.run_path(str(ROOT / "tests/measure/zensical.py"))
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = text.partition("## The way onward\n")[2].partition("\n## ")[0]
    listed = [line.removeprefix("- ") for line in section.splitlines() if line.startswith("- ")]
    assert listed == list(dict.fromkeys(entry.reason for entry in tool["KNOWN"]))
