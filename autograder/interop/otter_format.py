"""Reads otter's test files, in both formats, as text: nothing of them is executed."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, replace
from textwrap import dedent
from typing import Any

from autograder.interop.foreign import fault_of, is_points, parse, shown

POINTS_SLACK = 1e-6
_NOT_LITERAL = (ValueError, TypeError, SyntaxError, RecursionError, MemoryError)


@dataclass(frozen=True)
class Case:
    """One case. ``code`` is a doctest's text, or the body of a function; ``points`` is None until they are shared."""

    name: str
    code: str
    hidden: bool
    points: float | None
    success: str = ""
    failure: str = ""
    line: int = 0
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True)
class OtterTest:
    """The tests of one question. ``ok`` says that the cases are doctests; else ``source`` is the test file."""

    question: str
    name: str
    ok: bool
    cases: tuple[Case, ...]
    all_or_nothing: bool = False
    source: str = ""

    @property
    def points(self) -> float:
        return sum(case.points or 0.0 for case in self.cases)


class _Faults:
    def __init__(self, where: str):
        self.where, self.found = where, []

    def add(self, what: str, line: int | None = None) -> None:
        self.found.append(f"{self.where}{f':{line}' if line else ''}: {what}")


def read_test(text: str, question: str, where: str) -> tuple[OtterTest | None, list[str]]:
    """A test file's content, and every problem of it with its line.

    Parameters
    ----------
    text : str
        Python source, in either format: ``OK_FORMAT`` says which.
    question : str
        The name that a check asks for: the file's stem.
    where : str
        For messages.
    """
    faults = _Faults(where)
    text = text.replace("\r\n", "\n").replace("\r", "\n")  # as Python reads it: lines are counted below
    tree = parse(text)
    if tree is None:
        line, why = fault_of(text) or (1, "nested too deeply")
        faults.add(f"is no Python ({why}). Correct it.", line)
        return None, faults.found
    formats = [n for n in tree.body if _assigned(n) == "OK_FORMAT"]
    if len(formats) != 1 or not isinstance(getattr(formats[0].value, "value", None), bool):
        faults.add("OK_FORMAT is not set to True or False. Without it otter cannot read the file.")
        return None, faults.found
    if formats[0].value.value:
        return _read_ok_file(tree, question, faults), faults.found
    return read_exception_tree(tree, text, question, faults), faults.found


def read_metadata_test(spec: Any, question: str, where: str) -> tuple[OtterTest | None, list[str]]:
    """A test out of a notebook's metadata: a dictionary (OK format) or the source of a test file."""
    faults = _Faults(where)
    if isinstance(spec, dict):
        return _ok_test(spec, question, faults), faults.found
    if isinstance(spec, list) and all(isinstance(line, str) for line in spec):
        spec = "".join(spec)
    if not isinstance(spec, str):
        faults.add(f"is a {type(spec).__name__}, neither a dictionary nor source. Export the notebook again.")
        return None, faults.found
    if "OK_FORMAT" not in spec:  # in metadata the format is said once for all tests
        spec = f"OK_FORMAT = False\n{spec}"
    return read_test(spec, question, where)


def _read_ok_file(tree: ast.Module, question: str, faults: _Faults) -> OtterTest | None:
    spec = None
    for node in tree.body:
        if _assigned(node) == "test":
            try:
                spec = ast.literal_eval(node.value)
            except _NOT_LITERAL:
                faults.add("the test holds code outside literals. Write its values out.", _not_literal(node.value))
        elif _assigned(node) != "OK_FORMAT" and not _is_docstring(node):
            faults.add("code outside the literals of an OK test is not run. Remove it.", node.lineno)
    if faults.found:
        return None
    if spec is None:
        faults.add("assigns no 'test'. Write test = {...}.")
        return None
    return _ok_test(spec, question, faults)


def _ok_test(spec: Any, question: str, faults: _Faults) -> OtterTest | None:
    if not isinstance(spec, dict) or not isinstance(spec.get("name"), str):
        faults.add("the test has no 'name'. Write {\"name\": ...}.")
        return None
    suites = spec.get("suites")
    if not isinstance(suites, list) or len(suites) != 1 or not isinstance(suites[0], dict):
        faults.add("several suites (or none) in a test are not supported; otter reads one too. Merge them.")
        return None
    suite = suites[0]
    if suite.get("type", "doctest") != "doctest":
        faults.add(f"a suite of type {shown(suite.get('type'))} is not supported, only 'doctest'.")
    for key in ("setup", "teardown"):
        if suite.get(key):
            faults.add(f"{key} of a suite is not supported; otter refuses it too. Put it into the cases.")
    cases = []
    listed = suite.get("cases") if suite.get("cases") is not None else []
    if not isinstance(listed, list):
        faults.add(f"its cases are {shown(listed)} and no list. Write [{{...}}].")
        return None
    for number, raw in enumerate(listed, 1):
        if not isinstance(raw, dict) or not isinstance(raw.get("code"), str):
            faults.add(f"case {number} has no code. Write {{\"code\": \">>> ...\"}}.")
            continue
        if raw.get("locked"):
            faults.add(f"case {number} is locked: an answer that is kept as a hash cannot be asked. Unlock it.")
        cases.append(
            Case(
                name=_one_line(raw.get("name")) or f"{_one_line(spec['name'])} - {number}",
                code=dedent(raw["code"]),
                hidden=bool(raw.get("hidden", True)),
                points=raw.get("points"),
                success=_text(raw.get("success_message")),
                failure=_text(raw.get("failure_message")),
            )
        )
    test = OtterTest(question, spec["name"], True, tuple(cases), bool(spec.get("all_or_nothing", False)))
    return _with_points(test, spec.get("points"), faults)


def read_exception_tree(tree: ast.Module, text: str, question: str, faults: _Faults) -> OtterTest | None:
    """The exception format: functions under ``@test_case(...)``, whose arguments must be literals."""
    settings: dict[str, Any] = {}
    cases: list[Case] = []
    decorated: set[ast.AST] = set()
    for node in tree.body:
        name = _assigned(node)
        if name in ("name", "points", "all_or_nothing"):
            try:
                settings[name] = ast.literal_eval(node.value)
            except _NOT_LITERAL:
                faults.add(f"'{name}' is computed: only a literal can be read without running it.", node.lineno)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            marks = [d for d in node.decorator_list if _calls_test_case(d)]
            decorated.update(part for mark in marks for part in ast.walk(mark))
            if marks and (len(node.decorator_list) > 1 or isinstance(node, ast.AsyncFunctionDef)):
                faults.add(f"{node.name}: a test case with other decorators, or async, is not supported.", node.lineno)
            elif marks:
                cases.append(_function_case(node, marks[0], text, faults))
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == "test_case" and node not in decorated:
            faults.add("test_case is used otherwise than as a decorator, which is not supported.", node.lineno)
    if not isinstance(settings.get("name"), str):
        faults.add("the test has no 'name'. Write name = \"...\".")
    if faults.found:
        return None
    whole = _one_line(settings["name"])
    named = tuple(c if c.name else replace(c, name=f"{whole} - {number}") for number, c in enumerate(cases, 1))
    test = OtterTest(question, settings["name"], False, named, bool(settings.get("all_or_nothing", False)), text)
    return _with_points(test, settings.get("points"), faults)


def _function_case(node: ast.FunctionDef, mark: ast.Call, text: str, faults: _Faults) -> Case:
    names = ("name", "points", "hidden", "success_message", "failure_message")
    given: dict[str, Any] = {}
    for key, value in [*zip(names, mark.args), *((k.arg or "**", k.value) for k in mark.keywords)]:
        try:
            given[key] = ast.literal_eval(value)
        except _NOT_LITERAL:
            faults.add(f"{node.name}: '{key}' of test_case is computed: only a literal can be read.", node.lineno)
    for key in given.keys() - set(names):
        faults.add(f"{node.name}: test_case has no argument {key!r}.", node.lineno)
    arguments = node.args
    if arguments.vararg or arguments.kwarg:
        faults.add(f"{node.name}: *args and **kwargs name nothing of the notebook.", node.lineno)
    lines = text.split("\n")[node.body[0].lineno - 1 : node.end_lineno]
    return Case(
        name=_one_line(given.get("name")),
        code=dedent("\n".join(lines)),
        hidden=bool(given.get("hidden", False)),
        points=given.get("points"),
        success=_text(given.get("success_message")),
        failure=_text(given.get("failure_message")),
        line=node.lineno,
        arguments=tuple(a.arg for a in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]),
    )


def _with_points(test: OtterTest, total: Any, faults: _Faults) -> OtterTest | None:
    """The test with the points of each case, shared as otter shares them; None after a fault."""
    if not test.cases:
        faults.add("the test has no case. Write one.")
    given: Sequence[Any] = [c.points for c in test.cases]
    if isinstance(total, list):
        if len(total) != len(given):
            faults.add(f"points do not add up: {len(total)} numbers for {len(given)} cases. Give each case one.")
            return None
        given, total = total, None
    for number, value in enumerate(given, 1):
        if value is not None and not is_points(value):
            faults.add(f"case {number}: points {shown(value)} are no number of 0 or more.")
    if total is not None and not is_points(total):
        faults.add(f"points {shown(total)} are no number of 0 or more.")
    if faults.found:
        return None
    fixed, open_cases = sum(v for v in given if v is not None), sum(v is None for v in given)
    if total is not None and (fixed > total + POINTS_SLACK or (not open_cases and fixed < total - POINTS_SLACK)):
        faults.add(f"points do not add up: the cases have {fixed:g}, the question says {total:g}. Correct one.")
        return None
    if total is None:
        rest = 1.0 if not fixed and open_cases else 0.0
    else:
        rest = total - fixed
    each = rest / open_cases if open_cases else 0.0
    cases = tuple(replace(c, points=float(each if v is None else v)) for c, v in zip(test.cases, given, strict=True))
    if sum(c.points or 0.0 for c in cases) <= 0:
        faults.add("the question has no points, so there is nothing to grade. Give a case points.")
        return None
    return replace(test, cases=cases)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else shown(value) if value else ""


def _one_line(value: Any) -> str:
    """A name: it stands in comments of what is written, where a second line would be code."""
    return " ".join("".join(c if c.isprintable() else " " for c in _text(value)).split())


def _assigned(node: ast.stmt) -> str:
    if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
        return node.target.id
    return ""


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _calls_test_case(node: ast.expr) -> bool:
    function = node.func if isinstance(node, ast.Call) else None
    return getattr(function, "id", getattr(function, "attr", "")) == "test_case"


def _not_literal(value: ast.expr) -> int:
    """Line of the first part that is no literal."""
    literal = (ast.Dict, ast.List, ast.Tuple, ast.Set, ast.Constant, ast.UnaryOp, ast.USub, ast.UAdd, ast.Load)
    for node in ast.walk(value):
        if not isinstance(node, literal):
            return getattr(node, "lineno", value.lineno)
    return value.lineno
