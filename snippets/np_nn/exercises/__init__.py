"""The judges of the exercises: one module a lesson, one function an exercise.

A judge takes the answer, tries it, and returns a sentence if it is right: what the reader has
shown by it. Otherwise it raises ``np_nn.check.NotYet``. A name that begins with an underscore
is no exercise.
"""
