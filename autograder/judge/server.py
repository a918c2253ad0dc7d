"""The warm judge: pytest collects a suite once, then forks a judge for each submission.

Started by :mod:`autograder.judge.client` as ``python -m autograder.judge.server FD ROOT ASSIGNMENT``;
speaks JSON packets over the socket FD. First packet: ``{"ready": ...}`` or ``{"broken": [...]}``. Each
request then carries three descriptors: the session's channel, the supervisor's control, and the pipe
that the result is written to.
"""

from __future__ import annotations

import dataclasses
import gc
import json
import os
import resource
import signal
import socket
import sys
import traceback
from collections.abc import Collection
from pathlib import Path

import pytest

from autograder.course import Assignment, load_course
from autograder.judge import examine, hints, verdicts
from autograder.judge.author import reference_of_assignment
from autograder.judge.bench import Bench, question_of
from autograder.judge.draws import seed_of
from autograder.judge.forks import Snapshot, answer_limits
from autograder.judge.handover import receive
from autograder.judge.messages import GRACE_SECONDS, MAX_PACKET
from autograder.judge.plugin import bench_of
from autograder.records import Limits, TestResult
from autograder.sandbox.control import Control

# What a judge does not need costs time in every test; without these a test takes 0.2 ms.
_OFF = (
    "cacheprovider terminal capture faulthandler logging debugging unraisableexception threadexception junitxml "
    "warnings stepwise pastebin doctest nose setuponly setupplan"
).split()
MAX_JUDGE_BYTES = 2 << 30


class Server:
    """Pytest plugin whose test loop is a fork server."""

    def __init__(self, sock: socket.socket, assignment: Assignment):
        self._sock = sock
        self._assignment = assignment
        self._problems: list[str] = []
        self._unread: set[Path] = set()
        self._causes: dict[str, BaseException] = {}
        self._children: set[int] = set()

    def pytest_exception_interact(self, node: pytest.Collector, call: pytest.CallInfo) -> None:
        # pytest wraps what went wrong in an error of its own, and raises that from the first one
        self._causes[node.nodeid] = call.excinfo.value.__cause__ or call.excinfo.value

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        # without the terminal plugin a module that does not import would go unseen
        if report.failed:
            path = self._assignment.suite_dir / (report.fspath or "")
            self._unread.add(path)
            self._problems.append(not_imported(path, self._causes.get(report.nodeid), report.longreprtext))

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        examine.number_cases(session.items)
        self._problems += lint(session.items, self._assignment, self._unread)
        if self._problems:
            self.say({"broken": self._problems})
            return True
        bench = bench_of(session.config)
        bench.reference = reference_of_assignment(self._assignment)
        bench.rules = dict(self._assignment.rules)
        if any("reference" in getattr(item, "fixturenames", ()) for item in session.items):
            bench.reference()
        _ = [item.location for item in session.items]  # kept by each: no fork has to find it out again
        self.say({"ready": len(session.items)})
        gc.collect()
        gc.freeze()
        self._serve(session.items, bench, session.config)
        return True

    def _serve(self, items: list[pytest.Item], bench: Bench, config: pytest.Config) -> None:
        while True:
            self._reap()
            try:
                packet, fds, _, _ = socket.recv_fds(self._sock, MAX_PACKET, 3)
            except InterruptedError:
                continue
            if not packet:
                break
            pid = os.fork()
            if pid == 0:
                self._sock.close()  # or a request that comes when the server is dead would wait here, heard by nobody
                _judge(json.loads(packet), fds, items, bench, config, self._assignment.name)
            self._children.add(pid)
            for fd in fds:
                os.close(fd)
        # the coordinator is gone: nobody waits for these
        for pid in self._children:
            os.kill(pid, signal.SIGKILL)

    def _reap(self) -> None:
        while self._children:
            pid, _status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            self._children.discard(pid)

    def say(self, message: dict) -> None:
        self._sock.sendall(json.dumps(message).encode()[: 4 * MAX_PACKET])


def _judge(job: dict, fds: list[int], items: list, bench: Bench, config: pytest.Config, assignment: str) -> None:
    """In the fork: examine, write the result, and end without any of pytest's farewells."""
    status = 1
    try:
        channel_fd, control_fd, result_fd = fds
        secret = bytes.fromhex(job["secret"])
        bench.limits = Limits(**job["limits"])
        control = Control(socket.socket(fileno=control_fd))
        bench.snapshot = Snapshot(socket.socket(fileno=channel_fd), control, answer_limits(bench.limits))
        bench.seed = lambda question, case: seed_of(secret, assignment, question, job["student"], case)
        bench.card_run = receive(Path(job["card_run"])) if job["card_run"] else None
        _limit_judge(job["budget"])
        examiner = examine.Examiner(bench)
        config.pluginmanager.register(examiner)
        begun = [TestResult(**test) for test in job["begun"]]
        examined = examiner.examine(items, job["questions"], job["budget"], begun, job["spare"])
        with os.fdopen(result_fd, "w") as out:
            json.dump(dataclasses.asdict(examined), out)
        status = 0
    finally:
        if status:
            traceback.print_exc()
            sys.stderr.flush()
        os._exit(status)


def _limit_judge(budget: float) -> None:
    """A student's code chooses what callbacks get and what is sent: neither may cost the machine its memory."""
    seconds = int(budget) + GRACE_SECONDS
    for what, limit in ((resource.RLIMIT_DATA, MAX_JUDGE_BYTES), (resource.RLIMIT_CPU, seconds)):
        _, hard = resource.getrlimit(what)
        resource.setrlimit(what, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def _settle_hypothesis(suites: list[str]) -> None:
    """Same submission, same grade: examples that hypothesis draws are the same each time."""
    if any("hypothesis" in Path(suite).read_text(encoding="utf-8") for suite in suites):
        from hypothesis import settings

        settings.register_profile("judge", derandomize=True, database=None, deadline=None)
        settings.load_profile("judge")


def lint(items: list[pytest.Item], assignment: Assignment, unread: Collection[Path] = ()) -> list[str]:
    """Problems of a collected suite: unknown hints, wrong marks, a question without a test.

    Modules in ``unread`` did not import, which was said already: whether they have a test is not known.
    """
    problems = []
    for path in sorted({item.path for item in items}):
        module = next(item.module for item in items if item.path == path)
        missing = hints.missing_hints(path.read_text(encoding="utf-8"), getattr(module, "HINTS", {}))
        problems += [
            f"{path}: the hint {name!r} is used but HINTS does not explain it. Add its text." for name in missing
        ]
    for item in items:
        known = verdicts.describe(item)
        if known["visibility"] not in verdicts.VISIBILITIES:
            problems.append(
                f"{item.nodeid}: visibility {known['visibility']!r}. Use one of {', '.join(verdicts.VISIBILITIES)}."
            )
        if not known["weight"] > 0:
            problems.append(f"{item.nodeid}: weight {known['weight']:g}. Give it more than 0.")
    tested = {question_of(item) for item in items}
    problems += [
        f"{question.suite}: no test in it. Write one, or the question can never be graded."
        for question in assignment.questions
        if question.suite is not None and question.name not in tested and question.suite not in unread
    ]
    return problems


def not_imported(path: Path, error: BaseException | None, report: str) -> str:
    """One line on a module that pytest could not collect: where, the error, and how to see it whole.

    Parameters
    ----------
    path : Path
        The module.
    error : BaseException or None
        What it raised, where that is known.
    report : str
        Pytest's own report; its last line stands in for an unknown error.
    """
    lines = [line.strip() for line in report.splitlines() if line.strip()] or ["pytest does not say why"]
    place, what = str(path), lines[-1]
    if error is not None:
        message = error.msg if isinstance(error, SyntaxError) else str(error)
        what = f"{type(error).__name__}: {' '.join(message.split())}"
        line = _line_in(path, error)
        place = f"{path}:{line}" if line else place
    return f"{place}: does not import: {what.rstrip('.')}. Mend it; `pytest {path}` shows it whole."


def _line_in(path: Path, error: BaseException) -> int | None:
    """The line of that file where an error arose: its last frame there."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return error.lineno
    lines = [line for frame, line in traceback.walk_tb(error.__traceback__) if frame.f_code.co_filename == str(path)]
    return lines[-1] if lines else None


def main(argv: list[str]) -> int:
    fd, root, name = argv
    sock = socket.socket(fileno=int(fd))
    sock.set_inheritable(False)
    # the coordinator's Ctrl-C reaches the whole process group; it ends us by closing the socket
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    assignment = load_course(Path(root)).assignment(name)
    suites = [str(q.suite) for q in assignment.questions if q.suite is not None]
    options = [part for plugin in _OFF for part in ("-p", f"no:{plugin}")]
    _settle_hypothesis(suites)
    server = Server(sock, assignment)
    code = pytest.main(
        [
            *options,
            "-p",
            "autograder.judge.plugin",
            "-c",
            os.devnull,
            f"--rootdir={assignment.suite_dir}",
            "--import-mode=importlib",
            *suites,
        ],
        plugins=[server],
    )
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        server.say({"broken": [f"{assignment.suite_dir}: pytest cannot run it and ended with {code!r}."]})
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
