"""The coordinator's end of a warm judge."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import select
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from autograder.course import Course
from autograder.errors import BrokenSuite, CourseError, JudgeDied
from autograder.judge.handover import handed_over
from autograder.judge.messages import GRACE_SECONDS, MAX_PACKET, Examined
from autograder.records import CardRun, Limits, TestResult
from autograder.sandbox.worker import Session

START_SECONDS = 120.0


class Judge:
    """One judge process for one assignment's suite; examines several submissions at once.

    The process starts at once and imports the suite beside whatever its owner does meanwhile;
    :meth:`await_ready`, or the first submission, waits for it.

    Parameters
    ----------
    root : Path
        The course directory.
    assignment : str
    secret : bytes
        Key of the draws.
    """

    def __init__(self, root: Path, assignment: str, secret: bytes):
        self._assignment = assignment
        self._secret = secret
        self._lock = threading.Lock()
        self._starting = threading.Lock()
        self._ready = False
        self._broken: list[str] = []
        self._errors = tempfile.TemporaryFile()
        self._sock, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "AUTOGRADER_COURSE_SECRET"))}
        environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # other packages' plugins cost start-up and every test
        environment["PYTHONHASHSEED"] = "0"  # the order of a set in a suite must not decide a grade
        environment.setdefault("OPENBLAS_NUM_THREADS", "1")  # a fork after a parallel region hangs
        environment.setdefault("OMP_NUM_THREADS", "1")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "autograder.judge.server", str(theirs.fileno()), str(root), assignment],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=self._errors,
            stderr=self._errors,
            env=environment,
            start_new_session=True,
        )
        theirs.close()

    def await_ready(self) -> None:
        """Wait until the suite is imported.

        Raises
        ------
        BrokenSuite
            With every problem of the suite.
        JudgeDied
        """
        with self._starting:
            if not self._ready:
                self._hear_first_word()
                self._ready = True
            if self._broken:
                raise BrokenSuite(self._broken)

    def examine(
        self,
        session: Session,
        student: str,
        limits: Limits,
        questions: list[str],
        budget: float,
        begun: Sequence[TestResult] = (),
        card_run: CardRun | None = None,
        spare: Sequence[str] = (),
    ) -> Examined:
        """Run the tests of some questions on a finished notebook.

        Parameters
        ----------
        session : Session
            Its notebook has run; nobody else may speak on its channel meanwhile.
        budget : float
            Seconds of wall time.
        begun : sequence of TestResult
            Tests of the first question that have their verdict already.
        card_run : CardRun, optional
            For the suite's fixture of that name.
        spare : sequence of str
            Questions of which a test whose process goes away is left without a verdict, to be asked again.

        Raises
        ------
        BrokenSuite
        JudgeDied
            With one death, unless it died before the submission was in it.
        """
        self.await_ready()
        with handed_over(card_run) as folder:
            job = {
                "student": student,
                "secret": self._secret.hex(),
                "limits": dataclasses.asdict(limits),
                "questions": questions,
                "budget": budget,
                "card_run": folder,
                "spare": list(spare),
                "begun": [dataclasses.asdict(dataclasses.replace(test, detail="", message="")) for test in begun],
            }
            return self._ask(session, job)

    def _ask(self, session: Session, job: dict[str, Any]) -> Examined:
        packet = json.dumps(job).encode()
        if len(packet) > MAX_PACKET:
            raise JudgeDied(f"the request for {len(job['questions'])} questions is too long. Split the assignment.")
        readable, writable = os.pipe()
        try:
            with self._lock:
                fds = [session.channel.fileno(), session.control.fileno(), writable]
                socket.send_fds(self._sock, [packet], fds)
        except OSError as error:
            os.close(readable)
            raise self._died(f"the judge ended: {error}.") from None
        finally:
            os.close(writable)
        with os.fdopen(readable, "rb") as pipe:
            data = _read_all(pipe.fileno(), job["budget"] + 2 * GRACE_SECONDS)
        try:
            return _examined(json.loads(data))
        except ValueError:
            raise self._died("the judge ended in the middle of a submission.") from None

    @property
    def usable(self) -> bool:
        """Alive, or broken for good: another one would say the same of its suite."""
        return bool(self._broken) or self._process.poll() is None

    def close(self) -> None:
        with contextlib.suppress(OSError):  # closing alone would not wake who waits for its first word
            self._sock.shutdown(socket.SHUT_RDWR)
        self._sock.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._errors.close()

    def _hear_first_word(self) -> None:
        try:
            self._sock.settimeout(START_SECONDS)
            packet = self._sock.recv(4 * MAX_PACKET)
        except TimeoutError:
            self.close()
            raise JudgeDied(f"the suite of {self._assignment} was not collected within {START_SECONDS:g} s.") from None
        except OSError as error:
            raise JudgeDied(f"the judge of {self._assignment} was ended while it started: {error}.") from None
        if not packet:
            self._process.wait(10)
            raise JudgeDied(f"the judge of {self._assignment} did not start. {self._said()}")
        self._sock.settimeout(None)
        answer = json.loads(packet)
        if "broken" in answer:
            said = self._said()
            self._broken = [*answer["broken"], *([said] if said else [])]

    def _died(self, how: str) -> JudgeDied:
        """Its end with a submission in it, which an end at its start is not."""
        error = JudgeDied(f"{how} {self._said()}")
        error.deaths = 1
        return error

    def _said(self) -> str:
        text = b""
        with contextlib.suppress(ValueError):  # closed meanwhile, by whoever ended it
            fd = self._errors.fileno()
            text = os.pread(fd, 4000, max(0, os.fstat(fd).st_size - 4000))  # a seek would move its writer too
        said = text.decode("utf-8", "replace").strip()
        return f"It said last:\n{said}" if said else ""


def suite_problems(course: Course) -> list[str]:
    """Problems of the hidden suites that show only when they are imported.

    Weeks that cannot be read are left out: :meth:`Course.problems` says why.

    Raises
    ------
    JudgeDied
    """
    problems: list[str] = []
    for name in course.assignments:
        try:
            if any(q.suite is not None for q in course.assignment(name).questions):
                judge = Judge(course.root, name, b"check")
                try:
                    judge.await_ready()
                finally:
                    judge.close()
        except BrokenSuite as error:
            problems += error.problems
        except CourseError:
            continue
    return problems


def _read_all(fd: int, seconds: float) -> bytes:
    deadline = time.monotonic() + seconds
    parts = []
    while True:
        ready, _, _ = select.select([fd], [], [], max(0.0, deadline - time.monotonic()))
        part = os.read(fd, 1 << 16) if ready else b""
        if not part:
            return b"".join(parts)
        parts.append(part)


def _examined(body: dict[str, Any]) -> Examined:
    tests = {q: tuple(TestResult(**t) for t in results) for q, results in body["tests"].items()}
    return Examined(tests, tuple(body["undone"]), tuple(TestResult(**t) for t in body["begun"]), body["gone"])
