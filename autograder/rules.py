"""What a question forbids: imports and functions, looked for in a notebook's text and never by running it.

Such a rule tells a student what to leave alone; it hides nothing and can be circumvented (see
docs/writing-a-week.md). The sandbox holds the same rules while the question's tests run
(:mod:`autograder.guest.forbid`).
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import re
import symtable
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

MAX_PARSED = 200_000
"""Characters of a notebook that are parsed; a tree takes a hundred times the memory of its text."""

TEST = "test_keeps_to_the_rules"
"""Name of the test that a question with rules has beside those of its suite."""

HINT = "rules"

_FLAGS = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
PARSE_ATTEMPTS = 10
_IMPORT_LINE = re.compile(r"^\s*(?:from\s+([\w.]+)\s+import\b|import\s+([\w., ]+))")
_MAGIC_LINE = re.compile(r"^\s*(?:%|!|\?)|\?\s*$")
_MAGIC_VALUE = re.compile(r"^(\s*[\w., ]+=\s*)[%!].*$")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(frozen=True)
class Rules:
    """What one question, or a whole week, forbids.

    Attributes
    ----------
    imports : tuple of str
        Modules, or names in them; all below them is forbidden too.
    calls : tuple of str
        Functions by their full names ("numpy.linalg.svd"), or builtins.
    says : str
        A sentence for the student, shown with a broken rule.
    weight : float or None
        Weight of the test that asks for the rules; None: a broken rule costs all points of the question.
    """

    imports: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
    says: str = ""
    weight: float | None = None

    def __bool__(self) -> bool:
        return bool(self.imports or self.calls)

    def __add__(self, own: Rules) -> Rules:
        """A week's rules with those of a question, which wins where there can be only one."""
        return Rules(
            imports=tuple(dict.fromkeys(self.imports + own.imports)),
            calls=tuple(dict.fromkeys(self.calls + own.calls)),
            says=own.says or self.says,
            weight=self.weight if own.weight is None else own.weight,
        )


@dataclass(frozen=True)
class Cell:
    """A code cell as the search sees it.

    ``role`` is "solution" (read whole), "helper" (read where the solution uses it) or "other" (only its
    imports are noted, because they give names their meaning).
    """

    source: str
    name: str
    role: str = "helper"


@dataclass(frozen=True)
class Breach:
    """The first place where a notebook breaks a rule."""

    rule: str
    verb: str
    cell: str
    line: int

    def sentence(self, question: str, rules: Rules) -> str:
        """What the student reads: it names the rule and the line, and nothing that the student's code chose."""
        parts = [f"Line {self.line} of {self.cell} {self.verb} {self.rule}, which {question} does not allow."]
        if rules.says:
            parts.append(rules.says)
        if rules.weight is None:
            parts.append("So the question gets no points.")
        return " ".join(parts)


class NotebookText:
    """A notebook's code, read once for the rules of all its questions.

    Parameters
    ----------
    cells : sequence of (name, source)
        Names are what a message calls the cells.
    """

    def __init__(self, cells: Sequence[tuple[str, str]]):
        self._sources = dict(enumerate(cells))
        self._trees: dict[int, ast.Module | None] = {}
        left = MAX_PARSED
        for i, (_, source) in self._sources.items():
            self._trees[i] = _parse(source) if len(source) <= left else None
            left -= len(source) if self._trees[i] is not None else 0
        self._names: dict[str, set[str]] = {}
        for tree in self._trees.values():
            for node in _outside_of_functions(tree.body if tree else ()):
                for bound, dotted in _imported(node):
                    self._names.setdefault(bound, set()).add(dotted)

    def full_name(self, name: str) -> str:
        """A dotted name with its first part replaced by what the notebook imports under it."""
        first, _, rest = name.partition(".")
        known = sorted(self._names.get(first, {first}))[0]
        return f"{known}.{rest}" if rest else known

    def breach(self, rules: Rules, roles: Sequence[str]) -> Breach | None:
        """First breach in the cells whose role is "solution" and in what they use of the "helper" cells."""
        found = [b for i in _indices(roles, "solution") for b in self._in_cell(i, rules)]
        for i, node in self._used(roles):
            found += self._in_code(i, node, rules)
        for i in _indices(roles, "helper"):
            found += self._stars(i, rules)
        order = {self._sources[i][0]: i for i in self._sources}
        return min(found, key=lambda b: (roles[order[b.cell]] != "solution", order[b.cell], b.line), default=None)

    def _in_cell(self, i: int, rules: Rules) -> Iterator[Breach]:
        name, source = self._sources[i]
        tree = self._trees[i]
        if tree is not None:
            yield from self._in_code(i, tree, rules)
            return
        # What cannot be parsed is searched line by line for imports: IPython may still run it.
        for number, line in enumerate(source.splitlines(), start=1):
            match = _IMPORT_LINE.match(line)
            modules = [match[1]] if match and match[1] else (match[2].split(",") if match else [])
            for module in modules:
                rule = _broken(module.split(" as ")[0].strip(), rules.imports)
                if rule:
                    yield Breach(rule, "imports", name, number)

    def _in_code(self, i: int, code: ast.AST, rules: Rules) -> Iterator[Breach]:
        name = self._sources[i][0]
        own: dict[str, set[str]] = {}
        stored: set[str] = set()
        for node in ast.walk(code):
            for bound, dotted in _imported(node):
                own.setdefault(bound, set()).add(dotted)
            stored |= _stored(node)
        names = {k: v for k, v in self._names.items() if k not in stored} | own
        for node in ast.walk(code):
            line = getattr(node, "lineno", 1)
            for dotted in _import_targets(node):
                rule = _broken(dotted, rules.imports) or _broken(dotted, rules.calls)
                if rule:
                    yield Breach(rule, "imports", name, line)
            for dotted in _uses(node, names, stored):
                rule = _broken(dotted, rules.imports) or _broken(dotted, rules.calls)
                if rule:
                    yield Breach(rule, "uses", name, line)

    def _used(self, roles: Sequence[str]) -> list[tuple[int, ast.stmt]]:
        """Statements of helper cells that define what the solution uses, step by step."""
        helpers = [
            (i, node, _defined(node))
            for i in _indices(roles, "helper")
            for node in (self._trees[i].body if self._trees[i] else ())
        ]
        trees = [self._trees[i] for i in _indices(roles, "solution")]
        fresh: list[ast.AST] = [tree for tree in trees if tree is not None]
        chosen: dict[int, tuple[int, ast.stmt]] = {}
        used: set[str] = set()
        while fresh:
            used |= set().union(*map(_looked_up, fresh))
            found = [k for k, (_, _, names) in enumerate(helpers) if k not in chosen and used & names]
            chosen |= {k: helpers[k][:2] for k in found}
            fresh = [helpers[k][1] for k in found]
        return [chosen[k] for k in sorted(chosen)]

    def _stars(self, i: int, rules: Rules) -> Iterator[Breach]:
        """``from module import *`` gives names that nobody can trace: of a forbidden module it is always a breach."""
        for node in _outside_of_functions(self._trees[i].body if self._trees[i] else ()):
            if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
                rule = _broken(node.module or "", rules.imports)
                if rule:
                    yield Breach(rule, "imports", self._sources[i][0], node.lineno)


def breaches(
    cells: Sequence[tuple[str, str]], rules: Mapping[str, tuple[Rules, Collection[str]]], named: Collection[str]
) -> dict[str, Breach | None]:
    """For each question that forbids something, where a notebook breaks a rule.

    Read are the solution cells of the question and, of the cells that are the student's own, what those use.
    Locked cells are the course's, and another question's answer has that question's rules.

    Parameters
    ----------
    cells : sequence of (key, source)
        All code cells, in order.
    rules : mapping
        By question, what it forbids, and the keys of its solution cells.
    named : collection of str
        Keys of all cells that are locked, or some question's answer.
    """
    if not rules:
        return {}
    text = NotebookText(
        [
            (f"the cell {key}" if key in named else f"code cell {number}", source)
            for number, (key, source) in enumerate(cells, start=1)
        ]
    )

    def roles(own: Collection[str]) -> list[str]:
        return ["solution" if key in own else "other" if key in named else "helper" for key, _ in cells]

    return {question: text.breach(forbidden, roles(own)) for question, (forbidden, own) in rules.items()}


def without_magics(source: str) -> str:
    """Python out of a cell: IPython's magic lines become empty, so that line numbers stay."""
    lines = []
    for line in source.splitlines():
        line = _MAGIC_VALUE.sub(r"\1None", line)
        lines.append("" if _MAGIC_LINE.search(line) and not line.lstrip().startswith("#") else line)
    return "\n".join(lines)


def _parse(source: str) -> ast.Module | None:
    """The tree of a cell; None where it is no Python, or nested too deeply for anybody."""
    for text in (source, without_magics(source)):
        try:
            return _tree(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
            continue
    return None


def _tree(text: str) -> ast.Module:
    """CPython before 3.11.8 miscounts a tree's depth when the collector lets others parse meanwhile (issue 106905).

    The next attempt counts anew. What fails every time is an error: a text that was not searched has kept to no rule.
    """
    for _ in range(PARSE_ATTEMPTS - 1):
        with contextlib.suppress(SystemError):
            return compile(text, "<cell>", "exec", _FLAGS, dont_inherit=True)
    return compile(text, "<cell>", "exec", _FLAGS, dont_inherit=True)


def _indices(roles: Sequence[str], role: str) -> list[int]:
    return [i for i, each in enumerate(roles) if each == role]


def _broken(dotted: str, rules: Iterable[str]) -> str:
    """The rule that a full name breaks, or ""."""
    return next((rule for rule in rules if dotted == rule or dotted.startswith(f"{rule}.")), "")


def _imported(node: ast.AST) -> Iterator[tuple[str, str]]:
    """Names that an import statement binds, each with the full name of what it is bound to."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield (alias.asname, alias.name) if alias.asname else (alias.name.partition(".")[0],) * 2
    elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
        for alias in node.names:
            yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def _import_targets(node: ast.AST) -> Iterator[str]:
    """Full names that a node imports: statements, and ``import_module("...")`` where the name stands there."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
        yield from (f"{node.module}.{alias.name}" for alias in node.names)
    elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called in ("import_module", "__import__") and isinstance(node.args[0].value, str):
            yield node.args[0].value


def _uses(node: ast.AST, names: dict[str, set[str]], stored: set[str]) -> Iterator[str]:
    """Full names that a name or a chain of attributes stands for."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        known = names.get(node.id) or ({node.id} if hasattr(builtins, node.id) and node.id not in stored else ())
        for root in known:
            yield ".".join([root, *reversed(parts)])


def _stored(node: ast.AST) -> set[str]:
    """Names that a node binds otherwise than by an import."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, (ast.Store, ast.Del)):
        return {node.id}
    if isinstance(node, ast.arg):
        return {node.arg}
    return {node.name} if isinstance(node, _SCOPES) else set()


def _looked_up(code: ast.AST) -> set[str]:
    """Names that code may take from the notebook; what a function or a comprehension binds itself is its own."""
    try:
        top = symtable.symtable(ast.unparse(code), "<cell>", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # only IPython runs it: every name counts
        return {node.id for node in ast.walk(code) if isinstance(node, ast.Name)}
    found, waiting = set(), [top]
    while waiting:
        table = waiting.pop()
        waiting += table.get_children()
        found |= {s.get_name() for s in table.get_symbols() if s.is_referenced() and (table is top or s.is_global())}
    return found


def _outside_of_functions(body: Iterable[ast.stmt]) -> Iterator[ast.AST]:
    """Nodes that run when the cell runs; what is inside a function or a class has names of its own."""
    waiting: list[ast.AST] = list(body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
            waiting += ast.iter_child_nodes(node)


def _defined(node: ast.stmt) -> set[str]:
    """Global names that a statement of a cell gives a value, without those of imports."""
    return set().union(*(_stored(inner) for inner in _outside_of_functions([node]) if not isinstance(inner, ast.arg)))
