"""How a job travels: its function as code, its arguments as bytes.

A scheduler unpacks each job in its own process. What it unpacks here imports the grader only where it runs: so a
scheduler needs nothing of the grader, and a notebook in it is nothing but bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def _made_here() -> Callable[..., Any]:
    """A function that no module has under a name: dask sends its code, where it would send a name to import."""

    def run(week: Any, name: str, arguments: bytes) -> Any:
        import importlib
        import pickle

        function = getattr(importlib.import_module("autograder.machines.worker"), name)
        return function(week, *pickle.loads(arguments))

    return run


run = _made_here()
"""Runs on a worker: a function of :mod:`autograder.machines.worker` by name, with a week and pickled arguments."""
