"""Examine one submission: every question's tests, each asked once."""

from __future__ import annotations

import contextlib
import dataclasses
import signal
import time
from collections.abc import Collection, Iterator, Sequence

import pytest
from _pytest.runner import runtestprotocol

from autograder.judge import verdicts
from autograder.judge.bench import Bench, question_of
from autograder.judge.calls import describe_calls
from autograder.judge.forks import ForkLost, SnapshotLost
from autograder.judge.messages import Examined
from autograder.judge.student_errors import OutOfMemory, OutOfProcessorTime, OutOfTime, ProcessGone, StudentError
from autograder.records import TestResult

ALARM_GRACE = 1.0
UNTOUCHED = ("assertion", "unusable", "missing-name", "wrong-kind")
"""Causes of failures that leave the student's process as it was."""


class Examiner:
    """Runs the items of a collected suite; also the pytest plugin that sees how each one ends."""

    def __init__(self, bench: Bench):
        self._bench = bench
        self._failure: tuple[BaseException, str] | None = None
        self._calls = ""
        self._oom_kills = 0
        self._spare = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo) -> pytest.TestReport:
        """Note a failure; pytest's own report would spend 10 ms on a traceback that nobody reads."""
        if call.excinfo is not None and self._failure is None:
            self._failure = (call.excinfo.value, call.when)
            self._calls = describe_calls((getattr(item, "funcargs", None) or {}).get("student"))
        outcome = "passed" if call.excinfo is None else "failed"
        return pytest.TestReport(item.nodeid, item.location, {}, outcome, None, call.when)

    def examine(
        self,
        items: list[pytest.Item],
        questions: list[str],
        budget: float,
        begun: Sequence[TestResult] = (),
        spare: Collection[str] = (),
    ) -> Examined:
        """Run the tests of some questions.

        Parameters
        ----------
        items : list of pytest.Item
            The whole collected suite.
        questions : list of str
            Those to examine, in this order.
        budget : float
            Seconds of wall time for all of them.
        begun : sequence of TestResult
            Tests of the first question that have their verdict already.
        spare : collection of str
            Questions of which a test whose process goes away has no verdict yet: it is asked again, of a new notebook.
        """
        by_question = group(items)
        deadline = time.monotonic() + budget
        tests: dict[str, tuple[TestResult, ...]] = {}
        for i, question in enumerate(questions):
            results: list[TestResult] = list(begun) if i == 0 else []
            self._spare = question in spare
            try:
                self._examine_question(by_question.get(question, []), deadline, results)
            except SnapshotLost as lost:
                return Examined(tests, tuple(questions[i:]), tuple(results), isinstance(lost, ForkLost))
            tests[question] = tuple(results)
        self._bench.snapshot.retire()
        return Examined(tests)

    def _examine_question(self, items: list[pytest.Item], deadline: float, results: list[TestResult]) -> None:
        limits, snapshot = self._bench.limits, self._bench.snapshot
        own = time.monotonic() + limits.question_seconds
        seconds = limits.question_seconds if own < deadline else limits.total_seconds
        deadline = min(deadline, own)
        for item, following in _with_next(items[len(results) :]):
            left = deadline - time.monotonic()
            if left <= 0:
                results.append(verdicts.not_reached(item, limits, seconds))
                continue
            self._bench.question_end, self._bench.question_limit = deadline, seconds
            result = self._run(item, following)
            # What raised may have left anything half done. Code whose answer was merely wrong does not learn it
            # from a new fork; and a function that is not written yet fails the same way in every fork.
            if not (result.passed or result.cause in UNTOUCHED or result.hint == "not-implemented"):
                snapshot.retire()
            results.append(result)
        if items:
            # pytest takes the fixtures of a module down with its last test, which may not have been reached
            items[0].session._setupstate.teardown_exact(None)

    def _run(self, item: pytest.Item, following: pytest.Item | None) -> TestResult:
        self._failure, self._calls = None, ""
        item.user_properties.clear()
        item._initrequest()  # fixtures are made anew when a test runs a second time
        start = time.perf_counter()
        with _alarm(self._bench.question_end, self._bench.question_limit):
            runtestprotocol(item, log=False, nextitem=following)
        seconds = round(time.perf_counter() - start, 4)
        if self._failure is None:
            return dataclasses.replace(verdicts.passed(item, seconds), measures=tuple(item.user_properties))
        error, phase = self._failure
        if isinstance(error, SnapshotLost):
            raise error
        if isinstance(error, ProcessGone):
            limit = self._limit_that_ended_it()
            # Who ended it only the student's own processes could say: it may have been this machine.
            if limit is None and self._spare and type(error) is ProcessGone:
                raise ForkLost(str(error))
            error = limit or error
        rules = self._bench.rules.get(question_of(item))
        failed = verdicts.failed(item, error, phase, seconds, self._bench.limits, rules)
        return dataclasses.replace(failed, calls=self._calls, measures=tuple(item.user_properties))

    def _limit_that_ended_it(self) -> StudentError | None:
        status = self._bench.snapshot.status()
        before, self._oom_kills = self._oom_kills, status.oom_kills
        if status.tripped == "cpu-limit":
            return OutOfProcessorTime("the submission used up its processor time")
        return OutOfMemory("the kernel ended the process for its memory") if status.oom_kills > before else None


@contextlib.contextmanager
def _alarm(end: float, limit: float) -> Iterator[None]:
    """End a test's own work too: a student's code may decide how long a loop of the test's is.

    Calls into the sandbox have deadlines; this comes a little after them, again and again, because the
    first exception may be swallowed where none can be raised.
    """

    def ring(_signal: int, _frame: object) -> None:
        raise OutOfTime(limit)

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, max(end - time.monotonic(), 0.0) + ALARM_GRACE, ALARM_GRACE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def group(items: list[pytest.Item]) -> dict[str, list[pytest.Item]]:
    """Items by question, in the order of collection."""
    groups: dict[str, list[pytest.Item]] = {}
    for item in items:
        groups.setdefault(question_of(item), []).append(item)
    return groups


def number_cases(items: list[pytest.Item]) -> None:
    """Tell the cases of a parametrised test apart by a number: their parameters may be hidden inputs."""
    cases: dict[tuple[str, str], list[pytest.Item]] = {}
    for item in items:
        cases.setdefault((question_of(item), getattr(item, "originalname", item.name)), []).append(item)
    for same in cases.values():
        if len(same) > 1:
            for number, item in enumerate(same, 1):
                item.autograder_case = f"{number} of {len(same)}"


def _with_next(items: list[pytest.Item]) -> Iterator[tuple[pytest.Item, pytest.Item | None]]:
    return zip(items, [*items[1:], None], strict=True)
