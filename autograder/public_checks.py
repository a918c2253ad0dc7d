"""Students' public checks: the visible assertions of a grade cell as an otter test.

The grade cell is the only source. Each check (a statement with an ``assert`` or a ``raise``, or a call of an
``assert_...`` function) becomes a case of a test in otter's exception format; what the cell computes in between goes
with the next check. The cases of a question share one namespace, as the lines of a cell do, and never write into the
student's.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from autograder.errors import BadManifest
from autograder.notebook_source import SourceCell
from autograder.regions import HIDDEN_TESTS, split_regions

_CHECKING_NAME = re.compile(r"assert|check", re.IGNORECASE)
_OWN_SCOPE = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_ONLY_IN_A_CELL = {
    ast.ImportFrom: "'import *'",
    ast.Await: "'await'",
    ast.AsyncFor: "'async for'",
    ast.AsyncWith: "'async with'",
    ast.Global: "'global'",
}
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)

# The names begin with _otter so that a student's variable does not take their place.
_HEAD = '''\
from otter.test_files import test_case

OK_FORMAT = False
name = "{question}: public checks"


def _otter_begin(env, *needed):
    """See the notebook's names; complain where an earlier check should have made one."""
    made_here = {made}
    if "_otter_began" not in globals():  # once: what a check makes holds for those after it
        globals().update((n, v) for n, v in env.items() if n not in made_here and not n.startswith(("__", "_otter")))
        globals()["_otter_began"] = True
    for n in needed:
        if n not in globals():
            raise RuntimeError(f"not reached: an earlier check stopped before it made {{n}}")
'''

INITIALISING_CELL = '''\
# grader.check("{question}") runs the public checks of {question} and says at once which of them pass.
# They are a beginning: hidden tests remain, and those decide the points.
try:
    import os

    import otter

    if "google.colab" in str(get_ipython()) and not os.path.isdir("tests"):  # otter reads only a folder there
        from google.colab import _message

        notebook = _message.blocking_request("get_ipynb")["ipynb"]
        os.mkdir("tests")
        for question, checks in notebook["metadata"]["otter"]["tests"].items():
            with open(f"tests/{{question}}.py", "w") as file:
                file.write(checks)
    grader = otter.Notebook("{notebook}.ipynb" if os.path.isfile("{notebook}.ipynb") else None)
    if not (os.path.isdir("tests") or grader._notebook):
        raise FileNotFoundError("{notebook}.ipynb is not in this folder")
except Exception as problem:

    class grader:
        reason = f"{{type(problem).__name__}}: {{problem}}"

        @classmethod
        def check(cls, question):
            print(f"{{question}}: not checked, otter cannot work here ({{cls.reason}}).")
            print("Run the cell of assertions above: it holds the same public checks.")'''

# `otter run` leaves out what carries this tag: there the questions are graded when the notebook has run to its end.
NOT_GRADED = "otter_ignore"


@dataclass
class _Case:
    """Statements up to and with one check."""

    statements: list[ast.stmt] = field(default_factory=list)


def otter_metadata(assignment: str, cells: Iterable[SourceCell], where: str) -> dict[str, object] | None:
    """``metadata.otter`` of a released notebook; None where no question has tests.

    Raises
    ------
    BadManifest
        With every grade cell whose lines cannot become a test.
    """
    tests, problems = {}, []
    for cell in cells:
        if cell.is_autograded:
            try:
                tests[cell.grade_id] = public_test(cell, where)
            except BadManifest as e:
                problems += e.problems
    if problems:
        raise BadManifest(problems)
    return {"OK_FORMAT": False, "assignment_name": assignment, "tests": tests} if tests else None


def public_test(cell: SourceCell, where: str) -> str:
    """Source of the otter test of one grade cell.

    The cases share the question's points equally: otter wants a number, and students see none.

    Raises
    ------
    BadManifest
        If the cell is no plain Python (magics, ``await``, ``import *``).
    """
    source = visible_part(cell.source)
    tree = _parse(source, cell, where)
    if not tree.body:  # all of it is hidden, or comments
        source, tree = "pass", ast.parse("pass")
    cases = _cases(tree)
    made = sorted({name for node in tree.body for name in _bound(node)} - _used_first(tree))
    points = _shares(cell.points or 0.0, len(cases))
    parts = [_HEAD.format(question=cell.grade_id, made=made)]
    known: set[str] = set()
    for number, (case, share) in enumerate(zip(cases, points, strict=True), 1):
        bound = {name for node in case.statements for name in _bound(node)}
        needed = sorted((known & _loaded(case.statements)) & set(made))
        known |= bound
        lines = [f'@test_case(name="{cell.grade_id} check {number}", points={share:g})', f"def _otter_{number}(env):"]
        lines += [f"    global {', '.join(sorted(bound))}"] if bound else []
        lines += [f"    _otter_begin({', '.join(['env', *map(repr, needed)])})"]
        lines += [_indented(source, node) for node in case.statements]
        parts.append("\n".join(lines) + "\n")
    return "\n\n".join(parts)


def visible_part(source: str) -> str:
    """A cell as students see it: nbgrader takes hidden tests out of it."""
    return "\n".join(split_regions(source, HIDDEN_TESTS)[0])


def _parse(source: str, cell: SourceCell, where: str) -> ast.Module:
    try:
        tree = ast.parse(source)
    except SyntaxError as e:
        raise _no_test(cell, where, e.lineno or 1, e.msg) from e
    for node in tree.body:
        for part in _walk_scope(node):
            for kind, name in _ONLY_IN_A_CELL.items():
                if isinstance(part, kind) and (kind is not ast.ImportFrom or part.names[0].name == "*"):
                    raise _no_test(cell, where, part.lineno, f"{name} works in a cell only")
    return tree


def _no_test(cell: SourceCell, where: str, line: int, why: str) -> BadManifest:
    return BadManifest(
        f"{where}: grade cell {cell.grade_id}, line {line}: {why}. Its visible checks become an otter test: write "
        "plain Python, without magics."
    )


def _cases(tree: ast.Module) -> list[_Case]:
    """One case a check; what follows the last check goes with it, and a cell without checks is one case."""
    cases, open_case = [], _Case()
    for node in tree.body:
        if _is_print(node):
            continue
        open_case.statements.append(node)
        if _is_check(node):
            cases.append(open_case)
            open_case = _Case()
    if cases:
        cases[-1].statements += open_case.statements
        return cases
    return [_Case(list(tree.body))]


def _is_print(node: ast.stmt) -> bool:
    """A message of the cell; otter has its own."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and _called(node.value) == "print"


def _is_check(node: ast.stmt) -> bool:
    for part in _walk_scope(node):
        if isinstance(part, (ast.Assert, ast.Raise)):
            return True
        if isinstance(part, ast.Expr) and isinstance(part.value, ast.Call) and _CHECKING_NAME.search(
            _called(part.value)
        ):
            return True
    return False


def _called(call: ast.Call) -> str:
    function = call.func
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def _walk_scope(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes that run with the statement itself, in order: not the bodies of what it defines."""
    yield node
    if isinstance(node, _OWN_SCOPE):
        return
    for child in ast.iter_child_nodes(node):
        yield from _walk_scope(child)


def _bound(node: ast.stmt) -> set[str]:
    """Names that a statement makes."""
    names: set[str] = set()

    def visit(part: ast.AST, inside: bool) -> None:
        if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(part.name)
            return
        if isinstance(part, ast.Lambda):
            return
        if isinstance(part, ast.NamedExpr):
            names.add(part.target.id)
        elif isinstance(part, ast.Name) and not isinstance(part.ctx, ast.Load) and not inside:
            names.add(part.id)
        elif isinstance(part, (ast.Import, ast.ImportFrom)):
            names.update(alias.asname or alias.name.partition(".")[0] for alias in part.names)
        elif isinstance(part, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and part.name:
            names.add(part.name)
        for child in ast.iter_child_nodes(part):
            visit(child, inside or isinstance(part, _COMPREHENSIONS))

    visit(node, False)
    return names


def _loaded(nodes: Iterable[ast.stmt]) -> set[str]:
    return {n.id for node in nodes for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}


def _used_first(tree: ast.Module) -> set[str]:
    """Names that the cell takes from the notebook before it gives them a value of its own."""
    first: set[str] = set()
    made: set[str] = set()
    for node in tree.body:
        bound = _bound(node)
        simple = isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr, ast.Assert))
        first |= _loaded([node]) - made - (set() if simple else bound)
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            first |= {node.target.id} - made
        made |= bound
    return first


def _shares(points: float, count: int) -> list[float]:
    """Equal parts that add up to the points exactly, as they are written."""
    part = float(f"{points / count:.4g}")
    return [part] * (count - 1) + [round(points - part * (count - 1), 6)]


def _indented(source: str, node: ast.stmt) -> str:
    """A statement four spaces further in; the inside of a text of several lines stays as it is."""
    decorators = [f"@{ast.get_source_segment(source, d)}" for d in getattr(node, "decorator_list", ())]
    text = ast.get_source_segment(source, node) or "pass"
    inside = {
        line - node.lineno
        for part in ast.walk(node)
        if isinstance(part, ast.JoinedStr) or (isinstance(part, ast.Constant) and isinstance(part.value, (str, bytes)))
        for line in range(part.lineno + 1, (part.end_lineno or part.lineno) + 1)
    }
    lines = [
        line if i in inside or not line.strip() else f"    {line}" for i, line in enumerate(text.split("\n"))
    ]
    return "\n".join([textwrap.indent(d, "    ") for d in decorators] + lines)
