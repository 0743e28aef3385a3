"""The figures of the lessons: what a function computes is what it draws.

    python -m figures                  draw every figure of which something has changed
    python -m figures xor loss         draw these

One module a lesson. A function marked ``@figure`` takes nothing and returns the text of the SVG
file of its name. Weights, gradients, losses and paths come out of np_nn inside the function;
only ``pytorch`` needs torch as well.
"""

import importlib
import pkgutil

from figures.look import FIGURES

for module in pkgutil.iter_modules(__path__):
    if not module.name.startswith("_"):
        importlib.import_module(f"figures.{module.name}")

__all__ = ["FIGURES"]
