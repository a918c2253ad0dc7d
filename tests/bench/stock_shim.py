"""Run a hidden suite inside of a notebook's own kernel, as in-notebook tests of stock nbgrader run.

Only for the benchmark: the same test functions, called one after another beside the student's code,
without sandbox, judge or pytest run. A grade cell of the stock course holds the one line
``run(path, points, globals())``, whose value is the score (nbgrader's partial credit). Imported by a
kernel that pays for nothing of our package but the drawing of random inputs.
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

SECRET = "the benchmark's own course secret"
"""Both sides draw from it, so that a known-wrong answer has the same luck on both."""


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

    def probe(self, function: Any, *args: Any) -> Any:
        return function(types.SimpleNamespace(**self._scope), *map(_inside, args))

    def cpu_seconds(self, name: str, *args: Any, repeats: int = 5, enough: float = 0.0) -> tuple[Any, float]:
        least = float("inf")
        for _ in range(repeats):
            start = time.process_time()
            value = self._scope[name](*args)
            least = min(least, time.process_time() - start)
            if least <= enough:
                break
        return value, least

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
    module = _load(Path(suite))
    earned = total = 0.0
    # A warning on standard error would cost a question all of its points: so nbgrader reads a grade cell.
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stderr(nowhere):
        for name, test in list(vars(module).items()):
            if not name.startswith("test_") or not inspect.isfunction(test):
                continue
            marks = {mark.name: mark for mark in getattr(test, "pytestmark", ())}
            weight = marks["weight"].args[0] if "weight" in marks else 1
            total += weight
            earned += weight * _passes(module, test, name, scope)
    return round(points * earned / total, 2)


def _passes(module: types.ModuleType, test: Any, name: str, scope: dict[str, Any]) -> bool:
    student = Student(scope)
    fixtures = {
        "student": student,
        "draw": _draws().Draw(_seed(module, name)),
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
    # nbgrader runs the notebook in autograded/<student>/<assignment>
    student, assignment = Path.cwd().parts[-2:]
    return _draws().seed_of(SECRET.encode(), assignment, module.__name__.removeprefix("test_"), student, test)


def _load(path: Path) -> types.ModuleType:
    if "autograder.judge" not in sys.modules:
        judge = types.ModuleType("autograder.judge")
        judge.hint, judge.close, judge.probe = hint, close, lambda function: function
        judge.fast_enough = _module_of("timing").fast_enough
        sys.modules["autograder"] = types.ModuleType("autograder")
        sys.modules["autograder.judge"] = judge
        pytest.fixture = _fixture
    if path.stem not in sys.modules:
        sys.modules[path.stem] = _import(path.stem, path)
    return sys.modules[path.stem]


def _fixture(function: Any = None, autouse: bool = False, **options: Any) -> Any:
    if function is None:
        return lambda f: _fixture(f, autouse, **options)
    function.stock_autouse = autouse
    return function


def _draws() -> types.ModuleType:
    return _module_of("draws")


def _module_of(name: str) -> types.ModuleType:
    """A module of the judge that imports nothing else of our package."""
    if f"stock_{name}" not in sys.modules:
        path = Path(__file__).parents[2] / "autograder" / "judge" / f"{name}.py"
        sys.modules[f"stock_{name}"] = _import(f"stock_{name}", path)
    return sys.modules[f"stock_{name}"]


def _reference() -> dict[str, Any]:
    """The instructor's functions, as a module beside the shim that the course's builder wrote."""
    return vars(__import__("stock_reference"))


def _import(name: str, path: Path) -> types.ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
