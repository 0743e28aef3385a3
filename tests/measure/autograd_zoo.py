"""What is often done wrong in an engine: each of these still trains, and each is caught.

Every animal is np_nn/autograd.py with a few lines changed. test_measured.py trains them,
test_autograd_zoo.py catches them with what the lesson teaches; autograd.py counts what comes of 20 seeds.
"""

import types
from functools import cache
from pathlib import Path

from np_nn import autograd

SOURCE = Path(autograd.__file__).read_text(encoding="utf-8")
ADDS = "gradients[parent] += _sum_to(rule(gradients[node]), parent.data.shape)"
COMES_IN = "                gradients[node] = 0.0  # it comes in after all that it depends on\n"
ASKS = "            if node not in gradients:\n"
SUMS = "gradient = gradient.sum(axis=tuple(range(gradient.ndim - len(shape))))"
WALK = SOURCE[SOURCE.index("        gradients = {}") : SOURCE.index("\n\nclass Arithmetic")]
# What has arrived so far is sent on at once, and again when more arrives.
HASTY = """
        def send(node):
            for parent, rule in node.parents:
                arrived[parent] = arrived.get(parent, 0.0) + _sum_to(rule(arrived[node]), parent.data.shape)
                send(parent)

        arrived = {self: np.ones_like(self.data)}
        send(self)
        for node in arrived:
            if not node.parents:
                node.grad += arrived[node]
"""

BUGS = {  # name: [(what stands in the file, what stands there instead), ...]
    "right": [],
    "= for +=": [(ADDS, ADDS.replace("+=", "="))],
    "no order": [(WALK, HASTY)],
    "order of discovery": [
        (COMES_IN, ""),
        (ASKS, ASKS + COMES_IN),
        ("reversed(gradients)", "[*gradients]"),
    ],
    "mean over rows, not sum": [(SUMS, SUMS.replace(".sum(", ".mean("))],
    "first row, not sum": [(SUMS, "gradient = gradient[(0,) * (gradient.ndim - len(shape))]")],
    "= where rows are taken": [("np.add.at(gradient, index, g)", "gradient[index] = g")],
    "ReLU's gate with >=": [("g * (self.data > 0)", "g * (np.maximum(self.data, 0) >= 0)")],
    "tanh's slope from z": [("g * (1 - a**2)", "g * (1 - self.data**2)")],
}


@cache
def engine(name):
    """Return the class Tensor of the file with this bug in it."""
    source = SOURCE
    for right, wrong in BUGS[name]:
        if source.count(right) != 1:
            raise ValueError(f"{name}: wanted once in the file, got {source.count(right)} times: {right}")
        source = source.replace(right, wrong)
    module = types.ModuleType("animal")
    exec(compile(source, name, "exec"), vars(module))
    return module.Tensor
