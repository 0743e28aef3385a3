"""Train on the ten digits with several processes, on one machine or on many.

    python many_machines.py                                      one process, all rows
    torchrun --standalone --nproc-per-node=2 many_machines.py    two processes on this machine

On several machines, the same with the address of the first one, and another --node-rank on each:

    torchrun --nnodes=2 --node-rank=0 --nproc-per-node=1 --master-addr=FIRST --master-port=29500 many_machines.py

After the name of the file you can add ``--weigh``, ``--keep FILE`` and ``--die STEP``; ``--help``
says what they do.
"""

import argparse
import os
import signal
import sys
from datetime import timedelta
from pathlib import Path

import torch
import torch.distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel

from np_nn import digits

STEPS, BATCH, KEPT = 80, 64, 20


def build():
    torch.manual_seed(0)  # the same start everywhere; DDP would copy that of process 0
    return nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10)).double()


def rows_of(step, count):
    """Return the rows of a step. The number of the epoch is the seed, so all use the same order."""
    epoch, place = divmod(step, count // BATCH)
    order = torch.randperm(count, generator=torch.Generator().manual_seed(epoch))
    return order[BATCH * place : BATCH * (place + 1)]


def train(model, x, y, rank, size, options):
    """Take the steps that are left, each with this process's share of the rows."""
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    loss, step = nn.CrossEntropyLoss(), load(model, optimizer, options.keep)
    while step < STEPS:
        if options.die == step and rank == size - 1:
            os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
        rows = rows_of(step, len(x))
        mine = rows[rank::size]
        factor = size * len(mine) / len(rows) if options.weigh else 1
        optimizer.zero_grad()
        try:
            (factor * loss(model(x[mine]), y[mine])).backward()  # here DDP takes the mean of all
        except RuntimeError as error:
            if "gloo" not in str(error):
                raise
            end(f"process {rank} ends in step {step}: another one is gone. {ahead(options)}")
        optimizer.step()
        step += 1
        if options.keep and rank == 0 and step % KEPT == 0:
            save(model, optimizer, step, options.keep)
    return nn.utils.parameters_to_vector(model.parameters()).detach()


def end(sentence):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # torchrun ends the others as well; once is enough
    sys.exit(sentence)


def ahead(options):
    if options.keep:
        return f"To go on from the last checkpoint, start again with --keep {options.keep}."
    return "Nothing was kept: with --keep FILE there would be a checkpoint."


def save(model, optimizer, step, path):
    """Write a checkpoint beside the old one, then put it in its place, so that one is always whole."""
    state = {"step": step, "model": model.state_dict(), "optimizer": optimizer.state_dict()}
    torch.save(state, path.with_suffix(".new"))
    os.replace(path.with_suffix(".new"), path)


def load(model, optimizer, path):
    """Give every process the checkpoint that process 0 has; return the number of its steps."""
    state, together = [None], dist.is_initialized()
    if path and path.exists() and not (together and dist.get_rank()):
        state = [torch.load(path, weights_only=True)]
        print(f"going on from step {state[0]['step']}", flush=True)
    if path and together:
        dist.broadcast_object_list(state)
    if state[0] is None:
        return 0
    model.load_state_dict(state[0]["model"])
    optimizer.load_state_dict(state[0]["optimizer"])
    return state[0]["step"]


def words(difference):
    return "below 1e-12" if difference < 1e-12 else f"{difference:.0e}"


def main():
    parser = argparse.ArgumentParser(description="Train on the ten digits with several processes.")
    parser.add_argument("--weigh", action="store_true", help="let every row count the same, however they are cut")
    parser.add_argument(
        "--keep", type=Path, metavar="FILE", help="keep a checkpoint, and go on from it if there is one"
    )
    parser.add_argument("--die", type=int, metavar="STEP", help="kill the last process before this step")
    options = parser.parse_args()

    images, labels, forms = digits.load()
    inputs, labels = torch.tensor((images - images[forms <= 10].mean(axis=0)) / 16), torch.tensor(labels)
    x, y = inputs[forms <= 10], labels[forms <= 10]
    if "RANK" not in os.environ:  # nobody has launched several
        model, held = build(), (forms == 11) | (forms == 12)
        train(model, x, y, 0, 1, options)
        right = (model(inputs[held]).argmax(dim=1) == labels[held]).double().mean()
        print(f"one process, {STEPS} steps of {BATCH} rows: right on forms 11, 12 {right:.3f}")
        return

    dist.init_process_group("gloo", timeout=timedelta(minutes=5))
    rank, size = dist.get_rank(), dist.get_world_size()
    signal.signal(signal.SIGTERM, lambda *_: end(f"process {rank} was told to end. {ahead(options)}"))
    together = train(DistributedDataParallel(build()), x, y, rank, size, options)
    found = [torch.empty_like(together) for _ in range(size)]
    dist.all_gather(found, together)
    if rank == 0:
        alone = train(build(), x, y, 0, 1, argparse.Namespace(weigh=False, keep=None, die=None))
        print(f"{size} processes with {[len(range(rank, BATCH, size)) for rank in range(size)]} rows in each step")
        print(
            "largest difference between the processes:", words(max((other - together).abs().max() for other in found))
        )
        print("largest difference from one process:     ", words((alone - together).abs().max()))
    dist.barrier()  # nobody leaves while another still listens to it
    dist.destroy_process_group()
    sys.stdout.flush()
    os._exit(0)  # when Python ends by itself, threads of gloo that still run may abort it


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()
