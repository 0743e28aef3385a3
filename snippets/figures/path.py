"""The figure of the path: which lesson builds on which."""

from docs.plugins.reading.course import direct_needs
from docs.plugins.reading.course import lessons as lessons_of_the_course
from figures.look import (
    BLUE,
    BODY,
    INK,
    TINT_BLUE,
    WIDTH,
    arrow,
    box,
    canvas,
    figure,
    say,
    stroke,
    write,
)


@figure
def path():
    """Which lesson builds on which: the lessons in their order, as their own pages tell it."""
    course = lessons_of_the_course()
    needs = direct_needs(course)
    places = {lesson.slug: 8 + 46 * place for place, lesson in enumerate(course)}
    left, height = 62, 32
    figure, axes = canvas(places[course[-1].slug] + height + 8)
    lanes = []  # (top, bottom) of the arrows that pass others by, from right to left
    for place, lesson in enumerate(course):
        top = places[lesson.slug]
        for need in needs[lesson.slug]:
            start = places[need] + height
            if place and need == course[place - 1].slug:
                arrow(axes, (left + 18, start), (left + 18, top - 1), BLUE)
                continue
            start -= height / 2 - 6
            end = top + height / 2 - 6
            lane = next(
                (n for n, taken in enumerate(lanes) if all(start > low or end < high for high, low in taken)),
                len(lanes),
            )
            if lane == len(lanes):
                lanes.append([])
            lanes[lane].append((start, end))
            across = left - 16 - 12 * lane
            stroke(axes, [left, across, across, left - 8], [start, start, end, end], BLUE)
            arrow(axes, (across, end), (left - 1, end), BLUE)
        box(axes, left, top, WIDTH - left - 6, height, TINT_BLUE, BLUE, 6)
        say(axes, left + 18, top + height / 2, str(place + 1), BODY, BLUE, bold=True)
        say(axes, left + 36, top + height / 2, lesson.title, BODY, INK, "left")
    return write(figure, "path")
