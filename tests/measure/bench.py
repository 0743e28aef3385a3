"""Times np_nn beside PyTorch, scikit-learn and bare matrix products, all on one thread.

    python tests/measure/bench.py               a few minutes; docs/benchmark.json and the page's tables
    python tests/measure/bench.py --rounds 3    fewer rounds: faster, less sure, and nothing is written

All train the same network from the same weights on the same data, in turns: a round gives each
of them a few milliseconds, and a ratio is the median over the rounds of the ratio in each. So
what else the machine does falls on all alike. The time is that of the processor.
scikit-learn is not needed by anything else here (pip install --group bench); without it, or
without a C++ compiler for torch.compile, their columns stay empty.
"""

import argparse
import importlib.metadata
import importlib.util
import json
import os
import platform
import re
import statistics
import time
import tracemalloc
import types
from itertools import pairwise
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"  # before NumPy and PyTorch start more

import numpy as np
import torch

from np_nn import guard
from np_nn import network as np_nn

FILE = Path(__file__).resolve().parents[2] / "docs/benchmark.json"
LR, MOMENTUM, SLICE = 0.05, 0.9, 0.02  # seconds a turn

# What is trained: sizes, batch, activation, loss.
CASES = [
    ((3, 5, 8, 2), 4, "Sigmoid", "MSELoss"),
    ((64, 64, 10), 32, "ReLU", "CrossEntropyLoss"),
    ((64, 64, 10), 128, "ReLU", "CrossEntropyLoss"),
    ((64, 256, 10), 32, "ReLU", "CrossEntropyLoss"),
    ((64, 256, 10), 128, "ReLU", "CrossEntropyLoss"),
    ((64, 256, 256, 10), 128, "ReLU", "CrossEntropyLoss"),
    ((784, 256, 10), 128, "ReLU", "CrossEntropyLoss"),
]


def data(sizes, batch, loss):
    """Return random inputs and targets, float32."""
    rng = np.random.default_rng(1)
    inputs = rng.uniform(size=(batch, sizes[0])).astype(np.float32)
    if loss == "CrossEntropyLoss":
        return inputs, rng.integers(sizes[-1], size=batch)
    return inputs, rng.uniform(size=(batch, sizes[-1])).astype(np.float32)


# Each contender is built for a case, and returns a function that takes one step, and one that
# returns its weights as they are now.


def with_np_nn(sizes, batch, activation, loss, dtype="float32", np_nn=np_nn):
    rng, layers = np.random.default_rng(0), []
    for in_features, out_features in pairwise(sizes):
        layers += [np_nn.Linear(in_features, out_features, rng, dtype), getattr(np_nn, activation)()]
    layers[0].needs_grad_inputs = False  # nor does PyTorch compute it
    network = np_nn.Network(layers if loss == "MSELoss" else layers[:-1])
    criterion = getattr(np_nn, loss)()
    optimizer = np_nn.SGD(network.parameters(), lr=LR, momentum=MOMENTUM)
    inputs, targets = data(sizes, batch, loss)
    inputs = inputs.astype(dtype)
    targets = targets.astype(dtype) if loss == "MSELoss" else targets

    def step():
        criterion.forward(network.forward(inputs), targets)
        network.backward(criterion.backward())
        optimizer.step()

    return step, lambda: [array for array, _ in network.parameters()]


def with_np_nn_in_double(*case):
    return with_np_nn(*case, dtype="float64")


def with_np_nn_unchecked(*case):
    """The same source with bases that look at nothing, to see what the guard costs."""
    names = ["GuardedLayer", "GuardedLoss", "GuardedOptimizer", "in_a_row", "in_pairs"]
    kept = {name: getattr(guard, name) for name in names}
    for name in names[:3]:
        setattr(guard, name, type(name, (), {}))
    guard.in_a_row = guard.in_pairs = lambda _, found: list(found)
    try:
        unguarded = types.ModuleType("unguarded")
        exec(compile(Path(np_nn.__file__).read_text(encoding="utf-8"), "unguarded", "exec"), vars(unguarded))
    finally:
        vars(guard).update(kept)
    return with_np_nn(*case, np_nn=unguarded)


def with_torch(sizes, batch, activation, loss, compiled=False):
    rng, layers = np.random.default_rng(0), []
    for in_features, out_features in pairwise(sizes):
        ours = np_nn.Linear(in_features, out_features, rng, "float32")
        layers += [torch.nn.Linear(in_features, out_features), getattr(torch.nn, activation)()]
        layers[-2].weight.data = torch.from_numpy(ours.weight)
        layers[-2].bias.data = torch.from_numpy(ours.bias)
    network = torch.nn.Sequential(*(layers if loss == "MSELoss" else layers[:-1]))
    criterion = getattr(torch.nn, loss)()
    optimizer = torch.optim.SGD(network.parameters(), lr=LR, momentum=MOMENTUM)
    inputs, targets = map(torch.from_numpy, data(sizes, batch, loss))

    def compute_loss(inputs, targets):
        return criterion(network(inputs), targets)

    run = torch.compile(compute_loss) if compiled else compute_loss

    def step():
        optimizer.zero_grad()
        run(inputs, targets).backward()
        optimizer.step()

    return step, lambda: [parameter.detach().numpy() for parameter in network.parameters()]


def with_torch_compiled(*case):
    return with_torch(*case, compiled=True)


def with_sklearn(sizes, batch, activation, loss):
    """Only for labels: its regression has another loss."""
    from sklearn.neural_network import MLPClassifier

    if loss != "CrossEntropyLoss":
        raise NotImplementedError
    inputs, targets = data(sizes, batch, loss)
    model = MLPClassifier(
        sizes[1:-1], activation=activation.lower(), solver="sgd", alpha=0, batch_size=batch,
        learning_rate_init=LR, momentum=MOMENTUM, nesterovs_momentum=False, shuffle=False,
    )  # fmt: skip
    model.partial_fit(inputs, targets, classes=np.arange(sizes[-1]))
    _, weights = with_np_nn(sizes, batch, activation, loss)
    model.coefs_ = [array.T.copy() for array in weights()[::2]]
    model.intercepts_ = [array.copy() for array in weights()[1::2]]
    del model._optimizer  # it has a velocity from the weights before; the next step makes a new one

    def found():
        pairs = zip(model.coefs_, model.intercepts_)
        return [array for weight, bias in pairs for array in (weight.T, bias)]

    return lambda: model.partial_fit(inputs, targets), found


def with_bare_products(sizes, batch, activation, loss):
    """Nothing but the matrix products that such a step cannot do without."""
    rng = np.random.default_rng(0)
    weights = [rng.normal(size=pair[::-1]).astype(np.float32) for pair in pairwise(sizes)]
    values = [rng.normal(size=(batch, size)).astype(np.float32) for size in sizes]
    gradients = [np.empty_like(weight) for weight in weights]

    def step():
        for weight, value in zip(weights, values):
            value @ weight.T
        for index in reversed(range(len(weights))):
            np.dot(values[index + 1].T, values[index], out=gradients[index])
            if index:
                values[index + 1] @ weights[index]

    return step, None


CONTENDERS = {
    "np_nn": with_np_nn,
    "np_nn, float64": with_np_nn_in_double,
    "np_nn, unchecked": with_np_nn_unchecked,
    "PyTorch": with_torch,
    "PyTorch, compiled": with_torch_compiled,
    "scikit-learn": with_sklearn,
    "bare products": with_bare_products,
}


def build(case):
    """Return {name: (step, weights)} of those that run here, each after 20 steps."""
    built = {}
    for name, make in CONTENDERS.items():
        try:
            step, weights = make(*case)
            for _ in range(20):
                step()
        except (ImportError, NotImplementedError, RuntimeError) as error:
            print(f"  {name} is left out: {type(error).__name__}")
            continue
        built[name] = step, weights
    return built


def difference(built):
    """Return the largest difference from np_nn's weights, relative to the largest weight."""
    ours = built["np_nn"][1]()
    largest = max(np.abs(array).max() for array in ours)
    return {
        name: max(float(np.abs(a - b).max() / largest) for a, b in zip(ours, weights(), strict=True))
        for name, (_, weights) in built.items()
        if weights and name != "np_nn"
    }


def turn(step, count):
    """Return the seconds of the processor that a step takes."""
    start = time.process_time()
    for _ in range(count):
        step()
    return (time.process_time() - start) / count


def quartiles(numbers):
    low, middle, high = statistics.quantiles(numbers, n=4, method="inclusive")
    return [round(number, 3) for number in (middle, low, high)]


def peak_memory(case):
    """Return the peak of a step of np_nn beyond data and parameters, and what it may be, in kB.

    That is the outputs of all layers, and four vectors as long as all parameters: their gradients,
    the vector of these, the velocity, and a product on its way into its place.
    """
    sizes, batch, _, loss = case
    step, weights = with_np_nn(*case)
    step()
    tracemalloc.start()
    step, weights = with_np_nn(*case)
    parameters = sum(array.nbytes for array in weights())
    held = sum(array.nbytes for array in data(sizes, batch, loss))
    step()
    tracemalloc.reset_peak()
    step()
    peak = tracemalloc.get_traced_memory()[1] - parameters - held
    tracemalloc.stop()
    layers = 2 * (len(sizes) - 1) - (loss != "MSELoss")
    widths = [size for size in sizes[1:] for _ in range(2)][:layers]
    return round(peak / 1000, 1), round((4 * batch * sum(widths) + 4 * parameters) / 1000, 1)


def measure(case, rounds):
    """Return all that is found out about one case."""
    built = build(case)
    apart = difference(built)
    counts = {name: max(1, round(SLICE / turn(step, 5))) for name, (step, _) in built.items()}
    times = {name: [] for name in built}
    for _ in range(rounds):
        for name, (step, _) in built.items():
            times[name].append(turn(step, counts[name]))
    ratios = {
        name: quartiles([theirs / ours for theirs, ours in zip(found, times["np_nn"])]) for name, found in times.items()
    }
    peak, allowed = peak_memory(case)
    return {
        "sizes": case[0], "batch": case[1], "activation": case[2], "loss": case[3],
        "microseconds": {name: round(1e6 * statistics.median(found), 1) for name, found in times.items()},
        "ratios": ratios, "difference": apart, "peak_kB": peak, "allowed_kB": allowed,
    }  # fmt: skip


# The page

COLUMNS = ["PyTorch", "PyTorch, compiled", "scikit-learn", "np_nn, float64", "np_nn, unchecked", "bare products"]
# What grows: from which case to which.
GROWTH = [
    ("four times the batch", ((64, 256, 10), 32), ((64, 256, 10), 128)),
    ("four times the width", ((64, 64, 10), 128), ((64, 256, 10), 128)),
    ("one more layer of 256", ((64, 256, 10), 128), ((64, 256, 256, 10), 128)),
]


def tables(report):
    """Return the tables of the page docs/benchmark.md, in Markdown."""
    lines = [f"| Network, batch | {' | '.join(COLUMNS)} |", "|---|" + "--:|" * len(COLUMNS)]
    for case in report["cases"]:
        ratios = [case["ratios"].get(name) for name in COLUMNS]
        cells = ["" if found is None else f"{found[0]:.2g} ({found[1]:.2g} to {found[2]:.2g})" for found in ratios]
        lines.append(f"| {'-'.join(map(str, case['sizes']))}, {case['batch']} | {' | '.join(cells)} |")
    times = {(tuple(case["sizes"]), case["batch"]): case["microseconds"] for case in report["cases"]}
    names = ["np_nn", "PyTorch", "bare products"]
    lines += ["", f"| What grows | {' | '.join(names)} |", "|---|" + "--:|" * len(names)]
    for what, small, large in GROWTH:
        cells = [f"{times[large][name] / times[small][name]:.1f}" for name in names]
        lines.append(f"| {what} | {' | '.join(cells)} |")
    versions = ", ".join(f"{name} {version}" for name, version in report["versions"].items())
    worst = max(max(case["difference"].values()) for case in report["cases"])
    lines += ["", f"Measured on one thread of an {report['processor']} processor, with {versions}."]
    lines += [
        f"After the same twenty steps, no weight of any of them differs from np_nn's by more than {worst:.0e} of the largest."
    ]
    return "\n".join(lines) + "\n"


def rewrite(text, report):
    """Return the text of the page with new tables under the heading that they have."""
    before, heading, after = text.partition("## The last run\n")
    rest = after[after.index("\n## ") :]
    return f"{before}{heading}\n{tables(report)}{rest}"


def processor():
    """Return the name of the processor; nothing that says whose machine it is."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        name = next(line.partition(": ")[2] for line in lines if line.startswith("model name"))
        return re.sub(r"\((?:R|TM)\)| (?:CPU|Processor)\b.*", "", name)
    except (OSError, StopIteration):
        return platform.machine()


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=40)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    versions = {
        "Python": platform.python_version(),
        "NumPy": np.__version__,
        "PyTorch": torch.__version__.partition("+")[0],
    }
    if importlib.util.find_spec("sklearn"):
        versions["scikit-learn"] = importlib.metadata.version("scikit-learn")
    print("How many times as long as np_nn in float32 the others take: median (quartiles)")
    cases = []
    for case in CASES:
        found = measure(case, arguments.rounds)
        cases.append(found)
        print("-".join(map(str, case[0])), "batch", case[1], f"{found['microseconds']['np_nn']} us", end=" ")
        print(f"peak {found['peak_kB']} of {found['allowed_kB']} kB")
        for name, (middle, low, high) in found["ratios"].items():
            apart = found["difference"].get(name)
            apart = "" if apart is None else f"weights differ by {apart:.0e}"
            print(f"  {name:18} {middle:6.2f} ({low:.2f} to {high:.2f}) {apart}", flush=True)
    report = {"processor": processor(), "versions": versions, "cases": cases}
    if arguments.rounds >= 20:
        FILE.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
        page = FILE.with_suffix(".md")
        page.write_text(rewrite(page.read_text(encoding="utf-8"), report), encoding="utf-8")


if __name__ == "__main__":
    main()
