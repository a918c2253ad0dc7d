"""The trusted side: runs hidden pytest suites against a notebook that stays in the sandbox.

What a suite's author imports; the fixtures ``student``, ``draw`` and ``reference`` and the marks
``weight``, ``limit``, ``callbacks``, ``visibility`` and ``hint`` come from the pytest plugin.
"""

from __future__ import annotations

from autograder.judge.compare import close
from autograder.judge.hints import hint
from autograder.judge.probes import probe
from autograder.judge.student_errors import StudentError
from autograder.judge.timing import fast_enough

__all__ = ["StudentError", "close", "fast_enough", "hint", "probe"]
