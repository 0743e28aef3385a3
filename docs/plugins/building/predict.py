"""Predictions that are predictions: what answers one is folded until the reader has made it.

A question `??? question "Predict: …"` folds the first output or figure beneath it, and all that
follows, up to the next heading or prediction. Where that is not the right part, a line `---` says
where it begins, and another one where it ends. A prediction without options gets a line to write
in, which is kept nowhere.

Each part is a `<details class="fold">`, so that a search within the page, a link into it, paper
and a browser without scripts show what is in it; `data-of` says to which question it belongs.
docs/assets/reader.js takes the folds away when the question is opened or answered.
"""

from bs4 import BeautifulSoup, Tag

from docs.plugins.building.inputs import Inputs
from docs.plugins.checking.questions import OPENING

HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]
ANSWERS = "pre.output, img"
FOLD = '<details class="fold" data-of="{}"><summary>Show me</summary></details>'
GUESS = '<p class="guess" data-search-exclude><label>Your prediction <input></label></p>'


def add(inputs: Inputs, soup: BeautifulSoup) -> None:
    """Fold in the HTML of a page what answers its predictions. The page's boxes are still as written."""
    for number, question in enumerate(find(soup), start=1):
        question["data-of"] = str(number)
        for run in _runs(_following(question)):
            fold = _made(FOLD.format(number))
            run[0].insert_before(fold)
            fold.extend(part.extract() for part in run)
        if not question.li:
            question.insert_after(_made(GUESS))


def find(soup: BeautifulSoup) -> list[Tag]:
    """Return the questions of a page that ask for a prediction."""
    return [box for box in soup.select("details.question") if _is_prediction(box)]


def _is_prediction(part):
    return part.name == "details" and part.summary and part.summary.get_text().startswith(OPENING)


def _following(question):
    """Return what stands between a question and the next heading or prediction."""
    found = []
    for part in question.find_next_siblings():
        if part.name in HEADINGS or _is_prediction(part):
            break
        found.append(part)
    return found


def _runs(following):
    """Return the parts to fold, each a list of siblings; take out the marks of the author."""
    marks = [n for n, part in enumerate(following) if part.name == "hr"]
    first = next((n for n, part in enumerate(following) if holds_answer(part)), None)
    begins = marks and (first is None or marks[0] < first)
    start = marks.pop(0) + 1 if begins else first
    for part in following:
        if part.name == "hr":
            part.extract()
    if start is None:
        return []
    run = following[start : marks[0] if marks else len(following)]
    if begins or _is_answer(run[0]):
        return [run]
    # What holds outputs, such as tabs, stays, and what is in it is folded.
    inside = [[answer, *answer.find_next_siblings()] for answer in _firsts(run[0])]
    return [*inside, run[1:]] if run[1:] else inside


def holds_answer(part: Tag) -> bool:
    """Whether a part is, or holds, what a block printed or a figure."""
    return _is_answer(part) or part.select_one(ANSWERS) is not None


def _is_answer(part):
    is_output = part.name == "pre" and "output" in part.get("class", [])
    return is_output or part.name == "p" and part.find("img", recursive=False) is not None


def _firsts(part):
    """Return the first answer in each box, tab or item of a part."""
    found = {}
    for answer in part.select("pre.output, p:has(> img)"):
        found.setdefault(id(answer.parent), answer)
    return list(found.values())


def _made(html):
    return BeautifulSoup(html, "html.parser").contents[0]
