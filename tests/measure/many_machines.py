"""Measures what the lesson many-machines says of many seeds.

    python tests/measure/many_machines.py    a minute or two

docs/measured/many_machines.json has every number by seed, so that a test can train a few of them
anew: see test_measured.py. Its part "speed" comes from many_machines_speed.py.
"""

import json

import many_machines_zoo as zoo
import numpy as np
from reports import read

from docs.plugins.paths import DOCS

REPORT = DOCS / "measured/many_machines.json"
SEEDS = range(20)
NOISE = 1e-12  # below it, rounding


def rounded(numbers):
    """Return numbers with five digits; what rounding left is 0."""
    return [0.0 if abs(one) < NOISE else float(f"{one:.5g}") for one in numbers]


def measure():
    plans = zoo.PLANS | zoo.NO_BUGS
    return {name: [rounded(zoo.judged(seed, plan)) for seed in SEEDS] for name, plan in plans.items()}


# What the page shows of it


def zoo_table(report):
    """Return the text of the page on what still trains: means over 20 seeds."""
    lines = [f"{'means of 20 seeds':27}{'loss':>7}{'forms 11, 12':>14}{'copies apart':>14}{'from one':>10}"]
    for name in zoo.PLANS:
        _, after, right, *far = np.mean(report["zoo"][name], axis=0)
        apart, alone = (f"{one:.2f}" if one else "0" for one in far)
        lines.append(f"{name:27}{after:7.3f}{right:14.3f}{apart:>14}{alone:>10}")
    return "\n".join(lines)


def trace(name, seed=0, steps=3):
    """Return the text of a detective's trace: how far copies are apart, and how far copy 0 has gone.

    Where it has gone is told in the way that one process has gone from its start.
    """
    plan, lines = zoo.PLANS[name], []
    networks = zoo.copies(seed, plan)
    (one,) = zoo.copies(seed, plan)[:1]
    starts = [parameter.copy() for parameter, _ in one.parameters()]
    gradients = [[gradient for _, gradient in network.parameters()] for network in networks]
    optimizers = [zoo.SGD(network.parameters(), zoo.LR) for network in [*networks, one]]
    rows = zoo.batches(seed, 1)
    for k in range(steps + 1):
        if k:
            some = next(rows)
            parts = plan.cut(some)
            for network, part in zip([*networks, one], [*parts, some]):
                zoo.look(network, part)
            plan.exchange(gradients, parts)
            for optimizer in optimizers:
                optimizer.step()
        pairs = list(zip(networks[0].parameters(), networks[1].parameters()))
        far = [max(np.abs(a - b).max() for (a, _), (b, _) in pairs[which::2]) for which in (0, 1)]
        mine, its = (
            np.sqrt(sum(((now - then) ** 2).sum() for (now, _), then in zip(network.parameters(), starts)))
            for network in (networks[0], one)
        )
        gone = f"{mine / its:10.2f}" if k else ""
        lines.append(f"{far[0]:8.2f}{far[1]:9.2f}{gone}")
    return lines


def detective_text():
    """Return the text of the exercise: two traces beside each other."""
    first, second = trace("biases not exchanged"), trace("two different starts")
    lines = [
        f"{'':11}first training{'':18}second training",
        f"step{'weights':>9}{'biases':>9}{'gone':>10}{'weights':>13}{'biases':>9}{'gone':>10}",
    ]
    lines += [f"{k:4} {one:27}     {two}".rstrip() for k, (one, two) in enumerate(zip(first, second))]
    return "\n".join(lines)


def medians(ms):
    """Return the median times with one process and with two."""
    return [float(np.median(ms[name])) for name in ("one", "two")]


def speed_table(report):
    """Return the text of the page on speed: milliseconds a step, and how many times as fast two are."""
    lines = [f"{'parameters':>10}{'rows':>7}{'one':>7}{'two':>7}{'faster':>8}"]
    for row in report["speed"]["steps"]:
        one, two = medians(row["ms"])
        lines.append(f"{row['parameters']:10,}{row['batch']:7,}{one:7.3g}{two:7.3g}{one / two:8.2f}")
    return "\n".join(lines)


def all_reduce_table(report):
    """Return the text of the page on one all-reduce between two processes."""
    lines = [f"{'numbers':>10}{'ms':>8}{'megabytes a second':>21}"]
    for row in report["speed"]["all-reduce"]:
        ms = np.median(row["ms"])
        lines.append(f"{row['bytes'] // 4:10,}{ms:8.2g}{row['bytes'] / ms / 1000:21,.0f}")
    return "\n".join(lines)


if __name__ == "__main__":
    report = read("many-machines")  # the speed stays as it is
    report["zoo"] = measure()
    REPORT.write_text(json.dumps(report).replace("}, ", "},\n").replace("]], ", "]],\n") + "\n", encoding="utf-8")
    for table in (zoo_table, all_reduce_table, speed_table):
        print(table(report), "\n")
