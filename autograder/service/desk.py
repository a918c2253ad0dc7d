"""Takes what arrives, writes its receipt, and grades it, a few at a time."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import logging
import os
import shutil
import time
import uuid
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.attempts import AttemptPolicy
from autograder.backoff import Backoff
from autograder.cluster import default_workers, grade_stored
from autograder.collected import read_folder
from autograder.course import Assignment, load_course
from autograder.errors import EngineUnavailable, GraderError, InfrastructureError, Refused, StoreUnavailable
from autograder.intake import Bounds, Claim, account_name, claim_of, copy, look, owner
from autograder.receipts import Receipt, SigningKey
from autograder.records import CardRun, Digests, Result, Submission, Times, now
from autograder.service.graders import Graders
from autograder.service.ledger import HandIn, Ledger
from autograder.service.queue import Queue
from autograder.store import Store, default_url

QUIET_SECONDS = 0.2
"""So long must a complete entry be unchanged before it is copied; an incomplete one INCOMPLETE_SECONDS."""
INCOMPLETE_SECONDS = 30.0
BACKOFF = Backoff(tries=5, first=5.0, longest=60.0)
"""How often and when a machine's fault is tried again by itself; after that by staff."""
PASSING = (EngineUnavailable, StoreUnavailable)
"""A command that meets them ends; the service waits for a daemon or a database that is away for a while."""

log = logging.getLogger("autograder.service")


@dataclass
class Health:
    """What /health and staff ask for. Times are seconds since 1970; ``seconds`` are those of the newest gradings."""

    last_scan: float = 0.0
    last_error: str = ""
    seconds: deque[float] = field(default_factory=lambda: deque(maxlen=50))


class Desk:
    """Everything of the service but its pages.

    Parameters
    ----------
    root : Path
        The course.
    inbound : Path
        The exchange's folder in which students put what they hand in.
    course_id : str
    shared_account : bool
        All students have one uid here, so that names must be believed.
    changed : callable, optional
        Called, from any thread, when a line of the book has changed.
    """

    def __init__(
        self,
        root: Path,
        inbound: Path,
        course_id: str,
        shared_account: bool = False,
        workers: int | None = None,
        bounds: Bounds = Bounds(),  # noqa: B008 - frozen
        changed: Callable[[], None] = lambda: None,
    ):
        self.course = load_course(root)
        self.inbound = inbound
        self.course_id = course_id
        self.shared_account = shared_account
        self.bounds = bounds
        self.store = Store(default_url(root))
        self.ledger = Ledger(os.environ.get("AUTOGRADER_LEDGER") or f"sqlite:///{root / 'course' / 'hand_ins.db'}")
        self.key = SigningKey.load(root / "course" / "receipt-key")
        self.health = Health()
        self._changed = changed
        self._known = self.ledger.entries()
        self._folder = root / "course" / "handed_in"
        self._graders = Graders(self.course)
        self._closed = False
        self.workers = workers or default_workers()
        self._waiting = Queue(self.workers)
        self._batch: set[int] = set()

    def assignment(self, name: str) -> Assignment:
        """An assignment of the course, as it was read last.

        Raises
        ------
        UnknownAssignment, BadManifest
        """
        return self._graders.assignment(name)

    # ---- taking ---------------------------------------------------------------------------

    def resume(self) -> None:
        """Queue again what an earlier process left unfinished."""
        for line in self.ledger.waiting():
            self.ledger.update(line.number, state="queued")
            self._queue(line.number)

    def scan(self) -> float | None:
        """Take what is new in the exchange; returns after how many seconds to look again, None if nothing waits."""
        again: float | None = None
        try:
            names = sorted(set(os.listdir(self.inbound)) - self._known)
        except FileNotFoundError:
            names = []  # nothing was released yet
        for name in names:
            try:
                wait = self._consider(self.inbound / name)
            except FileNotFoundError:
                continue  # gone again, or in the making
            except OSError as e:
                self._failed_to_take(name, e)
                wait = 5.0
            if wait is not None:
                again = wait if again is None else min(wait, again)
        self.health.last_scan = time.time()
        return again

    def _consider(self, path: Path) -> float | None:
        """Take an entry, or refuse it; returns the seconds to wait where it is still being written."""
        claim = claim_of(path.name)
        try:
            seen = look(path, self.bounds)
            age = time.time() - seen.changed / 1e9
            quiet = QUIET_SECONDS if seen.complete else INCOMPLETE_SECONDS
            if age < quiet:
                return min(quiet - age, 1.0) + 0.01
            claim, student = (claim_of(path.name), "") if self.shared_account else owner(path, seen)
            if claim is None:
                raise Refused(f"{path.name}: is no name of a submission.", "no-submission")
            if claim.assignment not in self.course.assignments:
                raise Refused(f"{path.name}: there is no assignment of that name.", "no-assignment")
            self._take(path, claim, student or claim.student, seen.arrived)
        except Refused as e:
            self._refuse(path, claim, e)
        return None

    def _take(self, path: Path, claim: Claim, student: str, arrived: dt.datetime) -> None:
        own = hashlib.sha256(os.fsencode(path.name)).hexdigest()[:8]  # two may arrive in one moment
        folder = self._folder / student / claim.assignment / f"{arrived:%Y%m%dT%H%M%S.%f}-{own}"
        scratch = folder.with_name(f".{uuid.uuid4().hex}")
        try:
            made = copy(path, scratch, self.bounds)
            again = look(path, self.bounds)
            if again.arrived != arrived:
                raise FileNotFoundError(path)  # it changed while it was copied: look again
            shutil.rmtree(folder, ignore_errors=True)
            scratch.rename(folder)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        why = self._why_not_now(claim.assignment, student, arrived)
        receipt = self.key.sign(Receipt(self.course_id, claim.assignment, student, arrived, made.files))
        line = self.ledger.add(
            entry=path.name,
            student=student,
            assignment=claim.assignment,
            received=arrived.isoformat(),
            taken=_now(),
            folder=str(folder.relative_to(self.course.root)),
            receipt=receipt.to_json(),
            state="kept" if why else "queued",
            cause=why[0] if why else "",
            said=why[1] if why else "",
        )
        self._known.add(path.name)
        if line is not None:
            log.info("%s: taken, %d files, received %s", path.name, len(made.files), receipt.received.isoformat())
            self._changed()
            if not why:
                self._queue(line.number)

    def _why_not_now(self, assignment: str, student: str, arrived: dt.datetime) -> tuple[str, str] | None:
        """Cause and sentence, where the week's rule of attempts keeps one from being graded on submit."""
        try:
            week = self.assignment(assignment)
        except GraderError:
            return None  # a broken week: grading will say so
        if week.attempts == AttemptPolicy():
            return None  # as in most weeks: the book need not be asked
        earlier = self.ledger.select(student=student, assignment=assignment)
        answered = [h for h in earlier if h.state in ("queued", "running", "done", "failed")]
        if week.card is not None:
            answered = [h for h in answered if not self._had_no_card(week, h)]
        return week.attempts.why_not([h.when for h in answered], arrived)

    def _had_no_card(self, week: Assignment, line: HandIn) -> bool:
        """Whether the machine is to blame that a graded hand-in did not run on the card: that is no attempt."""
        if line.state != "done" or line.made_from is None:
            return False
        result = self.store.get(line.assignment, week.notebook, line.student, line.made_from, cells=False)
        return result is not None and any(CardRun(note.kind).machines_fault for note in result.notes)

    def _refuse(self, path: Path, claim: Claim | None, why: Refused) -> None:
        """Write down who did it: the owner, not the one whose name was used."""
        self._known.add(path.name)
        try:
            uid = os.lstat(path).st_uid
        except FileNotFoundError:
            return
        log.warning("refused: %s", why)
        self.ledger.add(
            entry=path.name[:400],
            student=account_name(uid) or f"uid {uid}",
            assignment=claim.assignment[:200] if claim else "",
            received=_now(),
            taken=_now(),
            state="refused",
            cause=why.cause,
            said=str(why),
        )
        self._changed()

    def _failed_to_take(self, name: str, error: OSError) -> None:
        self.health.last_error = f"{name}: cannot be copied ({error.strerror})"
        log.error("%s", self.health.last_error)

    # ---- grading --------------------------------------------------------------------------

    def retry(self, number: int) -> bool:
        """Grade what failed, was quarantined, or was kept; False if there is no such line, or nothing to be tried."""
        line = self.ledger.get(number)
        if line is None or line.state not in ("failed", "kept"):
            return False
        self.store.forget_deaths(line.assignment, line.student)
        self.ledger.update(number, state="queued", cause="", said="", tries=0)
        self._queue(number)
        return True

    def regrade(self, number: int) -> bool:
        """Grade once more what has a result, with the suite as it is now; False if it cannot be (:meth:`counts`).

        Its old result is shown until there is a new one. Where nothing has changed, the new one is the old one.

        Raises
        ------
        CourseError
            If the week cannot be read as it is now.
        """
        line = self.ledger.get(number)
        if line is None or not self.counts(line):
            return False
        self._graders.reread(line.assignment)
        self.ledger.update(number, state="queued", tries=0)
        self._queue(number, again=True)
        return True

    def counts(self, line: HandIn) -> bool:
        """Whether it is the student's newest that has a result: of an earlier one a new result would pass for it."""
        if line.state != "done":
            return False
        others = self.ledger.select(student=line.student, assignment=line.assignment)
        return line.number == max(h.number for h in others if h.state in ("queued", "running", "done"))

    def follow(self, name: str) -> None:
        """Show what is stored by now of the submissions of an assignment: others than the service have graded too."""
        self._graders.reread(name)
        for stored in self.store.newest(name, cells=False):
            result = stored.result
            for line in self.ledger.select(student=result.student, assignment=name, state="done"):
                made_from = line.made_from
                if made_from and made_from.submission == result.digests.submission and made_from != result.digests:
                    self.ledger.update(line.number, **_told_by(result))
        self._changed()

    def grade(self, submission: Submission) -> Future[Result]:
        """Queue a submission that staff have sent; it is in no book, and its result is stored like any other."""
        found: Future[Result] = Future()
        self._waiting.put(lambda: self._grade_sent(submission, found), batch=True)  # who hands in goes first
        return found

    def _grade_sent(self, submission: Submission, found: Future[Result]) -> None:
        try:
            with self._graders.use(submission.assignment) as grader:
                found.set_result(grade_stored(grader, self.store, submission)[0])
        except Exception as e:  # noqa: BLE001 - whoever fetches the result gets it, a bug too
            found.set_exception(e)

    def digests(self, assignment: str, submission: str, fresh: bool = False) -> Digests:
        """What a result is stored under here; ``submission`` is a submission's digest.

        ``fresh`` takes the week as it lies on the disk now.
        """
        if fresh:
            self._graders.reread(assignment)
        nothing = Submission(assignment, "", "", ())
        return dataclasses.replace(self._graders.get(assignment).digests(nothing), submission=submission)

    def waiting(self) -> list[int]:
        """Numbers of what is not finished, in the order in which it will be graded."""
        return sorted((line.number for line in self.ledger.waiting()), key=lambda number: number in self._batch)

    def _queue(self, number: int, again: bool = False, delay: float = 0.0) -> None:
        if self._closed:
            return
        if again:
            self._batch.add(number)
        queued = now()
        self._waiting.put(lambda: self._grade(number, queued, again), batch=again, delay=delay)

    def _grade(self, number: int, queued: str, again: bool = False) -> None:
        self._batch.discard(number)
        line = self.ledger.get(number)
        if line is None or self._closed:
            return
        self.ledger.update(number, state="running", tries=line.tries + 1)
        self._changed()
        begin = time.monotonic()
        try:
            self._finish(line, queued, again)
            self.health.seconds.append(time.monotonic() - begin)
        except Exception as e:  # noqa: BLE001 - a bug in one submission must not end the service
            self._fail(line, e, again)
        finally:
            self._changed()

    def _finish(self, line: HandIn, queued: str, again: bool) -> None:
        with self._graders.use(line.assignment) as grader:
            submission = read_folder(
                self.course, grader.assignment, line.student, self.course.root / line.folder
            )
            result, _stored = grade_stored(grader, self.store, submission, Times(line.received, queued))
        if again:
            self.store.renew(result)  # of several results of a student the reports take the newest
        self.ledger.update(line.number, state="done", cause="", said="", graded=_now(), **_told_by(result))

    def _fail(self, line: HandIn, error: Exception, again: bool = False) -> None:
        if self._closed:
            return  # it is still running in the book: the next process begins with it
        self.health.last_error = f"{line.assignment}, {line.student}: {error}"
        log.error("%s", self.health.last_error, exc_info=not isinstance(error, GraderError))
        tries = line.tries + 1
        passing = isinstance(error, PASSING) or (isinstance(error, InfrastructureError) and error.retry)
        if passing and tries < BACKOFF.tries:
            self.ledger.update(line.number, state="queued")
            self._queue(line.number, again, BACKOFF.pause(tries))
            return
        cause = error.verdict if isinstance(error, GraderError) else "bug"
        self.ledger.update(line.number, state="failed", cause=cause, said=f"{type(error).__name__}: {error}"[:2000])

    def close(self) -> None:
        """End all sandboxes; what was running is queued again by the next process."""
        self._closed = True
        self._waiting.close()
        self._graders.close()
        self.store.close()
        self.ledger.close()


def _told_by(result: Result) -> dict[str, Any]:
    """What the book says of a result."""
    d = result.digests
    return {
        "verdict": result.verdict,
        "score": result.score,
        "max_score": result.max_score,
        "all_public": all(test.visibility == "public" for q in result.questions for test in q.tests),
        "digests": f"{d.submission} {d.suite} {d.image} {d.seed}",
    }


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="microseconds")
