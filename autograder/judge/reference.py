"""The instructor's own solution as a namespace of the judge."""

from __future__ import annotations

import ast
import sys
import types
from collections.abc import Iterable

from autograder.errors import BrokenSuite

_DEFINITIONS = (
    ast.Import,
    ast.ImportFrom,
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Assign,
    ast.AnnAssign,
)


def reference_namespace(cells: Iterable[tuple[str, str, bool]], where: str) -> types.SimpleNamespace:
    """Define what the solution cells define, and of the other cells only what those need.

    Examples and figures do not run: a judge needs no plotting library.

    Parameters
    ----------
    cells : iterable of (key, source, is_solution)
        Code cells of the reference.
    where : str
        The notebook's path, for messages.

    Raises
    ------
    BrokenSuite
    """
    module = types.ModuleType("reference")
    sys.modules["reference"] = module  # a dataclass looks its own module up
    scope = module.__dict__
    for key, node in _needed(_definitions(cells, where)):
        try:
            # compile() hands on this module's lazy annotations: types that only signatures name are not needed
            exec(compile(ast.Module([node], []), f"<reference {key}>", "exec"), scope)
        # the instructor's code may raise anything; whatever it is, they have to hear of it
        except Exception as error:
            raise _broken(where, key, error) from error
    return types.SimpleNamespace(**{name: value for name, value in scope.items() if not name.startswith("__")})


def _definitions(cells: Iterable[tuple[str, str, bool]], where: str) -> list[tuple[str, ast.stmt, bool]]:
    found = []
    for key, source, is_solution in cells:
        code = "\n".join("" if line.lstrip().startswith(("%", "!")) else line for line in source.splitlines())
        try:
            body = ast.parse(code).body
        except SyntaxError as error:
            raise _broken(where, key, error) from error
        found += [(key, node, is_solution) for node in body if isinstance(node, _DEFINITIONS)]
    return found


def _needed(definitions: list[tuple[str, ast.stmt, bool]]) -> list[tuple[str, ast.stmt]]:
    """The solution's own definitions and, step by step, those that they use; in their order."""
    chosen = {i for i, (_, _, is_solution) in enumerate(definitions) if is_solution}
    used: set[str] = set()
    fresh = chosen
    while fresh:
        used |= {n.id for i in fresh for n in ast.walk(definitions[i][1]) if isinstance(n, ast.Name)}
        fresh = {i for i, (_, node, _) in enumerate(definitions) if i not in chosen and used & _bound_by(node)}
        chosen |= fresh
    return [(key, node) for i, (key, node, _) in enumerate(definitions) if i in chosen and not _is_future(node)]


def _bound_by(node: ast.stmt) -> set[str]:
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return {alias.asname or alias.name.partition(".")[0] for alias in node.names}
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {node.name}
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return {n.id for target in targets for n in ast.walk(target) if isinstance(n, ast.Name)}


def _is_future(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def _broken(where: str, key: str, error: Exception) -> BrokenSuite:
    return BrokenSuite(f"{where}, cell {key}: the reference solution fails: {error!r}. Mend that cell.")
