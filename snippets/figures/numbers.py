"""Numbers that tests/measure writes for a live figure: a module of JavaScript, `export const name = …` a line."""

import json
from pathlib import Path


def to_module(about: str, values: dict) -> str:
    """Return the text of a module that exports these values; ``about`` is the comment at its head."""
    lines = [f"export const {name} = {json.dumps(value, separators=(',', ':'))}" for name, value in values.items()]
    return "\n".join([f"// {about}", *lines]) + "\n"


def read(path: Path) -> dict:
    """Return {name: value} of what a module exports."""
    lines = path.read_text(encoding="utf-8").splitlines()[1:]
    pairs = (line.removeprefix("export const ").partition(" = ") for line in lines)
    return {name: json.loads(value) for name, _, value in pairs}
