"""Run a hidden suite beside the student's code, as graders do that keep their tests in the notebook's own kernel.

Only for the benchmark: the same test functions, called one after another in the process of the notebook, without
sandbox, judge or pytest run. In a stock course a grade cell holds the one line ``run(path, points, globals())``, whose
value is the score (nbgrader's partial credit); a test case of otter's calls :func:`check`. It lies in a folder with
copies of what it needs, and its process imports nothing of our package.
"""

from __future__ import annotations

import contextlib
import copy
import importlib.util
import inspect
import os
import sys
import time
import types
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

who: tuple[str, str] | None = None
"""Student and assignment; where nobody says, what BENCH_STUDENT and BENCH_WEEK say, else nbgrader's folder."""


class hint(str):
    """``assert x, hint("name")`` and ``with hint("name"):``; nobody reads it here."""

    def __enter__(self) -> hint:
        return self

    def __exit__(self, *_error: object) -> None:
        return None


def close(actual: Any, expected: Any, rtol: float = 1e-9, atol: float = 1e-12) -> None:
    if isinstance(expected, (tuple, list)):
        assert len(actual) == len(expected)
        for a, e in zip(actual, expected, strict=True):
            close(a, e, rtol, atol)
        return
    if isinstance(expected, dict):
        assert set(actual) == set(expected)
        for key, e in expected.items():
            close(actual[key], e, rtol, atol)
        return
    if isinstance(expected, str):
        assert actual == expected
        return
    a, e = np.asarray(actual), np.asarray(expected)
    assert a.shape == e.shape
    assert np.allclose(a, e, rtol=rtol, atol=atol, equal_nan=True)


class Kept:
    def __init__(self, value: Any):
        self.value = value

    def get(self) -> Any:
        return self.value


class Student:
    """The names of the notebook; arguments are copied, as they are on the wire."""

    def __init__(self, scope: dict[str, Any]):
        self._scope = scope
        self._bound: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        value = self._scope[name]
        if not callable(value):
            return value
        return lambda *args, **kwargs: value(*map(_inside, args), **{k: _inside(v) for k, v in kwargs.items()})

    def put(self, value: Any) -> Kept:
        return Kept(copy.deepcopy(value))

    def replace(self, name: str, function: Any) -> None:
        self._bound.setdefault(name, self._scope.get(name))
        self._scope[name] = function

    def expose(self, target: Any, *methods: str) -> Any:
        return types.SimpleNamespace(target=target, **{name: getattr(target, name) for name in methods})

    def probe(self, function: Any, *args: Any, **kwargs: Any) -> Any:
        scope = types.SimpleNamespace(**self._scope)
        return function(scope, *map(_inside, args), **{k: _inside(v) for k, v in kwargs.items()})

    def cpu_seconds(self, name: str, *args: Any) -> tuple[Any, float]:
        args = tuple(map(_inside, args))
        start = time.process_time()
        value = self._scope[name](*args)
        return value, time.process_time() - start

    @contextlib.contextmanager
    def warnings_are_errors(self, *names: str) -> Any:
        with warnings.catch_warnings():
            for name in names or ("RuntimeWarning",):
                warnings.simplefilter("error", getattr(__import__("builtins"), name))
            yield

    def errstate(self, **settings: str) -> Any:
        return np.errstate(**settings)

    def restore(self) -> None:
        self._scope.update(self._bound)


def _inside(value: Any) -> Any:
    return value.value if isinstance(value, Kept) else copy.deepcopy(value) if isinstance(value, np.ndarray) else value


def run(suite: str, points: float, scope: dict[str, Any]) -> float:
    """Score of a question: the weights of the tests that pass, as a share of the points."""
    earned = total = 0.0
    # A warning on standard error would cost a question all of its points: so nbgrader reads a grade cell.
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stderr(nowhere):
        for name, weight in tests_of(suite).items():
            total += weight
            earned += weight * passes(suite, name, scope)
    return round(points * earned / total, 2)


def check(suite: str, name: str, scope: dict[str, Any]) -> None:
    """Raise AssertionError where that test fails."""
    assert passes(suite, name, scope), "this test fails"


def tests_of(suite: str) -> dict[str, float]:
    """Weight by name of each test, in order of the file."""
    found = {}
    for name, test in vars(_load(Path(suite))).items():
        if name.startswith("test_") and inspect.isfunction(test):
            marks = {mark.name: mark for mark in getattr(test, "pytestmark", ())}
            found[name] = marks["weight"].args[0] if "weight" in marks else 1
    return found


def passes(suite: str, name: str, scope: dict[str, Any]) -> bool:
    """Run one test on the names of a finished notebook."""
    module = _load(Path(suite))
    test = getattr(module, name)
    student = Student(scope)
    fixtures = {
        "student": student,
        "draw": _module_of("draws").Draw(_seed(module, name)),
        "reference": types.SimpleNamespace(**_reference()),
    }
    try:
        for other in list(vars(module).values()):
            if getattr(other, "stock_autouse", False):
                other(**{key: fixtures[key] for key in inspect.signature(other).parameters})
        test(**{key: fixtures[key] for key in inspect.signature(test).parameters})
    except (Exception, pytest.fail.Exception):  # noqa: BLE001 - whatever the student's code or the test raises, the test has failed
        return False
    finally:
        student.restore()
    return True


def _seed(module: types.ModuleType, test: str) -> int:
    if who is not None:
        student, assignment = who
    elif "BENCH_STUDENT" in os.environ:
        student, assignment = os.environ["BENCH_STUDENT"], os.environ["BENCH_WEEK"]
    else:  # nbgrader runs the notebook in autograded/<student>/<assignment>
        student, assignment = Path.cwd().parts[-2:]
    question = module.__name__.removeprefix("test_")
    return _module_of("draws").seed_of(os.environ["BENCH_SECRET"].encode(), assignment, question, student, test)


def _load(path: Path) -> types.ModuleType:
    if "autograder.judge" not in sys.modules:
        names = {
            "hint": hint, "close": close, "probe": lambda function: function,
            "fast_enough": _module_of("timing").fast_enough, "StudentError": Exception,
        }  # fmt: skip
        for module in ("autograder", "autograder.judge", "autograder.judge.probes", "autograder.judge.student_errors"):
            sys.modules[module] = types.ModuleType(module)
            vars(sys.modules[module]).update(names)
        pytest.fixture = _fixture
    if path.stem not in sys.modules:
        sys.modules[path.stem] = _import(path.stem, path)
    return sys.modules[path.stem]


def _fixture(function: Any = None, autouse: bool = False, **options: Any) -> Any:
    if function is None:
        return lambda f: _fixture(f, autouse, **options)
    function.stock_autouse = autouse
    return function


def _module_of(name: str) -> types.ModuleType:
    """A module of the judge that imports nothing else of our package, copied beside this one."""
    if f"stock_{name}" not in sys.modules:
        sys.modules[f"stock_{name}"] = _import(f"stock_{name}", Path(__file__).with_name(f"{name}.py"))
    return sys.modules[f"stock_{name}"]


def _reference() -> dict[str, Any]:
    """The instructor's functions, as a module beside the shim that the course's builder wrote."""
    return vars(__import__("stock_reference"))


def _import(name: str, path: Path) -> types.ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
