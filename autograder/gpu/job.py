"""A submission's function on the card: tried on a processor first, then run once, with limits from outside.

Verdicts are the student's (``time-limit``, ``out-of-memory``, ``crashed``, ``invalid-artefact``) or the machine's
(``queue-timeout``, ``infrastructure``). The machine's cost nobody anything: the ci profile counts, no attempt is used,
and the next time that the submission is graded the card is tried again.
"""

from __future__ import annotations

import contextlib
import dataclasses
import time

from autograder.course import Assignment
from autograder.errors import (
    CardNotFree,
    Crashed,
    EngineUnavailable,
    GraderError,
    InfrastructureError,
    InvalidArtefact,
    MemoryLimit,
    OutOfCardMemory,
    QueueTimeout,
    SubmissionError,
    TimeLimit,
)
from autograder.gpu.artefacts import checked, read_files
from autograder.gpu.card import Card, Watch
from autograder.gpu.turn import turn
from autograder.judge.forks import Snapshot, SnapshotLost, answer_limits
from autograder.judge.student import Student
from autograder.judge.student_errors import (
    MissingName,
    OutOfMemory,
    OutOfProcessorTime,
    OutOfTime,
    ProcessGone,
    StudentError,
)
from autograder.records import CardRun, Limits, Submission
from autograder.sandbox.engine import Engine, WorkerSpec
from autograder.sandbox.notebook import NotebookRun, run_notebook
from autograder.sandbox.worker import Session

ATTEMPTS = 2
SEED = 6
"""Of what is global and random in the run's process: the same for everybody."""

TRIAL = "Before the card was spent on it, your function was tried with a few images on a processor: "


class NotWritten(SubmissionError):
    """The function, or one that it calls, is not there yet: no mistake, and the card was not asked for."""

    verdict = "not-written"


def run_on_card(
    card: Card, engine: Engine, assignment: Assignment, submission: Submission, finished: NotebookRun
) -> CardRun:
    """Run the function that the manifest names on the card; what goes wrong is a verdict, never an error.

    Parameters
    ----------
    finished : NotebookRun
        The same submission's finished notebook in a sandbox without a card: the trial is made in a fork of it.
    """
    try:
        _try_out(assignment, finished)
    except SubmissionError as error:
        return CardRun(error.verdict, f"{TRIAL}{error}.")
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with turn(card.queue, assignment.card.queue_seconds):
                if not card.is_free():
                    raise CardNotFree(f"the memory of card {card.name} is in use. Look with nvidia-smi by what.")
                run = _run(card, engine, assignment, submission)
                # the next job waits until the driver has cleaned up after this one; where the driver does not say, that
                # job will tell, and this run is none the worse
                with contextlib.suppress(EngineUnavailable):
                    card.is_free()
            return run
        except SubmissionError as error:
            return CardRun(error.verdict, f"On the card: {error}.", card.profile, card.device)
        except InfrastructureError as error:
            if attempt == ATTEMPTS or not error.retry:
                verdict = error.verdict if isinstance(error, QueueTimeout) else InfrastructureError.verdict
                return CardRun(verdict, str(error), card.profile, card.device)
    raise AssertionError("the last attempt returns")


def _try_out(assignment: Assignment, finished: NotebookRun) -> None:
    """The same function with a few images, on a processor: what cannot work there need not wait for a card."""
    if finished.dead:
        raise Crashed("the notebook did not live to its end")
    _call(finished.session, assignment, assignment.limits, assignment.limits.test_seconds, "smoke", "cpu")


def _run(card: Card, engine: Engine, assignment: Assignment, submission: Submission) -> CardRun:
    """In a sandbox of its own, which ends with the job: with it goes all that it holds of the card."""
    job = assignment.card
    limits = dataclasses.replace(
        assignment.limits,
        memory_mb=job.memory_mb if card.real else assignment.limits.memory_mb,
        cpu_seconds=assignment.limits.cpu_seconds + job.seconds,
    )
    spec = WorkerSpec(imports=assignment.imports, limits=limits, card=card.name if card.real else "")
    with engine.start_worker(spec) as worker, Watch(card, job.card_mb, worker.close) as watch:
        try:
            run = run_notebook(worker, submission, limits)
            start = time.monotonic()
            try:
                if run.dead:
                    raise Crashed("the notebook did not live to its end")
                files = _call(run.session, assignment, limits, job.seconds, card.profile, card.device)
            finally:
                seconds = time.monotonic() - start
                if not watch.tripped:
                    run.session.end()
        except (GraderError, OSError) as error:
            if watch.tripped:
                raise OutOfCardMemory(f"more than {job.card_mb} MiB of its memory were used") from error
            if isinstance(error, MemoryLimit):
                raise OutOfCardMemory("the machine's memory was used up") from error
            raise
    return CardRun("done", "", card.profile, card.device, round(seconds, 3), round(watch.peak_mb, 1), files)


def _call(
    session: Session, assignment: Assignment, limits: Limits, seconds: float, profile: str, device: str
) -> tuple[tuple[str, bytes], ...]:
    """One call in a fork of the finished notebook, and the files that it wrote."""
    job = assignment.card
    snapshot = Snapshot(session.channel, session.control, answer_limits(limits))
    try:
        peer = snapshot.fork()
        peer.start_test(seconds, limits.callbacks, SEED, True)
        student = Student(peer, snapshot)
        folder = f"run-{profile}"
        getattr(student, job.function)(profile, device, folder)
        found = student.probe(read_files, folder, list(job.files), job.file_kb << 10)
    except SnapshotLost:
        raise Crashed("the process that held your finished notebook ended") from None
    except StudentError as error:
        raise _verdict(error, session, seconds) from error
    finally:
        snapshot.retire()
    return checked(found, job)


def _verdict(error: StudentError, session: Session, seconds: float) -> SubmissionError:
    if isinstance(error, OutOfTime):
        return TimeLimit(f"it took longer than {seconds:g} s")
    if isinstance(error, OutOfProcessorTime):
        return TimeLimit("its processor time was used up")
    # torch.OutOfMemoryError is a RuntimeError; a student who raises it by hand only chooses the sentence
    if isinstance(error, OutOfMemory) or error.text.startswith("OutOfMemoryError") or _killed(error, session):
        return OutOfCardMemory("it ran out of memory")
    if isinstance(error, MissingName) or error.kind == "NotImplementedError":
        return NotWritten("it is not written yet")
    if error.cause == "returned-limit":
        return InvalidArtefact("the files are too large to be read")
    return Crashed(f"it ended with {error.kind if error.cause == 'exception' else error.cause}")


def _killed(error: StudentError, session: Session) -> bool:
    """The kernel ended the process for its memory."""
    return isinstance(error, ProcessGone) and session.control.status().oom_kills > 0
