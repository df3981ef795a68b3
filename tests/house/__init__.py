"""The conventions of the house that matter, as tests (design/house.md §8.10)."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("accounts", "entities", "verification", "developers", "releases", "payments", "openplatform", "platform_site")
KERNEL = "platform_site/kernel/"


def sources() -> Iterator[tuple[str, ast.Module]]:
    """Every Python file of ours that runs (no tests, no migrations), parsed: (path from the root, tree)."""
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if "/migrations/" not in name and "/demo_program/" not in name:
                yield name, ast.parse(path.read_text(encoding="utf-8"), filename=name)


def called(node: ast.Call) -> str:
    """The dotted end of what is called: `a.b.c()` is "a.b.c", `f()` is "f", `(…).c()` is ".c"."""
    return dotted(node.func)


def dotted(node: ast.expr) -> str:
    """`a.b.c` as text; what is not a name is left out."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""
