"""The interactive figure of lesson attention: its weights and sums are those of the zoo's attention."""

import sys

import numpy as np
import pytest
from figure_page import CLOSE, difference, pass_time, says

import figures
from docs.plugins.paths import ROOT
from np_nn.autograd import Tensor

sys.path.insert(0, str(ROOT / "tests/measure"))
import attention as measured
import attention_zoo as zoo

KNOWN = figures.attention.numbers()
NETWORKS, HANDS = KNOWN["networks"], KNOWN["hands"]
NAMES = "ABCDEFGHIJKLMNOP"


def cards_of(hand):
    return np.concatenate([np.eye(16)[hand["letters"]], np.eye(10)[hand["digits"]]], axis=1)[None]


def weights_of(scores, mask):
    """Return the weights of stacks of scores, with the last two cards hidden in one of four ways."""
    last = np.arange(6) >= 4
    if mask == "after":
        return zoo.softmax(scores).data * ~last
    value = {"none": 0.0, "infinity": -np.inf, "ten": -10.0}[mask]
    return zoo.softmax(scores + np.where(last, value, 0.0)).data


def of_np_nn(hand, kind, places, root=True, mask="none"):
    """Return the weights of each head, and the sums of each answer."""
    matrices = [Tensor(matrix) for matrix in NETWORKS[kind]]
    question = np.concatenate([np.eye(16)[hand["letters"][place]] for place in places])[None, None]
    Q, K, V = question @ matrices[0], cards_of(hand) @ matrices[1], cards_of(hand) @ matrices[2]
    count = 2 if kind == "two heads" else 1
    Q, K, V = (zoo.split(rows, count) for rows in (Q, K, V))
    scores = Q @ K.transpose(0, 1, 3, 2) / (np.sqrt(16 / count) if root else 1)
    weights = weights_of(scores, mask)
    sums = (weights @ V.data).reshape(1, -1)
    if len(matrices) == 4:
        sums = sums @ matrices[3].data
    return weights[0, :, 0], sums.reshape(-1, 10)


def shown(element, head=1):
    return [element.locator(f'[data-name="weight-{head}-{place}"]').text_content() for place in range(1, 7)]


def picture(element):
    return element.locator('[data-name="cards"]')


def marks(element):
    """Return {letter: mark} of the cards that are asked for."""
    letters = element.locator(".widget-attention-letter").all_text_contents()
    return {
        letter: mark
        for letter, mark in zip(letters, element.locator(".widget-attention-mark").all_text_contents())
        if mark
    }


def test_the_networks_have_the_sizes_of_the_page():
    sizes = {name: sum(np.size(matrix) for matrix in matrices) for name, matrices in NETWORKS.items()}
    assert sizes == {"untrained": 932, "trained": 932, "one head": 1848, "two heads": 1848}


@pytest.mark.parametrize("root", [True, False])
@pytest.mark.parametrize("mask", ["none", "infinity", "ten", "after"])
@pytest.mark.parametrize("kind", NETWORKS)
def test_it_computes_what_the_engine_computes(modules, kind, mask, root):
    for number, hand in enumerate(HANDS):
        places = [number, (number + 2) % 6][: 2 if "head" in kind else 1]
        question = {"kind": kind, "letters": [hand["letters"][place] for place in places], "root": root, "mask": mask}
        got = modules("attention", "(m, [hand, question]) => m.attend(hand, question)", [hand, question])
        weights, sums = of_np_nn(hand, kind, places, root, mask)
        assert difference(got["weights"], weights) < CLOSE and difference(got["sums"], sums) < CLOSE


@pytest.mark.parametrize("query, kind, places", [
    ("", "trained", [1]), ("network=untrained&card=4", "untrained", [3]), ("network=two%20heads&card=1&second=6", "two heads", [0, 5]),
    ("network=constructor&card=9&second=x&mask=no&hand=77&later=-1", "trained", [1]),
])  # fmt: skip
def test_an_address_opens_a_state(live, query, kind, places):
    element = live("attention", query)
    weights, sums = of_np_nn(HANDS[0], kind, places)
    for head, row in enumerate(weights, start=1):
        assert shown(element, head) == [f"{weight:.2f}" for weight in row]
    letters = [NAMES[HANDS[0]["letters"][place]] for place in places]
    assert list(marks(element)) == sorted(letters, key=lambda letter: HANDS[0]["letters"].index(NAMES.index(letter)))
    assert says(element).startswith(", ".join(f"{letter} is {row.argmax()}" for letter, row in zip(letters, sums)))


def test_the_arrow_keys_choose_the_card_and_go_round(live, bare_page):
    element = live("attention", "card=5")
    for wanted in (5, 0, 1):
        picture(element).press("ArrowRight")
        pass_time(bare_page)
        assert list(marks(element)) == [NAMES[HANDS[0]["letters"][wanted]]]
    picture(element).press("ArrowLeft")
    picture(element).press("ArrowLeft")
    pass_time(bare_page)
    assert list(marks(element)) == [NAMES[HANDS[0]["letters"][5]]]


def test_two_letters_are_never_the_same_card(live, bare_page):
    element = live("attention", "network=two%20heads&card=1&second=2")
    for key in ["ArrowRight", "Shift+ArrowLeft", "Shift+ArrowRight", "ArrowLeft"] * 3:
        picture(element).press(key)
        pass_time(bare_page)
        assert sorted(marks(element).values()) == ["asked 1st", "asked 2nd"]


def test_a_click_on_a_card_asks_for_it(live, bare_page):
    element = live("attention", "network=one%20head&card=1&second=3")
    element.locator(".widget-attention-card").nth(2).click()
    pass_time(bare_page)
    letters = [NAMES[letter] for letter in HANDS[0]["letters"]]
    assert marks(element) == {letters[0]: "asked 2nd", letters[2]: "asked 1st"}


def test_the_keys_n_r_m_and_c_do_what_the_controls_do(live, bare_page):
    element = live("attention", "network=trained")
    for key in "nrmc":
        picture(element).press(key)
    pass_time(bare_page)
    hand = {**HANDS[0], "digits": [*HANDS[0]["digits"][:5], (HANDS[0]["digits"][5] + 1) % 10]}
    weights, _ = of_np_nn(hand, "one head", [1, 3], root=False, mask="infinity")
    assert shown(element) == [f"{weight:.2f}" for weight in weights[0]]
    assert element.locator('[data-name="digit-6"]').text_content() == str(hand["digits"][5])
    assert element.locator('[data-name="root"]').get_attribute("aria-pressed") == "false"


@pytest.mark.parametrize(
    "mask, moved",
    [
        ("infinity", "by 0: it cannot know"),
        ("ten", "moved the sums of the answer by"),
        ("after", "moved the sums of the answer by"),
        ("none", "moved the sums of the answer by"),
    ],
)
def test_a_changed_last_digit_moves_the_answer_unless_it_is_hidden_before_the_softmax(live, bare_page, mask, moved):
    element = live("attention", f"network=untrained&card=2&mask={mask}")
    element.locator('[data-name="later"]').click()
    pass_time(bare_page)
    assert moved in says(element)
    assert ("by 0:" in says(element)) == (mask == "infinity")


def test_after_the_softmax_the_weights_no_longer_add_up_to_1(live):
    element = live("attention", "network=untrained&mask=after")
    total = of_np_nn(HANDS[0], "untrained", [1], mask="after")[0].sum()
    assert f"The weights add up to {total:.2f}." in says(element)


def test_next_hand_deals_the_next_and_the_first_after_the_last(live, bare_page):
    element = live("attention", "hand=4")
    for number in (4, 0):
        element.locator('[data-name="hand"]').click()
        pass_time(bare_page)
        assert element.locator(".widget-attention-letter").all_text_contents() == [
            NAMES[letter] for letter in HANDS[number]["letters"]
        ]


def test_it_is_told_to_those_who_do_not_see_it(live):
    element = live("attention", "network=two%20heads")
    label = picture(element).get_attribute("aria-label")
    assert "Head 1:" in label and "Head 2:" in label and "with Shift the second one" in label


def test_every_hand_of_the_live_figure_is_answered_rightly_by_the_trained_network():
    for hand in HANDS:
        for place in range(6):
            assert of_np_nn(hand, "trained", [place])[1].argmax() == hand["digits"][place]
    assert measured.D == 16
