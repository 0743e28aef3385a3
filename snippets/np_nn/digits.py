"""Handwritten digits: 1,797 pictures of 8 by 8 pixels, the digit that each shows, and its form.

The pictures are the test part of "Optical Recognition of Handwritten Digits" by E. Alpaydin and
C. Kaynak (1998). They lie in digits.npz beside this file; digits.txt says where they come from.
"""

from pathlib import Path

import numpy as np

FILE = Path(__file__).with_name("digits.npz")
# The row in which each of the 14 forms begins. No column says so, but the order of the labels
# does: every form asked for the same 130 digits in the same order, and a few of them are missing.
# So the order of the rows is information; never sort them.
BEGINS = (0, 130, 256, 386, 516, 646, 776, 906, 1029, 1157, 1287, 1415, 1545, 1667)


def load():
    """Return images, labels and forms, in the order of the file; new arrays in each call.

        images: (1797, 64), float64, row after row of each picture, from 0 (paper) to 16 (ink)
        labels: (1797,), integers as indices have them, the digit that each picture shows
        forms: (1797,), the same kind, the form that it was written on, from 1 to 14

    One person filled in a form; by the authors' description there were 13 of them.
    FileNotFoundError if there is no digits.npz beside this file.
    """
    with np.load(FILE) as kept:
        images, labels = kept["images"].astype(np.float64), kept["labels"].astype(np.intp)
    forms = np.searchsorted(BEGINS, np.arange(len(labels)), side="right").astype(np.intp)
    return images, labels, forms
