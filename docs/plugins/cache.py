"""What took long to make is kept in .cache, and found again by all that it was made of.

So it is never stale: what rests on something else is something else. What was damaged is made
anew. `prune` keeps all of it below a size; what was used longest ago goes first.
"""

import contextlib
import hashlib
import os
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from importlib import metadata
from pathlib import Path

from docs.plugins.paths import PLUGINS, ROOT

LIMIT = 500_000_000  # bytes of all that is kept


def get_or_make(folder: Path, rests_on: Callable[[], object], make: Callable[[], bytes]) -> bytes:
    """Return the bytes that ``make()`` returns, or those that it returned when nothing was other.

    ``rests_on()`` returns all that they rest on. If that was changed while they were made, nobody
    knows of which they were, and they are not kept.
    """
    before = repr(rests_on())
    file = _file(folder, before)
    if (content := _read(file)) is None:
        content = make()
        if repr(rests_on()) == before:
            file.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as new:
                new.write(hashlib.sha256(content).hexdigest().encode() + b"\n" + content)
            os.replace(new.name, file)  # whole or not at all, whoever else is writing it
    return content


def is_kept(folder: Path, key: object) -> bool:
    """Whether something was made of this key before."""
    return _file(folder, repr(key)).is_file()


def _file(folder, key):
    return Path(folder, hashlib.sha256(key.encode()).hexdigest())


def _read(file):
    """Return what is kept in a file, or None if that is not what was put into it."""
    try:
        checksum, _, content = file.read_bytes().partition(b"\n")
        if checksum == hashlib.sha256(content).hexdigest().encode():
            os.utime(file)  # for `prune`
            return content
    except FileNotFoundError:
        pass
    return None


def prune(*folders: Path, limit: int = LIMIT) -> None:
    """Remove from these folders what was used longest ago, until all that is left fits the limit."""
    found = []
    for file in (file for folder in folders for file in Path(folder).glob("*")):
        with contextlib.suppress(FileNotFoundError):  # another build prunes as well
            facts = file.stat()
            found.append((facts.st_mtime_ns, facts.st_size, file))
    size = sum(bytes for _, bytes, _ in found)
    for _, bytes, file in sorted(found):
        if size <= limit:
            break
        file.unlink(missing_ok=True)
        size -= bytes


@cache
def machinery() -> tuple[str, ...]:
    """Return what the whole site is made with: docs/plugins, the settings, and every version.

    It is that of this process, which has imported and read all of it.
    """
    whole = hashlib.sha256()
    for path in [*sorted(PLUGINS.rglob("*.py")), ROOT / "mkdocs.yml"]:
        name = path.relative_to(ROOT).as_posix()
        whole.update(name.encode() + hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest(), *versions()


@cache
def versions() -> tuple[str, ...]:
    """Return the versions of Python and of every package."""
    packages = sorted(f"{found.name} {found.version}" for found in metadata.distributions())
    return sys.version, *packages
