"""Questions with options: one is chosen, and what it says of that choice appears.

In a question, each option is an item of a list, `- [ ] …` or, if it is right, `- [x] …`. The lines
beneath it say why. That makes a group of radio buttons, which needs no script: styles show
the explanation of the option that is chosen, in a live region, and all of them on paper.
"""

import re

from bs4 import BeautifulSoup, NavigableString

from docs.plugins.building.inputs import Inputs

MARK = re.compile(r"\[([ x])\] ")
VERDICT = {"x": "Right.", " ": "Not quite."}


def add(inputs: Inputs, soup: BeautifulSoup) -> None:
    """Turn the questions with options in the HTML of a page into groups of radio buttons."""
    questions = [box for box in soup.select("details.question") if box.li]
    for number, box in enumerate(questions, start=1):
        group = soup.new_tag("fieldset", attrs={"class": "quiz"})
        if "data-of" in box.attrs:
            group["data-of"] = box["data-of"]
        legend = soup.new_tag("legend")
        legend.extend(list(box.summary.contents))
        group.append(legend)
        for item in box.select("ul > li"):
            group.extend(_option(soup, item, f"question-{number}"))
        box.replace_with(group)


def _option(soup, item, name):
    """Return the label of an option, and the region in which its explanation appears."""
    text = item.p or item
    parts = list(text.contents)
    mark = MARK.match(parts[0].lstrip())
    parts[0] = NavigableString(parts[0].lstrip()[mark.end() :])
    at, before, after = next(
        (n, *str(part).split("\n", 1)) for n, part in enumerate(parts) if type(part) is NavigableString and "\n" in part
    )
    label = soup.new_tag("label")
    label.append(soup.new_tag("input", attrs={"type": "radio", "name": name}))
    label.extend([" ", *parts[:at], before])
    why = soup.new_tag("div", attrs={"aria-live": "polite"})
    if mark[1] == "x":
        why["class"] = "right"
    said, verdict = soup.new_tag("p"), soup.new_tag("strong")
    verdict.string = VERDICT[mark[1]]
    said.extend([verdict, " ", after.lstrip(), *parts[at + 1 :]])
    more = item.find_all("p", recursive=False)[1:]
    why.extend([said, *(part.extract() for part in more)])
    return label, why
