"""A place to link to for every display equation and every block of code of a page.

It is named by the heading that it stands under and its number there: `#train-it-code-2`. So it
stays when the equation or the code is changed, and when anything is changed in another section;
and where one is put in front of it, the link still leads to the right section. A name made of
the content would break at each change of it, and a number over the whole page at any change.
"""

import re
from collections import Counter

ITEM = re.compile(
    r'<h[1-6] id="(?P<heading>[^"]+)"'
    r'|<div (?=(?:[\w-]+="[^"]*" )*class="(?:(?P<math>math display)|language-\w+ highlight)")'
)


def add(content):
    """Return the HTML of a page with a place for each of its equations and blocks."""
    heading, counts, taken = "", Counter(), set(re.findall(r'\bid="([^"]+)"', content))

    def name(match):
        nonlocal heading
        if match["heading"]:
            heading = match["heading"]
            return match[0]
        kind = "equation" if match["math"] else "code"
        place = None
        while place is None or place in taken:  # a heading may have just this name
            counts[heading, kind] += 1
            place = "-".join(filter(None, (heading, kind, str(counts[heading, kind]))))
        return f'<div id="{place}" '

    return ITEM.sub(name, content)
