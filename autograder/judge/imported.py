"""Tests of other graders inside a hidden suite: they run beside the student's code, their answers are judged here.

Such a test was written to run in the notebook's own process, on the student's own objects. Its code is sent there as a
probe, where the student's code could read it and answer for it: that is the protection it had before. What can stay
here stays here: the outputs that a doctest expects, points and messages.
"""

from __future__ import annotations

import doctest
from collections.abc import Sequence
from typing import Any

from autograder.judge.probes import probe

_OUTCOME_OK = "ok"


def examples(student: Any, cases: Sequence[str], number: int) -> None:
    """Run one case of doctest examples, in the namespace that the cases before it leave behind.

    Parameters
    ----------
    student : Student
    cases : sequence of str
        Doctest text of all cases of the question; they share one namespace.
    number : int
        Position of the case that is judged.

    Raises
    ------
    AssertionError
        Naming the first example whose output differs, for staff.
    """
    parser = doctest.DocTestParser()
    before = [e.source for case in cases[:number] for e in parser.get_examples(case)]
    judged = parser.get_examples(cases[number])
    answers = student.probe(run_examples, before, [example.source for example in judged])
    if type(answers) is not list or len(answers) != len(judged):
        raise AssertionError("the examples did not run to their end")
    for example, answer in zip(judged, answers, strict=True):
        printed, error = answer
        if not _as_expected(example, printed, error):
            raise AssertionError(f"{example.source.strip()}: got {error or printed!r}, expected {example.want!r}")


def _as_expected(example: doctest.Example, printed: str, error: str | None) -> bool:
    """What ``doctest.DocTestRunner`` decides of one example."""
    flags = 0
    for flag, on in example.options.items():
        flags = flags | flag if on else flags & ~flag
    check = doctest.OutputChecker().check_output
    if flags & doctest.SKIP:
        return True
    if error is None:
        return example.exc_msg is None and check(example.want, printed, flags)
    if example.exc_msg is None:
        return False
    if check(example.exc_msg, error, flags):
        return True
    return bool(flags & doctest.IGNORE_EXCEPTION_DETAIL) and check(_kind(example.exc_msg), _kind(error), flags)


def _kind(message: str) -> str:
    """``ValueError`` of ``package.ValueError: text``."""
    return message.split("\n")[0].partition(":")[0].rpartition(".")[2].strip() + "\n"


def case(student: Any, source: str, number: int) -> None:
    """Run one case of a test file in otter's exception format.

    Raises
    ------
    AssertionError
        If the case's function raised; with what, for staff.
    """
    answer = student.probe(run_case, source, number)
    assert answer == _OUTCOME_OK, f"the case ended with {answer!r}"


def cell(student: Any, source: str) -> None:
    """Run the source of a grade cell, hidden tests and all: it passes where nbgrader would give all points.

    Raises
    ------
    AssertionError
        If the cell raised or wrote to stderr; with what, for staff.
    """
    answer = student.probe(run_cell, source)
    assert answer == _OUTCOME_OK, f"the cell ended with {answer!r}"


@probe
def run_examples(notebook, before, sources):
    """[what was printed, what was raised or None] for each of ``sources``, after those of ``before``."""
    import contextlib
    import io
    import sys
    import traceback

    scope = notebook.get_ipython().user_ns
    answers = []
    sys.displayhook = sys.__displayhook__
    for source in [*before, *sources]:
        printed, error = io.StringIO(), None
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            try:
                exec(compile(source, "<example>", "single"), scope)
            except Exception as raised:  # noqa: BLE001 - a doctest may expect any
                error = traceback.format_exception_only(type(raised), raised)[-1]
        answers.append([printed.getvalue(), error])
    return answers[len(before) :]


@probe
def run_case(notebook, source, number):
    """Call the numbered case with the notebook's names that its parameters ask for."""
    import contextlib
    import inspect
    import io

    from otter.test_files import test_case

    scope = notebook.get_ipython().user_ns
    module = {}
    exec(compile(source, "<test>", "exec"), module)
    function = [value for value in module.values() if isinstance(value, test_case)][number].test_func
    wanted = inspect.signature(function).parameters
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        try:
            function(**{name: scope if name == "env" else scope.get(name) for name in wanted})
        except Exception as raised:  # noqa: BLE001 - any exception fails the case
            return f"{type(raised).__name__}: {str(raised)[:500]}"
    return "ok"


@probe
def run_cell(notebook, source):
    """Run a cell as nbgrader does: an exception, or a word on stderr, is a failure."""
    import contextlib
    import io

    scope = notebook.get_ipython().user_ns
    errors = io.StringIO()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(errors):
        try:
            exec(compile(source, "<cell>", "exec"), scope)
        except BaseException as raised:  # noqa: BLE001 - any exception fails the cell, SystemExit too
            return f"{type(raised).__name__}: {str(raised)[:500]}"
    return f"stderr: {errors.getvalue()[:500]}" if errors.getvalue() else "ok"
