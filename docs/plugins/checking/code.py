"""Code on a page that hides whether it is right, whatever it prints."""

import ast

from docs.plugins.problem import Found, check
from docs.plugins.reading.page import Page

BROAD = {"Exception", "BaseException", "AssertionError"}
NOTHING = (ast.Pass, ast.Continue, ast.Break)


@check("hidden")
def hidden(page: Page) -> Found:
    """No Python block swallows a failure unseen."""
    for block in page.fences[0]:
        if block.language != "python":
            continue
        try:
            tree = ast.parse(block.code)
        except SyntaxError:  # which is told where the block is read, or shown to fail
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.ExceptHandler) and _hides(node):
                what = f"`except{_caught(node)}` hides what failed"
            elif isinstance(node, ast.Call) and _name(node.func) == "suppress":
                what = "`suppress` hides what failed"
            else:
                continue
            instead = "print the error, raise it again, or show it with an ```error fence"
            yield block.line + node.lineno, f"{what}: {instead}"


def _hides(handler):
    """Whether nothing of a failure that is caught can be seen."""
    if all(isinstance(part, NOTHING) or _is_constant(part) for part in handler.body):
        return True
    # Whoever catches everything, a failed assert too, says at least what it was.
    names = {node.id for part in handler.body for node in ast.walk(part) if isinstance(node, ast.Name)}
    raises = any(isinstance(node, ast.Raise) for part in handler.body for node in ast.walk(part))
    broad = handler.type is None or BROAD & {_name(part) for part in _parts(handler.type)}
    return bool(broad) and not raises and handler.name not in names


def _is_constant(statement):
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _parts(kinds):
    return kinds.elts if isinstance(kinds, ast.Tuple) else [kinds]


def _caught(handler):
    return f" {ast.unparse(handler.type)}" if handler.type else ""


def _name(node):
    """Return the last name of a dotted one, or ""."""
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
