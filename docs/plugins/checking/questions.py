"""What an author can get wrong in a question, in which line, and what to write instead.

docs/plugins/building/predict.py and docs/plugins/building/quiz.py say what questions look like, and
what is made of them.
"""

import re

from docs.plugins.problem import Found, check
from docs.plugins.reading.page import Page

OPENING = "Predict: "  # of the title of a question that asks for a prediction
BOX = re.compile(r'( *)(!!!|\?\?\?\+?) question(?: "([^"]*)")?')
OPTION = re.compile(r"( *)([-*+]) \[(.?)\](?![(\[]) *(.*)")
LETTERED = re.compile(r"\(a\).+\(b\)")
SELF_CHECK = "Check yourself"
RULE = re.compile(r" *(?:-{3,}|\*{3,}|_{3,}|(?:- ){2,}-|(?:\* ){2,}\*) *")
MARKS = "write - [x] for the right option, and - [ ] for each of the others"


@check("question")
def questions(page: Page) -> Found:
    """Questions, their options, and the lines that fold what answers a prediction."""
    lines, source = page.prose.split("\n"), page.markdown.split("\n")
    inside, section = set(), ""
    for start, line in enumerate(lines):
        if line.startswith("## "):
            section = line[3:].strip()
        if box := BOX.fullmatch(line.rstrip()):
            end = _end(source, start, len(box[1]) + 4)
            inside |= {*range(start + 1, end)}
            yield from _of_box(box, lines, source, start, end, section)
    for number, line in enumerate(lines):
        if number not in inside and OPTION.fullmatch(line):
            yield number + 1, 'no boxes are ticked: an option stands in its question, ??? question "…", four spaces in'
    yield from _of_rules(lines, source)


def _end(lines, start, indent):
    """Return the line, from 0, at which a box ends."""
    for number in range(start + 1, len(lines)):
        line = lines[number]
        if line.strip() and len(line) - len(line.lstrip()) < indent:
            return number
    return len(lines)


def _of_box(box, lines, source, start, end, section):
    """Yield what is wrong with one question."""
    indent, mark, title = len(box[1]), box[2], box[3] or ""
    is_prediction = title.startswith(OPENING)
    if re.match("predict", title, re.IGNORECASE) and not is_prediction:
        yield start + 1, f'no prediction: write ??? question "{OPENING}…?"'
    elif is_prediction and mark != "???":
        yield start + 1, f"an answer in sight is no prediction: write ??? for {mark}"
    elif is_prediction and indent:
        yield start + 1, "a prediction stands on the page itself: write it without spaces before it"
    if LETTERED.search(title):
        yield start + 1, f"options stand on lines of their own, four spaces in: {MARKS}"
        return
    places = [n for n in range(start + 1, end) if OPTION.fullmatch(lines[n])]
    options = [(n, OPTION.fullmatch(source[n])) for n in places]
    if not options:
        if section == SELF_CHECK:
            yield start + 1, f"a question under {SELF_CHECK} has options: {MARKS}"
        return
    yield from _of_options(options, source, start, end, indent + 4)


def _of_options(options, lines, start, end, indent):
    right = [n for n, found in options if found[3] == "x"]
    if len(options) < 2:
        yield start + 1, "one option is no choice: write two or more"
    elif len(right) != 1:
        yield (right[1] if right else start) + 1, f"{len(right)} options are right: {MARKS}"
    seen = {}
    for place, (number, found) in enumerate(options):
        words, after = found[4].strip(), lines[number + 1] if number + 1 < end else ""
        if len(found[1]) != indent or found[2] != "-" or found[3] not in ("x", " "):
            yield number + 1, f"no option: {MARKS}, {indent} spaces in"
        elif not words:
            yield number + 1, "an option without words: write it behind its brackets"
        elif words in seen:
            yield number + 1, f"the option of line {seen[words]} once more: write another one"
        elif not after.strip() or OPTION.fullmatch(after):
            yield number + 1, "nothing says why: write it on the next line, indented as this option's text"
        seen.setdefault(words, number + 1)
        until = options[place + 1][0] if place + 1 < len(options) else end
        for other in range(number + 1, until):
            line = lines[other]
            if line.strip() and len(line) - len(line.lstrip()) <= indent:
                yield other + 1, "belongs to no option: indent it as the text of the option above it"
    for other in range(start + 1, options[0][0]):
        if lines[other].strip():
            yield other + 1, "belongs to no option: a question with options holds nothing else"


def _of_rules(lines, source):
    """Yield the lines --- that fold nothing."""
    asked, begun, ended = False, False, False
    for number, line in enumerate(lines):
        written = source[number]
        is_code = not line.strip() and written.strip()
        if is_code:
            begun = begun or asked and re.match(r" *```(?:output|error)", written) is not None
            continue
        box = BOX.fullmatch(line.rstrip())
        if box and (box[3] or "").startswith(OPENING):
            asked, begun, ended = True, False, False
        elif re.match("#{1,6} ", line):
            asked = False
        elif re.match(" *!\\[", line):
            begun = begun or asked
        elif RULE.fullmatch(line):
            if not asked:
                yield (
                    number + 1,
                    "a line --- folds what answers a prediction, and none is above it in this section: take it out",
                )
            elif ended:
                yield number + 1, "a third line ---: the second one has ended the fold, take this one out"
            elif not begun and _is_empty(lines, source, number):
                yield number + 1, "nothing is beneath this line --- that could be folded: take it out"
            elif begun:
                ended = True
            begun = True


def _is_empty(lines, source, number):
    """Whether a heading, a rule or the end of the page is what comes next."""
    rest = zip(lines[number + 1 :], source[number + 1 :])
    line, written = next(((line, written) for line, written in rest if written.strip()), ("#", "#"))
    return bool(line.strip()) and (line.startswith("#") or RULE.fullmatch(line) is not None)
