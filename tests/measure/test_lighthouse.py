"""What Lighthouse says is read right, and the page without its maths is otherwise the same."""

import re

import lighthouse


def report(score, lcp):
    weighted = [{"id": "largest-contentful-paint", "weight": 25}, {"id": "heading-order", "weight": 0}]
    audits = {
        "largest-contentful-paint": {"title": "LCP", "score": score, "numericValue": lcp},
        "cumulative-layout-shift": {"title": "CLS", "score": 1, "numericValue": 0.0},
        "heading-order": {"title": "Headings", "score": 0},
    }
    categories = {name: {"score": score, "auditRefs": weighted} for name in lighthouse.CATEGORIES}
    return {"categories": categories, "audits": audits, "environment": {"benchmarkIndex": 900}}


def test_a_report_is_read_with_what_took_points_away():
    found, lost = lighthouse.read(report(0.9, 1500))
    assert found["LCP"] == 1.5 and found["CLS"] == 0 and found["seo"] == 90 and found["index"] == 900
    assert lost == {f"{name}: largest-contentful-paint": "LCP" for name in lighthouse.CATEGORIES}
    assert lighthouse.read(report(1, 1000))[1] == {}


def test_a_row_has_medians_and_how_much_longer_maths_takes():
    visits = [lighthouse.read(report(1, lcp))[0] for lcp in (1100, 9000, 1000)]
    line = lighthouse.row("", "mobile", lighthouse.medians(visits), {"LCP": 1.0})
    assert line.split() == ["/", "mobile", *4 * ["100"], "1.10", "0.000", "1.00", "+10%", "900"]


def test_a_page_without_its_maths_has_all_else(site):
    page = (site / "lessons/backprop/index.html").read_text(encoding="utf-8")
    bare = lighthouse.without_maths(page)
    assert "<math" in page and "<math" not in bare and "data-tex" not in bare
    assert len(bare) < 0.8 * len(page)
    for part in ("<p[ >]", "<pre", "<figure", "<h2"):
        assert len(re.findall(part, bare)) == len(re.findall(part, page))
