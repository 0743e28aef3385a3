"""Real processes, which torchrun starts: the program of the lesson, and what it says of PyTorch.

They meet on the loopback interface only. Six launches, some 30 seconds on two cores; what they
wait for is each other, and a machine that is eight times as busy keeps them waiting longer.
"""

import importlib.util
import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from docs.plugins.paths import DOCS, ROOT
from docs.plugins.reading.page import Page

PROGRAM = ROOT / "snippets/many_machines.py"
FACTS = Path(__file__).with_name("many_machines_ddp.py")
BLOCKS = Page.open(DOCS / "lessons/many-machines.md").blocks
# {command: what the page shows beneath it}
SHOWN = {
    command: shown.code.rstrip("\n")
    for block, shown in zip(BLOCKS, BLOCKS[1:])
    if block.language == "console" and shown.language == "text"
    for command in block.code.splitlines()
}
PATIENCE = 900  # seconds; a launch takes about 5
ENVIRONMENT = os.environ | {
    "GLOO_SOCKET_IFNAME": "lo",
    "OMP_NUM_THREADS": "1",
    "PYTHONPATH": str(ROOT / "snippets"),
    "PYTHONWARNINGS": "default",
}


def start(folder, *arguments):
    command = [sys.executable, "-m", "torch.distributed.run", *map(str, arguments)]
    return subprocess.Popen(
        command, cwd=folder, env=ENVIRONMENT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def ended(process):
    """Return how a launch ended, and what it wrote."""
    try:
        out, err = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
    return process.returncode, out, err


def launch(folder, command):
    """Run a command of the page, as it stands there, in a folder; it must be shown on the page."""
    assert command in SHOWN
    name, *arguments = command.split()
    assert name == "torchrun"
    program = {"many_machines.py": PROGRAM}
    return ended(start(folder, *(program.get(argument, argument) for argument in arguments)))


TWO = "torchrun --standalone --nproc-per-node=2 many_machines.py"
THREE = TWO.replace("=2", "=3")
KEEP = f"{TWO} --keep run.pt"


@pytest.fixture(scope="module")
def two_machines(tmp_path_factory):
    """Two launches that meet at an address, as on two machines, each with a folder of its own."""
    folders = [tmp_path_factory.mktemp(f"machine{rank}") for rank in range(2)]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    lines = [
        line
        for block in BLOCKS
        for line in block.code.splitlines()
        if "--node-rank" in line and block.language == "console"
    ]
    assert [re.search(r"--node-rank=(\d)", line)[1] for line in lines] == ["0", "1"]
    known = {
        "--master-addr=FIRST": "--master-addr=127.0.0.1",
        "--master-port=29500": f"--master-port={port}",
        "many_machines.py": PROGRAM,
    }
    processes = [
        start(folder, *(known.get(word, word) for word in line.split()[1:]), "--keep", "run.pt")
        for folder, line in zip(folders, lines)
    ]
    return folders, [ended(process) for process in processes]


@pytest.fixture(scope="module")
def killed(tmp_path_factory):
    """A launch of two of which the last one is killed, and the one that goes on."""
    folder = tmp_path_factory.mktemp("killed")
    return folder, launch(folder, f"{KEEP} --die 50"), launch(folder, KEEP)


@pytest.fixture(scope="module")
def facts(tmp_path_factory):
    code, out, err = ended(start(tmp_path_factory.mktemp("facts"), "--standalone", "--nproc-per-node=2", FACTS))
    assert code == 0, err
    return json.loads(out)


def test_two_launches_that_meet_at_an_address_do_what_the_page_shows(two_machines):
    (folder, other), ((code, out, err), (second, silent, complaint)) = two_machines
    assert (code, second) == (0, 0), err + complaint
    assert out == SHOWN[TWO] + "\n" and silent == ""
    assert [*folder.iterdir()] == [folder / "run.pt"] and not [*other.iterdir()]


def test_a_process_that_dies_ends_the_other_with_a_sentence(killed):
    _, (code, out, err), _ = killed
    wanted = SHOWN[f"{KEEP} --die 50"]
    # torchrun may tell it to end before it misses the other one: then it says that.
    told = wanted.replace("ends in step 50: another one is gone.", "was told to end.")
    assert code != 0 and out == ""
    assert wanted in err.splitlines() or told in err.splitlines(), err
    assert "Signal 9 (SIGKILL)" in err  # torchrun says of what the first one died


def test_after_that_it_goes_on_from_its_checkpoint(killed):
    _, _, (code, out, err) = killed
    assert code == 0, err
    assert out == SHOWN[KEEP] + "\n" and out.endswith(SHOWN[TWO] + "\n")


def test_it_ends_with_the_weights_of_a_run_that_nobody_killed(two_machines, killed):
    one, other = (torch.load(folder / "run.pt", weights_only=True) for folder in (two_machines[0][0], killed[0]))
    assert one["step"] == other["step"] == 80 and one["model"].keys() == other["model"].keys()
    assert all(torch.equal(weight, other["model"][name]) for name, weight in one["model"].items())


@pytest.mark.parametrize("command", [THREE, f"{THREE} --weigh"])
def test_three_processes_do_what_the_page_shows(tmp_path, command):
    code, out, err = launch(tmp_path, command)
    assert code == 0, err
    assert out == SHOWN[command] + "\n"


def test_alone_it_can_be_killed_and_goes_on_as_well(tmp_path, monkeypatch, capsys):
    spec = importlib.util.spec_from_file_location(
        "program_of_the_lesson", PROGRAM
    )  # tests/measure has a module of its name
    program = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(program)
    draw = torch.Generator().manual_seed(0)
    x, y = torch.randn(640, 64, generator=draw, dtype=torch.double), torch.randint(10, (640,), generator=draw)

    def train(keep=None, die=None):
        options = SimpleNamespace(weigh=False, keep=keep, die=die)
        return program.train(program.build(), x, y, 0, 1, options)

    monkeypatch.setattr(program.os, "kill", lambda *_: pytest.fail("killed", pytrace=False))
    with pytest.raises(pytest.fail.Exception, match="killed"):
        train(tmp_path / "run.pt", die=30)
    assert torch.equal(train(tmp_path / "run.pt"), train())
    assert capsys.readouterr().out == "going on from step 20\n"


def test_the_program_has_the_lines_that_the_page_tells_of():
    page, program = (DOCS / "lessons/many-machines.md").read_text(encoding="utf-8"), PROGRAM.read_text(encoding="utf-8")
    told = re.findall(r"^\| `([^`]+)` \| (?:meets|takes|parts)", page, re.MULTILINE)
    assert len(told) == 4 and "dist.barrier()" in program and all(line.rstrip("…)") in program for line in told)


# What the lesson says of PyTorch


def test_all_reduce_adds(facts):
    assert facts["all_reduce of 1 and 2"] == 3


@pytest.mark.parametrize("cut", ["every second row", "halves"])
@pytest.mark.parametrize("norm", ["no norm", "BatchNorm1d", "LayerNorm"])
def test_the_gradient_of_ddp_is_the_mean_which_is_that_of_one_process_without_batch_normalisation(facts, norm, cut):
    from_one, from_mean = facts[f"{norm}, {cut}"]
    assert from_mean < 1e-15
    assert from_one > 0.1 if norm == "BatchNorm1d" else from_one < 1e-14


def test_running_averages_are_those_of_process_0_only_from_the_next_pass_on(facts):
    assert facts["running means apart"] > 0.1 and facts["running means apart after the next pass"] == 0


def test_ddp_gives_all_the_start_of_process_0(facts):
    assert facts["starts apart"] == 0


def test_calling_the_module_inside_exchanges_nothing(facts):
    assert facts["model apart after 5 steps"] == 0 and facts["model.module apart after 5 steps"] > 0.01
