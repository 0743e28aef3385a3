"""Figures: attention."""

import json

import numpy as np

from docs.plugins.paths import DOCS
from figures.look import (
    BLUE,
    BODY,
    INK,
    MUTED,
    ORANGE,
    PAPER,
    SMALL,
    TINT,
    TINT_BLUE,
    box,
    canvas,
    dots,
    figure,
    panel,
    say,
    show,
    stroke,
    write,
)
from figures.numbers import read

# Both were written by tests/measure/attention.py: trained networks, and what twenty seeds end with.
NUMBERS = DOCS / "widgets/attention_numbers.mjs"
REPORT = DOCS / "measured/attention.json"
ASKED = 1  # the card of the first hand that the still asks for


def numbers():
    """Return what the live figure knows: networks and hands."""
    return read(NUMBERS)


def weights(network, hand, asked):
    """Return the weight of each of six cards, for a question about one of them."""
    Wq, Wk, _ = map(np.array, network)
    cards = np.concatenate([np.eye(16)[hand["letters"]], np.eye(10)[hand["digits"]]], axis=1)
    scores = cards @ Wk @ Wq[hand["letters"][asked]] / np.sqrt(Wq.shape[1])
    powers = np.exp(scores - scores.max())
    return powers / powers.sum()


@figure
def attention():
    """The weights of six cards for one question, before and after the training."""
    known = numbers()
    hand, high = known["hands"][0], 120
    letter = "ABCDEFGHIJKLMNOP"[hand["letters"][ASKED]]
    figure, axes = canvas(286)
    say(axes, 200, 14, f"The question: which digit is on card {letter}?", BODY, bold=True)
    kinds = [
        ("untrained", "before the training", MUTED, TINT, 52, -13),
        ("trained", "after 100 steps", BLUE, TINT_BLUE, 212, 13),
    ]
    for _, about, colour, fill, left, _ in kinds:
        box(axes, left, 36, 12, 12, fill, colour)
        say(axes, left + 20, 42, about, SMALL, colour, "left")
    for place, name in enumerate(hand["letters"]):
        x, foot = 40 + 64 * place, 212
        for kind, _, colour, fill, _, aside in kinds:
            p = weights(known["networks"][kind], hand, ASKED)[place]
            box(axes, x + aside - 11, foot - max(high * p, 1), 22, max(high * p, 1), fill, colour)
            say(axes, x + aside, foot - high * p - 11, show(p, 2), SMALL - 1, colour)
        here = place == ASKED
        box(
            axes,
            x - 23,
            222,
            46,
            52,
            TINT_BLUE if here else PAPER,
            BLUE if here else INK,
            corner=6,
            line=2 if here else 1.2,
        )
        say(axes, x, 237, "ABCDEFGHIJKLMNOP"[name], BODY, bold=True)
        say(axes, x, 259, str(hand["digits"][place]), BODY)
    return write(figure, "attention")


def spread(losses, unit):
    """Return losses from the least on, without those that would lie on the one before, half a unit away."""
    kept = []
    for loss in sorted(losses):
        if not kept or loss - kept[-1] > unit / 2:
            kept.append(loss)
    return kept


@figure
def attention_masks():
    """The loss on new random digits, for eight masks and twenty seeds, and the line of guessing."""
    names = {
        "right": "the right mask",
        "not itself": "without itself",
        "after the softmax": "0 after the softmax",
        "-10 for minus infinity": "−10 in place of −∞",
        "scores times the mask": "0 in place of −∞",
        "none": "no mask",
        "one too many": "one place too many",
        "-1e-9 for -1e9": "−10⁻⁹ in place of −∞",
    }
    report = json.loads(REPORT.read_text(encoding="utf-8"))["masks"]
    figure, axes = canvas(304)
    left, top, width, step = 160, 40, 224, 27
    height = step * len(names)
    plot = panel(figure, left, top, width, height, xlim=(0, 2.5), ylim=(len(names) - 0.5, -0.5))
    plot.set_xticks([0, 0.5, 1, 1.5, 2])
    plot.set_yticks([])
    stroke(plot, [np.log(10)] * 2, [-0.5, len(names) - 0.5], INK, 1.2, (0, (4, 3)))
    across = left + width * np.log(10) / 2.5
    say(axes, across + 8, 24, f"guessing: {np.log(10):.3f}", SMALL, INK, "right", bold=True)
    say(axes, left, top + height + 38, "loss on new random digits, 20 seeds", SMALL, MUTED, "left")
    for place, (name, about) in enumerate(names.items()):
        colour = BLUE if name == "right" else ORANGE
        say(axes, left - 10, top + step * (place + 0.5), about, SMALL, colour, "right", bold=name == "right")
        seeds = spread(report[name], 2.5 / width)
        dots(plot, seeds, np.full(len(seeds), place), 2.5, colour)
    return write(figure, "attention_masks")
