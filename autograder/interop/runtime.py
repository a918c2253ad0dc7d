"""Runs a week's hidden suite inside another grader's kernel; travels in every export.

Our judge speaks here with a fork of the kernel, over the same wire as with a sandbox: what a test sees of the
student's code (values, records, handles, callbacks, probes) is the same. What protects the suite is not: judge and
student are one user in one container.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import resource
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from autograder.guest.serve import serve_tests
from autograder.judge.conversation import JudgePeer
from autograder.judge.draws import seed_of
from autograder.judge.examine import Examiner, number_cases
from autograder.judge.forks import Snapshot, answer_limits, ask_within
from autograder.judge.plugin import bench_of
from autograder.judge.reference import reference_namespace
from autograder.judge.scoring import score_by_rules
from autograder.protocol import AnswerLimits
from autograder.records import Limits, QuestionResult, TestResult
from autograder.rules import TEST, Breach, Rules, breaches
from autograder.sandbox.control import Status

STUDENT = "otter"
"""Whose draws they are: `otter run` does not say who handed in, so all students meet the same ones."""

_OFF = "cacheprovider terminal capture faulthandler logging debugging unraisableexception threadexception warnings"


class Suite:
    """The hidden suites beside this package, and what is known of them.

    Parameters
    ----------
    folder : Path
        With ``week.json`` and ``suites/``.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self.week = json.loads((folder / "week.json").read_text(encoding="utf-8"))
        self.limits = Limits(**self.week["limits"])
        self.rules = {question: Rules(**rule["forbids"]) for question, rule in self.week["rules"].items()}
        self._reference: Any = None

    def examine(self, question: str, namespace: dict[str, Any]) -> dict[str, TestResult]:
        """Results of a question's tests, by test, on a notebook's names as they are now."""
        run = _Run(self, question, namespace)
        options = [part for name in _OFF.split() for part in ("-p", f"no:{name}")]
        with _quiet(), _environment(PYTEST_DISABLE_PLUGIN_AUTOLOAD="1", PYTHONDONTWRITEBYTECODE="1"):
            pytest.main(
                [
                    *options, "-p", "autograder.judge.plugin", "-c", os.devnull, f"--rootdir={self.folder / 'suites'}",
                    "--import-mode=importlib", str(self.folder / "suites" / f"test_{question}.py"),
                ],
                plugins=[run],
            )  # fmt: skip
        if run.results is None:
            raise RuntimeError(f"the hidden tests of {question} could not be run: {run.said or 'see the instructor'}")
        results = run.results
        if question in self.rules:
            scored = QuestionResult(question, 0.0, 1.0, results)
            results = score_by_rules(scored, self.rules[question], self.breach(question)).tests
        return {result.test: result for result in results}

    def breach(self, question: str) -> Breach | None:
        """Where the notebook breaks a rule of a question: its text lies beside the tests.

        Raises
        ------
        RuntimeError
            If it is not there: nothing is paid for what nobody has read.
        """
        found = list(self.folder.parents[1].glob("*.ipynb"))
        if len(found) != 1:
            raise RuntimeError(f"{question} has rules, which are looked for in the notebook; {len(found)} were found")
        cells = json.loads(found[0].read_text(encoding="utf-8"))["cells"]
        code = [
            (c.get("metadata", {}).get("nbgrader", {}).get("grade_id") or f"cell-{i}", "".join(c["source"]))
            for i, c in enumerate(cells)
            if c["cell_type"] == "code"
        ]
        own = self.week["rules"][question]["cells"]
        return breaches(code, {question: (self.rules[question], own)}, self.week["named"])[question]

    def reference(self) -> Any:
        if self._reference is None:
            self._reference = reference_namespace([tuple(cell) for cell in self.week["reference"]], "the reference")
        return self._reference


class Question:
    """One question's tests in one check: they run when the first of its cases is asked for."""

    def __init__(self, suite: Suite, name: str):
        self._suite, self._name = suite, name
        self._results: dict[str, TestResult] | None = None

    def case(self, test: str, namespace: dict[str, Any]) -> None:
        """Fail, with what a student may read, unless that test passed."""
        if self._results is None:
            self._results = self._suite.examine(self._name, namespace)
        kept = self._results.get(TEST)
        if kept is not None and kept.cause == "rule" and self._suite.rules[self._name].weight is None:
            raise AssertionError(kept.message)  # all points are lost by it
        result = self._results.get(test)
        if result is None or not result.passed:
            raise AssertionError(result.message if result is not None else "this test was not run")


class _Run:
    """Pytest plugin whose test loop examines one question."""

    def __init__(self, suite: Suite, question: str, namespace: dict[str, Any]):
        self._suite, self._question, self._namespace = suite, question, namespace
        self.results: tuple[TestResult, ...] | None = None
        self.said = ""

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.said = report.longreprtext.strip().splitlines()[-1]

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        suite, limits = self._suite, self._suite.limits
        number_cases(session.items)
        bench = bench_of(session.config)
        key, assignment = suite.week["key"].encode(), suite.week["assignment"]
        bench.limits, bench.reference, bench.rules = limits, suite.reference, suite.rules
        bench.seed = lambda question, case: seed_of(key, assignment, question, STUDENT, case)
        bench.snapshot = KernelSnapshot(self._namespace, limits)
        examiner = Examiner(bench)
        session.config.pluginmanager.register(examiner)
        try:
            examined = examiner.examine(session.items, [self._question], limits.total_seconds)
            self.results = examined.tests.get(self._question)
        finally:
            bench.snapshot.retire()
        return True


class KernelSnapshot(Snapshot):
    """Forks of the kernel itself: nobody but this process kills and accounts."""

    def __init__(self, namespace: dict[str, Any], limits: Limits):
        self._namespace, self._limits = namespace, limits
        self._control = _Children()
        self._fork: JudgePeer | None = None
        self.tests_in_fork = 0

    def _open(self) -> JudgePeer:
        ours, theirs = socket.socketpair()
        answers = answer_limits(self._limits)
        sys.stdout.flush()
        pid = os.fork()
        if pid == 0:
            try:
                ours.close()
                _become_guest(theirs, self._namespace, self._limits, answers)
            finally:
                os._exit(0)
        theirs.close()
        self._control.pid = pid
        return ask_within(ours, answers)


class _Children:
    """Kills and accounts, in place of a supervisor."""

    def __init__(self) -> None:
        self.pid = 0
        self._used = 0.0

    def sweep(self) -> None:
        if self.pid:
            self._used = self.status().cpu_seconds
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self.pid = 0

    def status(self) -> Status:
        seconds = self._used
        if self.pid:
            with contextlib.suppress(OSError):
                # the clock of another process: clock_getcpuclockid(3)
                seconds += time.clock_gettime((~self.pid << 3) | 2)
        return Status(True, None, "", 0, seconds, 0.0, "clock")


def _become_guest(sock: socket.socket, namespace: dict[str, Any], limits: Limits, answers: AnswerLimits) -> None:
    """In the fork: only the student's code and the wire from here on."""
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.stdout = sys.stderr = open(os.devnull, "w")
    allowed = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    allowed += limits.memory_mb << 20
    for what, limit in ((resource.RLIMIT_AS, allowed), (resource.RLIMIT_CPU, int(limits.cpu_seconds) + 1)):
        _, hard = resource.getrlimit(what)
        resource.setrlimit(what, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))
    serve_tests(sock, namespace, answers)


@contextlib.contextmanager
def _environment(**values: str):
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.__setitem__(name, value)


@contextlib.contextmanager
def _quiet():
    """What pytest says of a suite is not for students."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield
