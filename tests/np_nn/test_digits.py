"""The digits of np_nn are those of scikit-learn, and their order says who wrote them."""

import hashlib
import re

import numpy as np
from sklearn.datasets import load_digits

from docs.plugins.paths import ROOT
from docs.plugins.running import runner
from np_nn import digits

IMAGES, LABELS, FORMS = digits.load()
# What each form asked for, as read from the first one.
ASKED = LABELS[:130].tolist()


def test_the_digits_are_those_of_scikit_learn_row_by_row():
    theirs = load_digits()
    np.testing.assert_array_equal(IMAGES, theirs.data)
    np.testing.assert_array_equal(LABELS, theirs.target)


def test_the_digits_are_of_the_shapes_and_types_that_the_docstring_says():
    shapes = [(array.shape, array.dtype) for array in (IMAGES, LABELS, FORMS)]
    assert shapes == [((1797, 64), np.float64), ((1797,), np.int64), ((1797,), np.int64)]
    assert (IMAGES.min(), IMAGES.max()) == (0, 16) and set(LABELS) == set(range(10))


def test_the_text_beside_the_file_has_its_digests():
    text = digits.FILE.with_suffix(".txt").read_text(encoding="utf-8")
    parts = [array.astype(np.uint8).tobytes() for array in (IMAGES, LABELS)]
    found = re.findall(r"\b[0-9a-f]{64}\b", text)
    assert found == [hashlib.sha256(part).hexdigest() for part in parts]
    assert all(word in text for word in ("Alpaydin", "Kaynak", "CC BY 4.0", "BSD 3-Clause", "C50P49"))


def test_what_was_loaded_may_be_changed():
    digits.load()[0][:] = 0
    assert digits.load()[0].max() == 16


# Where the forms begin


def missing(labels, asked):
    """Return how many of the digits asked for are missing; None if the labels have any other."""
    left, places = iter(enumerate(asked)), []
    for label in labels:
        place = next((place for place, digit in left if digit == label), None)
        if place is None:
            return None
        places.append(place)
    return len(asked) - len(places)


def test_forms_are_numbered_from_1_to_14_in_the_order_of_the_rows():
    assert FORMS[0] == 1 and FORMS[-1] == 14
    assert set(np.diff(FORMS)) == {0, 1}
    assert np.flatnonzero(np.diff(FORMS)).tolist() == [begin - 1 for begin in digits.BEGINS[1:]]


def test_each_form_has_the_digits_that_were_asked_for_in_their_order():
    """Of the third, the last one asked for was an 8, and a 3 is there: so says the label, and the picture."""
    lacking = {form: missing(LABELS[FORMS == form], ASKED) for form in range(1, 15)}
    assert lacking.pop(3) is None
    assert missing(LABELS[FORMS == 3][:-1], ASKED[:-1]) == 0
    assert lacking == {1: 0, 2: 4, 4: 0, 5: 0, 6: 0, 7: 0, 8: 7, 9: 2, 10: 0, 11: 2, 12: 0, 13: 8, 14: 0}


# Taken along


PROGRAM = "from np_nn import digits; print(*(part.sum() for part in digits.load()))"


def test_two_files_are_enough(tmp_path):
    (tmp_path / "np_nn").mkdir()
    for name in ("digits.py", "digits.npz"):
        content = (ROOT / "snippets/np_nn" / name).read_bytes()
        (tmp_path / "np_nn" / name).write_bytes(content)
    (result,) = runner.run([(1, PROGRAM)], np_nn_from=tmp_path)
    assert result.stdout.split() == [str(part.sum()) for part in (IMAGES, LABELS, FORMS)], result.trace


def test_without_its_data_the_module_says_which_file_is_missing(tmp_path):
    (tmp_path / "np_nn").mkdir()
    (tmp_path / "np_nn/digits.py").write_bytes((ROOT / "snippets/np_nn/digits.py").read_bytes())
    (result,) = runner.run([(1, PROGRAM)], np_nn_from=tmp_path)
    assert result.error.startswith("FileNotFoundError") and "digits.npz" in result.error
