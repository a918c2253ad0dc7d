"""The instructor's own solution as a namespace of the judge."""

from __future__ import annotations

import ast
import types
from collections.abc import Iterable

from autograder.errors import BrokenSuite

_DEFINITIONS = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def reference_namespace(cells: Iterable[tuple[str, str, bool]], where: str) -> types.SimpleNamespace:
    """Define what the solution notebook defines, without running its examples and figures.

    Parameters
    ----------
    cells : iterable of (key, source, is_solution)
        Code cells of the reference. Imports, functions and classes are taken from all of them,
        assignments from solution cells alone.
    where : str
        The notebook's path, for messages.

    Raises
    ------
    BrokenSuite
    """
    scope: dict[str, object] = {"__name__": "reference"}
    for key, source, is_solution in cells:
        code = "\n".join("" if line.lstrip().startswith(("%", "!")) else line for line in source.splitlines())
        try:
            kinds = (*_DEFINITIONS, ast.Assign, ast.AnnAssign) if is_solution else (*_DEFINITIONS, ast.AnnAssign)
            body = [n for n in ast.parse(code).body if isinstance(n, kinds) or _is_alias(n)]
            exec(compile(ast.Module(body, []), f"<reference {key}>", "exec"), scope)
        # the instructor's code may raise anything; whatever it is, they have to hear of it
        except Exception as error:
            raise BrokenSuite(
                f"{where}, cell {key}: the reference solution fails: {error!r}. Mend that cell."
            ) from error
    return types.SimpleNamespace(**{name: value for name, value in scope.items() if not name.startswith("__")})


def _is_alias(node: ast.stmt) -> bool:
    """``F = NDArray[np.float64]``: an assignment that signatures in later cells need."""
    return isinstance(node, ast.Assign) and isinstance(
        node.value, (ast.Subscript, ast.Name, ast.Attribute, ast.Constant)
    )
