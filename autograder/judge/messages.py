"""What the coordinator and its judge tell each other; imports no pytest, whose import a grading run would wait for."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.records import TestResult

MAX_PACKET = 1 << 16
GRACE_SECONDS = 30
"""Beyond the budget, before a judge whose own suite hangs is ended."""


@dataclass(frozen=True)
class Examined:
    """Tests by question, and the questions that a lost snapshot left undone.

    ``begun`` are the tests of the first undone one that have their verdict: none of them is asked again. ``gone`` says
    that it was the process of a test that went away, and not that of the finished notebook.
    """

    tests: dict[str, tuple[TestResult, ...]]
    undone: tuple[str, ...] = ()
    begun: tuple[TestResult, ...] = ()
    gone: bool = False
