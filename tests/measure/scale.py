"""Builds and tests generated courses, ever longer ones, and prints how the time grows: `make scale`.

    python tests/measure/scale.py                 50, 100, 200 and 500 lessons: about half an hour of two cores
    python tests/measure/scale.py 20 40           of these lengths instead

A generated course is this one, with copies of its lessons after them until there are as many: each
with its blocks, equations, exercises with their judges, figures, links, and its entry in the
ledger. Each is built; one lesson gets a sentence more, and is built, shown as `make site` shows it,
and tested again; then all pages are tested. The last rows say as which power of the number of
lessons time grows: 1 is linear.
"""

import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from docs.plugins import paths
from docs.plugins.checking import numbers
from docs.plugins.serving import watch
from docs.plugins.pytest_pages import pytest_xdist_auto_num_workers

ROOT = Path(__file__).resolve().parents[2]
LENGTHS = [50, 100, 200, 500]
PART = 20  # lessons in a section of the navigation
BUILD = "-m mkdocs build --quiet --strict --site-dir site".split()
TEST = "-m pytest -q --dist loadfile -p no:cacheprovider -n".split()
MEASURES = ["build", "build again", "show again", "test again", "test all"]
LEDGER = """
import sys
from docs.plugins.ledger import verified
ledger = verified.load()
for line in sys.stdin.read().split():
    new, old = line.split("=")
    path = paths.DOCS / f"lessons/{new}.md"
    entry = ledger["pages"][f"lessons/{old}.md"]
    title = path.read_text("utf-8").partition("\\n# ")[2].partition("\\n")[0]
    ledger["pages"][verified.name_of(path)] = entry | {"title": title, "digest": verified.digest(path)}
verified.save(ledger)
"""


def copy_of(text, slug, new, before):
    """Return a lesson, or its judges, as those of the lesson ``new``, which comes after ``before``."""
    name, other = slug.replace("-", "_"), new.replace("-", "_")
    number = new.rpartition("-")[2]
    text = re.sub(rf'(?<=check\("){name}(?=\.)|(?<=title="){name}(?=_\w+\.py")', other, text)
    text = re.sub(r"^# .*", rf"\g<0>, {number}", text, count=1, flags=re.MULTILINE)
    needed = f"[the one before]({before}.md) and"
    return re.sub(r"^(\*You need\*)(?: nothing(?: but|,)?)?", rf"\1 {needed}", text, flags=re.MULTILINE)


def generate(course, length):
    """Make this course, of ``length`` lessons, in an empty directory; return its last lesson."""
    leave_out = shutil.ignore_patterns(".*", "site", "tests", "__pycache__")
    shutil.copytree(ROOT, course, ignore=leave_out, dirs_exist_ok=True)
    (course / ".cache").mkdir()
    (ROOT / ".cache/mathjax").mkdir(parents=True, exist_ok=True)
    (course / ".cache/mathjax").symlink_to(ROOT / ".cache/mathjax")
    lessons, judges = course / "docs/lessons", course / "snippets/np_nn/exercises"
    permitted = course / "docs/plugins" / numbers.ALLOWED.name
    lines = numbers.ALLOWED.read_text(encoding="utf-8").splitlines()
    settings = (course / "mkdocs.yml").read_text(encoding="utf-8")
    slugs = re.findall(r"- lessons/([\w-]+)\.md", settings)
    made, before = {}, slugs[-1]
    for number in range(len(slugs), length):
        slug = slugs[number % len(slugs)]
        new = f"{slug}-{number + 1}"
        text = (lessons / f"{slug}.md").read_text(encoding="utf-8")
        (lessons / f"{new}.md").write_text(copy_of(text, slug, new, before), encoding="utf-8")
        judge = judges / f"{slug.replace('-', '_')}.py"
        if judge.exists():
            shutil.copy(judge, judges / f"{new.replace('-', '_')}.py")
        lines += [f"{new} {rest}" for name, _, rest in (line.partition(" ") for line in lines) if name == slug]
        made[new], before = slug, new
    permitted.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    news, parts = list(made), ""
    for start in range(0, len(news), PART):
        parts += f"      - Part {start // PART + 2}:\n"
        parts += "".join(f"          - lessons/{new}.md\n" for new in news[start : start + PART])
    last = f"      - lessons/{slugs[-1]}.md\n"
    (course / "mkdocs.yml").write_text(settings.replace(last, last + parts), encoding="utf-8")
    run(course, ["-m", "docs.plugins.reading.course"])
    run(course, ["-c", LEDGER], "\n".join(f"{new}={slug}" for new, slug in made.items()))
    return lessons / f"{before}.md"


def run(course, arguments, said=""):
    """Run Python in a course; return seconds, those of processors, and megabytes of its memory."""
    start = time.perf_counter()
    with tempfile.TemporaryFile("w+") as heard:
        process = subprocess.Popen(
            [sys.executable, *arguments], cwd=course, env=os.environ | {"PYTHONPATH": str(course)},
            stdin=subprocess.PIPE, stdout=heard, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        process.stdin.write(said)
        process.stdin.close()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            heard.seek(0)
            sys.exit(f"{' '.join(arguments)} failed:\n{heard.read()[-3000:]}")
    seconds = time.perf_counter() - start
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def show(course, lesson):
    """Show a changed lesson, with what has built its course; return as `run` does."""
    paths.ROOT, watch.BUILT = course, course / ".cache/site"
    builder = watch.Builder()
    builder.build()
    if wrong := builder.wrong():
        sys.exit(f"the course was not built:\n{wrong}")
    change(lesson)
    start, before = time.perf_counter(), resources(builder.process.pid)
    if wrong := builder.show(course / "site", [lesson.relative_to(course / "docs").as_posix()]):
        sys.exit(f"{lesson} was not shown:\n{wrong}")
    seconds, after = time.perf_counter() - start, resources(builder.process.pid)
    builder.end()
    return seconds, after[0] - before[0], after[1]


def resources(process):
    """Return seconds of processors of a process and what it has waited for, and megabytes of its memory."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    ticks = sum(map(int, fields[11:15]))
    pages = int(fields[21])
    return ticks / os.sysconf("SC_CLK_TCK"), pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def change(lesson):
    with open(lesson, "a", encoding="utf-8") as file:
        file.write("\nA sentence was added.\n")


def measure(length):
    """Yield (seconds, those of processors, megabytes) of each of MEASURES, of one course."""
    with tempfile.TemporaryDirectory() as directory:
        course = Path(directory).resolve()
        lesson = generate(course, length)
        yield run(course, BUILD)
        change(lesson)
        yield run(course, BUILD)
        yield show(course, lesson)
        yield run(course, [*TEST, "0", str(lesson)])
        yield run(course, [*TEST, "auto", "docs"])


def exponent(lengths, seconds):
    """Return the p of the power law a · length^p that fits best, in logarithms."""
    xs, ys = [math.log(n) for n in lengths], [math.log(s) for s in seconds]
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys)) / sum((a - x) ** 2 for a in xs)


def main(lengths):
    os.environ.update(SOURCE_DATE_EPOCH="0", NO_MKDOCS_2_WARNING="true", CI="true")
    print(f"{pytest_xdist_auto_num_workers()} cores; seconds, megabytes of the largest process, and")
    print("in brackets seconds of processors for each lesson")
    print(" lessons" + "".join(f"{name:>27}" for name in MEASURES))
    rows = []
    for length in lengths:
        print(f"{length:8}", end="", flush=True)
        rows.append([])
        for seconds, processors, memory in measure(length):
            rows[-1].append((seconds, processors))
            cell = f"{seconds:.1f} {memory:.0f} MB ({processors / length:.3f})"
            print(f"{cell:>27}", end="", flush=True)
        print()
    if len(lengths) > 1:
        for number, what in enumerate(["seconds", "processors"]):
            powers = [exponent(lengths, [time[number] for time in times]) for times in zip(*rows)]
            print(f"{what} grow as".rjust(22) + "".join(f"{f'n^{power:.2f}':>22}     " for power in powers))


if __name__ == "__main__":
    main([int(length) for length in sys.argv[1:]] or LENGTHS)
