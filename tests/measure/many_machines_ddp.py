"""What the lesson many-machines says of PyTorch, found out by two processes that torchrun starts.

    torchrun --standalone --nproc-per-node=2 many_machines_ddp.py

Prints one line of JSON; test_many_machines_launched.py launches it.
"""

import json

import torch
import torch.distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel

ROWS = 64


def build(norm=None, seed=3):
    torch.manual_seed(seed)
    middle = [norm(16)] if norm else []
    return nn.Sequential(nn.Linear(20, 16), *middle, nn.ReLU(), nn.Linear(16, 10)).double()


def gradient(model, x, y):
    model.zero_grad()
    nn.CrossEntropyLoss()(model(x), y).backward()
    return torch.cat([p.grad.flatten() for p in model.parameters()])


def everywhere(value):
    """Return the values of all processes, as lists."""
    found = [None] * dist.get_world_size()
    dist.all_gather_object(found, value.tolist())
    return found


def main():
    rank, size = dist.get_rank(), dist.get_world_size()
    draw = torch.Generator().manual_seed(0)
    x = torch.randn(ROWS, 20, generator=draw, dtype=torch.double) + torch.arange(ROWS)[:, None] / (ROWS / 2)
    y = torch.randint(10, (ROWS,), generator=draw)
    cuts = {
        "every second row": slice(rank, None, size),
        "halves": slice(rank * ROWS // size, (rank + 1) * ROWS // size),
    }
    found = {}

    number = torch.tensor([rank + 1.0])
    dist.all_reduce(number)
    found["all_reduce of 1 and 2"] = number.item()

    for norm in (None, nn.BatchNorm1d, nn.LayerNorm):
        name = norm.__name__ if norm else "no norm"
        for cut, rows in cuts.items():
            whole = gradient(build(norm), x, y)
            together = gradient(DistributedDataParallel(build(norm)), x[rows], y[rows])
            parts = [gradient(build(norm), x[rows_of], y[rows_of]) for rows_of in cuts_of(cut, size)]
            found[f"{name}, {cut}"] = [
                ((together - whole).abs().max() / whole.abs().max()).item(),
                (together - sum(parts) / size).abs().max().item(),  # what the page computes
            ]

    model = DistributedDataParallel(build(nn.BatchNorm1d))
    for name in ("running means apart", "running means apart after the next pass"):
        model(x[cuts["halves"]])  # at its beginning, the buffers of process 0 are sent to all
        means = torch.tensor(everywhere(model.module[1].running_mean))
        found[name] = (means[0] - means[1]).abs().max().item()
        model.eval()  # the second pass changes no running mean

    model = DistributedDataParallel(build(seed=rank))
    starts = torch.tensor(everywhere(model.module[0].weight.detach()))
    found["starts apart"] = (starts[0] - starts[1]).abs().max().item()

    for name in ("model", "model.module"):
        model = DistributedDataParallel(build())
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        for _ in range(5):
            gradient(model if name == "model" else model.module, x[rank::size], y[rank::size])
            optimizer.step()
        weights = torch.tensor(everywhere(model.module[0].weight.detach()))
        found[f"{name} apart after 5 steps"] = (weights[0] - weights[1]).abs().max().item()
    if rank == 0:
        print(json.dumps(found))


def cuts_of(cut, size):
    if cut == "halves":
        return [slice(rank * ROWS // size, (rank + 1) * ROWS // size) for rank in range(size)]
    return [slice(rank, None, size) for rank in range(size)]


if __name__ == "__main__":
    torch.set_num_threads(1)
    dist.init_process_group("gloo")
    main()
    dist.barrier()
    dist.destroy_process_group()
