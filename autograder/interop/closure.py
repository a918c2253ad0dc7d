"""Which modules of this package some code needs when it is imported, and which distributions."""

from __future__ import annotations

import ast
import importlib.metadata
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]


def imported(source: str) -> set[str]:
    """Full names of the modules that top-level statements of a source import (``a.b`` for ``from a.b import c``)."""
    return {name for node in ast.parse(source).body for name in _targets(node)}


def package_files(entries: Iterable[str]) -> dict[str, Path]:
    """Files of this package that the modules named need, by path relative to the package's parent.

    Imports inside functions are left out: they are what a module can do without.
    """
    found: dict[str, Path] = {}
    waiting = list(entries)
    while waiting:
        name = waiting.pop()
        for module in _with_parents(name):
            path = _file(module)
            key = path.relative_to(PACKAGE.parent).as_posix() if path else ""
            if path is None or key in found:
                continue
            found[key] = path
            waiting += [n for n in imported(path.read_text(encoding="utf-8")) if n.split(".")[0] == PACKAGE.name]
    return dict(sorted(found.items()))


def distributions(sources: Iterable[str]) -> tuple[dict[str, str], set[str]]:
    """Installed distributions that sources import, with their versions, and modules that nobody provides."""
    by_module = importlib.metadata.packages_distributions()
    known: dict[str, str] = {}
    missing: set[str] = set()
    for source in sources:
        for name in sorted({n.split(".")[0] for n in _anywhere(source)}):
            if name in sys.stdlib_module_names or name in (PACKAGE.name, "__future__"):
                continue
            if name in by_module:
                known |= {d.lower(): public_version(d) for d in by_module[name][:1]}
            else:
                missing.add(name)
    return dict(sorted(known.items())), missing


def public_version(distribution: str) -> str:
    """The installed version as an index has it: without the local part, as in ``2.13.0+cpu``.

    Raises
    ------
    importlib.metadata.PackageNotFoundError
    """
    return importlib.metadata.version(distribution).partition("+")[0]


def _anywhere(source: str) -> Iterator[str]:
    try:
        tree = ast.parse(source)
    except SyntaxError:  # a cell with magics: its imports are those of the plain lines
        tree = ast.parse("\n".join(line for line in source.splitlines() if line.startswith(("import ", "from "))))
    for node in ast.walk(tree):
        yield from _targets(node)


def _targets(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
        yield node.module
        if node.module.split(".")[0] == PACKAGE.name:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _with_parents(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[:n]) for n in range(1, len(parts) + 1)]


def _file(module: str) -> Path | None:
    base = PACKAGE.parent.joinpath(*module.split("."))
    for path in (base / "__init__.py", base.with_suffix(".py")):
        if path.is_file():
            return path
    return None
