"""Which grade cells can be judged outside the sandbox, and how they read there.

A cell's tests may leave the notebook where nothing is lost by it: what they do is in a small part of Python
(assertions, loops, calls of the student's functions and of a few known ones), so that running them beside hidden suites
is safe, and they do not look at what a call did to an object that was passed in, because arguments cross by value.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable

from autograder.interop.foreign import fault_of, parse

BUILTINS = frozenset(
    "abs all any bool complex dict divmod enumerate float frozenset int isinstance len list max min pow range repr "
    "reversed round set sorted str sum tuple zip print".split()
)
MODULES = {"numpy": "np", "math": "math"}
NUMPY = frozenset(
    "abs all allclose any arange argmax argmin array array_equal asarray bool_ ceil cos cumsum diff dot dtype e exp "
    "eye float32 float64 floor full inf int32 int64 isclose isfinite isnan issubdtype linspace log max mean min nan "
    "ndarray ones ones_like pi prod round shape sin sort sqrt std sum testing unique var vstack zeros zeros_like "
    "assert_allclose assert_almost_equal assert_array_almost_equal assert_array_equal assert_equal integer floating "
    "newaxis reshape transpose concatenate hstack stack where tan number".split()
)
MATH = frozenset("ceil cos e exp fabs factorial floor gcd hypot inf isclose isfinite isinf isnan log log10 log2 nan pi "
                 "pow sin sqrt tan tau".split())  # fmt: skip
ATTRIBUTES = frozenset(
    "T all any copy count dtype endswith get imag index items join keys lower max mean min name ndim real shape size "
    "split startswith strip sum tolist upper values".split()
)
_STATEMENTS = (
    ast.Assert, ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr, ast.For, ast.If, ast.Try, ast.Raise, ast.Pass,
    ast.Continue, ast.Break,
)  # fmt: skip
_EXPRESSIONS = (
    ast.BoolOp, ast.BinOp, ast.UnaryOp, ast.IfExp, ast.Dict, ast.Set, ast.ListComp, ast.SetComp, ast.DictComp,
    ast.GeneratorExp, ast.Compare, ast.Call, ast.FormattedValue, ast.JoinedStr, ast.Constant, ast.Attribute,
    ast.Subscript, ast.Starred, ast.Name, ast.List, ast.Tuple, ast.Slice,
)  # fmt: skip
_OTHER = (ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop, ast.comprehension, ast.keyword,
          ast.ExceptHandler, ast.Module)  # fmt: skip


def move(source: str, modules: dict[str, str]) -> tuple[str, list[str]] | str:
    """A cell as the body of a test with the fixture ``student``, and the imports that it needs.

    Parameters
    ----------
    source : str
        The cell, hidden tests and all.
    modules : dict
        What the notebook imports, by the name that it gives it: {"np": "numpy"}.

    Returns
    -------
    (body, imports) or str
        A sentence instead, why the cell has to stay in the sandbox.
    """
    tree = parse(source)
    if tree is None:
        return f"line {(fault_of(source) or (1, ''))[0]}: is no plain Python"
    try:
        return _move(tree, modules)
    except RecursionError:
        return "line 1: is nested too deeply"


def _move(tree: ast.Module, modules: dict[str, str]) -> tuple[str, list[str]] | str:
    body = [n for n in tree.body if not (isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant))]
    known, rest = dict(modules), []
    for node in body:
        imported = _plain_import(node)
        known |= imported
        if not imported:
            rest.append(node)
    mover = _Mover(rest, {name: module for name, module in known.items() if module in MODULES})
    why = mover.problem() or _shared_objects(rest, mover)
    if why:
        return why
    moved = [ast.fix_missing_locations(mover.visit(node)) for node in rest]
    imports = [f"import {m} as {n}" if m != n else f"import {m}" for n, m in sorted(mover.used.items())]
    return "\n".join(ast.unparse(node) for node in moved) or "pass", imports


def _plain_import(node: ast.stmt) -> dict[str, str]:
    """Names of an ``import`` of known modules alone."""
    if isinstance(node, ast.Import) and all(a.name in MODULES for a in node.names):
        return {a.asname or a.name: a.name for a in node.names}
    return {}


class _Mover(ast.NodeTransformer):
    """Checks every node, then puts ``student.`` before the notebook's names."""

    def __init__(self, body: list[ast.stmt], modules: dict[str, str]):
        self._body, self._modules = body, modules
        self.used: dict[str, str] = {}
        walked = [n for node in body for n in ast.walk(node)]
        self._own = {n.id for n in walked if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        self._own |= {n.name for n in walked if isinstance(n, ast.ExceptHandler) and n.name}

    def is_students(self, name: str) -> bool:
        return not (name in self._own or name in self._modules or name in BUILTINS or _is_exception(name))

    def is_known(self, name: str) -> bool:
        return name in BUILTINS or name in self._modules

    def problem(self) -> str:
        for node in (n for top in self._body for n in ast.walk(top)):
            why = self._refuses(node)
            if why:
                return f"line {getattr(node, 'lineno', 1)}: {why}"
        return ""

    def _refuses(self, node: ast.AST) -> str:
        if isinstance(node, ast.stmt) and not isinstance(node, _STATEMENTS):
            return f"a statement of the kind {type(node).__name__}"
        if not isinstance(node, (*_STATEMENTS, *_EXPRESSIONS, *_OTHER)):
            return f"an expression of the kind {type(node).__name__}"
        if isinstance(node, ast.Name):
            if node.id.startswith("_") or node.id == "student" or node.id in ("get_ipython", "open", "exec", "eval"):
                return f"the name {node.id}"
            if isinstance(node.ctx, ast.Store) and (node.id in BUILTINS or node.id in self._modules):
                return f"{node.id} gets another meaning"
            unknown = hasattr(builtins, node.id) and node.id not in BUILTINS and not _is_exception(node.id)
            if unknown and node.id not in self._own:
                return f"the builtin {node.id}"
        if isinstance(node, ast.Attribute):
            root = _root(node)
            allowed = {"numpy": NUMPY, "math": MATH}.get(self._modules.get(root, ""))
            if allowed is None:
                allowed = ATTRIBUTES
            if node.attr not in allowed:
                return f"the attribute {node.attr}"
            if isinstance(node.ctx, ast.Store):
                return "an attribute is set"
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "isinstance":
            kinds = [n.id for n in ast.walk(node.args[-1]) if isinstance(n, ast.Name)]
            if any(self.is_students(kind) for kind in kinds):
                return "a class of the notebook is asked for"
        if isinstance(node, (ast.Raise, ast.ExceptHandler)):
            names = [n.id for n in ast.walk(node.exc if isinstance(node, ast.Raise) else node.type or ast.Pass())
                     if isinstance(n, ast.Name)]  # fmt: skip
            if isinstance(node, ast.ExceptHandler) and any(self.is_students(n) for n in names):
                return "an exception of the notebook's own"
            if isinstance(node, ast.ExceptHandler) and (node.type is None or "AssertionError" in names):
                return "an except that also catches assertions"
        return ""

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id in self._modules and node.id not in self._own:
            self.used[node.id] = self._modules[node.id]
        if isinstance(node.ctx, ast.Load) and self.is_students(node.id):
            return ast.Attribute(ast.Name("student", ast.Load()), node.id, ast.Load())
        return node


def _shared_objects(body: list[ast.stmt], mover: _Mover) -> str:
    """Why a call's effect on an object would be seen: an object with a name is passed to the student's code."""
    fixed = _immutable_names(body)
    for call in (n for top in body for n in ast.walk(top) if isinstance(n, ast.Call)):
        if not isinstance(call.func, ast.Name) or not mover.is_students(call.func.id):
            continue
        for argument in [*call.args, *(k.value for k in call.keywords)]:
            called = {id(n.func) for n in ast.walk(argument) if isinstance(n, ast.Call)}
            for name in (n for n in ast.walk(argument) if isinstance(n, ast.Name) and id(n) not in called):
                if mover.is_students(name.id):
                    return f"line {call.lineno}: {name.id} of the notebook is passed on, and may be changed"
                if name.id not in fixed and not mover.is_known(name.id):
                    return f"line {call.lineno}: {name.id} is passed on, and what happens to it may be looked at"
    return ""


def _immutable_names(body: Iterable[ast.stmt]) -> set[str]:
    """Names that only ever stand for numbers, texts, or the items of a range or of a list of such."""
    fixed: set[str] = set()
    other: set[str] = set()
    for node in (n for top in body for n in ast.walk(top)):
        if isinstance(node, ast.Assign):
            names = {n.id for t in node.targets for n in ast.walk(t) if isinstance(n, ast.Name)}
            (fixed if _is_immutable(node.value) else other).update(names)
        elif isinstance(node, (ast.For, ast.comprehension)):
            names = {n.id for n in ast.walk(node.target) if isinstance(n, ast.Name)}
            (fixed if _gives_immutable(node.iter) else other).update(names)
        elif isinstance(node, (ast.AugAssign, ast.AnnAssign)):
            other |= {n.id for n in ast.walk(node.target) if isinstance(n, ast.Name)}
    return fixed - other


def _is_immutable(value: ast.expr) -> bool:
    plain = (ast.Constant, ast.UnaryOp, ast.USub, ast.UAdd, ast.BinOp, ast.operator, ast.Tuple, ast.Load, ast.JoinedStr)
    return all(isinstance(n, plain) for n in ast.walk(value))


def _gives_immutable(iterable: ast.expr) -> bool:
    if isinstance(iterable, (ast.List, ast.Tuple, ast.Set)):
        return all(_is_immutable(item) for item in iterable.elts)
    return isinstance(iterable, ast.Call) and getattr(iterable.func, "id", "") == "range"


def _is_exception(name: str) -> bool:
    found = getattr(builtins, name, None)
    return isinstance(found, type) and issubclass(found, Exception)


def _root(node: ast.Attribute) -> str:
    inner: ast.AST = node
    while isinstance(inner, ast.Attribute):
        inner = inner.value
    return inner.id if isinstance(inner, ast.Name) else ""
