"""Measures what two processes win or lose, and what one all-reduce takes, on this machine.

    torchrun --standalone --nproc-per-node=2 tests/measure/many_machines_speed.py

Some minutes; writes the part "speed" of docs/measured/many_machines.json. Times are noisy, so one
process and two take turns, and the median of each counts. It should be run while nothing else runs.
"""

import json
import os
import statistics
import sys
import time
from pathlib import Path

import torch
import torch.distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel

REPORT = Path(__file__).resolve().parents[2] / "docs/measured/many_machines.json"
ROUNDS = 25
NETWORKS = {  # width, hidden layers: the batches
    (32, 1): [64, 512, 4096],
    (256, 2): [64, 512, 4096],
    (1024, 3): [64, 256, 1024, 4096],
}
SIZES = [1, 1_000, 100_000, 1_000_000, 10_000_000]  # numbers of four bytes


def build(width, hidden):
    torch.manual_seed(0)
    sizes = [64, *[width] * hidden]
    layers = [layer for pair in zip(sizes, sizes[1:]) for layer in (nn.Linear(*pair), nn.ReLU())]
    return nn.Sequential(*layers, nn.Linear(width, 10))


def milliseconds(function, repeats):
    """Return the mean time of a call, when all processes start together."""
    dist.barrier()
    begin = time.perf_counter()
    for _ in range(repeats):
        function()
    return (time.perf_counter() - begin) / repeats * 1000


def stepper(model, x, y):
    optimizer, loss = torch.optim.SGD(model.parameters(), lr=0.01), nn.CrossEntropyLoss()

    def step():
        optimizer.zero_grad()
        loss(model(x), y).backward()
        optimizer.step()

    return step


def speed_up(width, hidden, batch):
    rank, size = dist.get_rank(), dist.get_world_size()
    draw = torch.Generator().manual_seed(0)
    x, y = torch.randn(batch, 64, generator=draw), torch.randint(10, (batch,), generator=draw)
    alone = stepper(build(width, hidden), x, y)
    model = build(width, hidden)
    both = stepper(DistributedDataParallel(model), x[rank::size], y[rank::size])
    alone(), both()
    begin = time.perf_counter()
    both()
    repeats = [max(1, min(50, round(0.05 / (time.perf_counter() - begin))))]
    dist.broadcast_object_list(repeats)  # all take as many steps
    found = {"one": [], "two": []}
    for _ in range(ROUNDS):
        found["one"].append(milliseconds(alone if rank == 0 else lambda: None, repeats[0]))
        found["two"].append(milliseconds(both, repeats[0]))
    return {
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "batch": batch,
        "ms": {name: [float(f"{one:.3g}") for one in times] for name, times in found.items()},
    }


def all_reduce(size):
    numbers = torch.ones(size)
    times = [milliseconds(lambda: dist.all_reduce(numbers), 20 if size < 100_000 else 3) for _ in range(ROUNDS)]
    return {"bytes": 4 * size, "ms": [float(f"{one:.3g}") for one in times]}


def main():
    found = {
        "machine": f"{os.cpu_count()} cores, PyTorch {torch.__version__.partition('+')[0]}, gloo, {dist.get_world_size()} processes, one thread each",
        "load before": round(os.getloadavg()[0], 1),
        "all-reduce": [all_reduce(size) for size in SIZES],
        "steps": [speed_up(*network, batch) for network, batches in NETWORKS.items() for batch in batches],
    }
    if dist.get_rank() == 0:
        for one in found["steps"]:
            ms = [statistics.median(one["ms"][name]) for name in ("one", "two")]
            print(one["parameters"], one["batch"], ms, round(ms[0] / ms[1], 2), file=sys.stderr)
        report = json.loads(REPORT.read_text(encoding="utf-8")) if REPORT.exists() else {}
        report["speed"] = found
        REPORT.write_text(json.dumps(report).replace("}, ", "},\n") + "\n", encoding="utf-8")


if __name__ == "__main__":
    torch.set_num_threads(1)
    dist.init_process_group("gloo")
    main()
    dist.barrier()
    dist.destroy_process_group()
