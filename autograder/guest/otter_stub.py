"""Stands in for otter while a notebook is graded: its checks say nothing here, hidden tests decide.

Students' notebooks ask ``grader.check("q1")``. The real package costs seconds and 60 MB, and runs tests that the
student holds. ``test_case`` is there for imported tests in otter's exception format.
"""

from __future__ import annotations

import sys
import types
from collections.abc import Callable
from typing import Any


class Notebook:
    """``otter.Notebook``, of which every method does nothing."""

    _notebook = "the notebook that is being graded"

    def __init__(self, *_args: Any, **_kwargs: Any):
        pass

    def __getattr__(self, name: str) -> Callable[..., None]:
        if name.startswith("_"):
            raise AttributeError(name)
        return _nothing


class test_case:
    """Decorator of one case in otter's exception format."""

    __test__ = False

    def __init__(self, name: Any = None, points: Any = None, hidden: bool = False, **messages: Any):
        self.name, self.points, self.hidden, self.messages = name, points, hidden, messages

    def __call__(self, function: Callable[..., None]) -> test_case:
        self.test_func = function
        return self


def install() -> None:
    """Let ``import otter`` find the stand-in, also where the real package is installed."""
    otter, files = types.ModuleType("otter"), types.ModuleType("otter.test_files")
    otter.__file__ = files.__file__ = __file__
    otter.__path__ = []  # a package: `import otter.test_files` works
    otter.Notebook, otter.test_files = Notebook, files
    files.test_case = test_case
    sys.modules.update({"otter": otter, "otter.test_files": files})


def _nothing(*_args: Any, **_kwargs: Any) -> None:
    return None
