"""One submission in, one result out: the only place that knows the whole way.

The sandbox runs the notebook; the judge examines the finished notebook question by question; the score
is made here from what the judge saw.
"""

from __future__ import annotations

import contextlib
import dataclasses
import threading
import time
from collections.abc import Callable, Iterator, Sequence

from autograder.alarms import canaries_of, reports_on
from autograder.backoff import Backoff
from autograder.course import Assignment, Course
from autograder.digests import question_digests, seed_digest, suite_digest
from autograder.errors import InfrastructureError, JudgeDied, MemoryLimit, SandboxDied, SandboxDirty
from autograder.gpu.card import Card, digest_with, find_card
from autograder.gpu.job import run_on_card
from autograder.gpu.notes import CARD_NOTES, notes_on
from autograder.judge.client import Judge
from autograder.judge.scoring import score_by_rules, score_question
from autograder.kept import NOTHING, Kept, kept_of
from autograder.leaderboard import NOTE, notes_for
from autograder.records import CardRun, Digests, Note, QuestionResult, Result, Submission, TestResult, Times, Usage, now
from autograder.rules import Breach, Rules, breaches
from autograder.sandbox.choice import get_engine
from autograder.sandbox.engine import Engine, WorkerSpec
from autograder.sandbox.notebook import NotebookRun, add_usage, run_notebook
from autograder.sandbox.warm_pool import WarmPool
from autograder.sandbox.worker import Worker

BACKOFF = Backoff()
"""A machine's fault is tried again on a new worker."""

MAX_RERUNS = 3
"""How often the notebook runs again because its snapshot was lost while it was examined."""

MAX_GONE = 3
"""Of how many questions a test is asked once more because its process went away in the middle of it."""

ASK_AGAIN_SECONDS = 1.0
"""So long the engine is not asked again which image it has."""

LOST = Note(
    "snapshot-lost",
    "The process that held your finished notebook was lost, twice, while this question was being tested.",
)

INFORMATION = CARD_NOTES | {NOTE}
"""Kinds of notes that say how it was, and that the student did nothing wrong."""


class Grader:
    """Grades the submissions of one assignment; may be called from several threads at once.

    Parameters
    ----------
    course : Course
    assignment : Assignment
    engine : str or Engine
        "auto", "docker", "podman", "local" or "plain".
    secret : bytes, optional
        Key of the draws; default the course's own.
    wait : callable, optional
        Waits so many seconds between two tries; default a wait that ends when this is closed.

    Raises
    ------
    InfrastructureError
        When nothing can run student code. Workers and the judge start with the first submission: where all
        results are stored already, nothing starts at all.
    """

    def __init__(
        self,
        course: Course,
        assignment: Assignment,
        engine: str | Engine = "auto",
        secret: bytes | None = None,
        wait: Callable[[float], object] | None = None,
    ):
        self.course = course
        self.assignment = assignment
        self.engine = engine if isinstance(engine, Engine) else get_engine(engine)
        self._card = find_card() if assignment.card is not None else None
        self._secret = course.secret() if secret is None else secret
        self._suite_digest = suite_digest(assignment)
        self._images_said = "", "", -ASK_AGAIN_SECONDS
        self._question_digests = question_digests(assignment)
        self._canaries = canaries_of(q.suite for q in assignment.questions if q.suite is not None)
        self._lock = threading.Lock()
        spec = WorkerSpec(imports=assignment.imports, limits=assignment.limits)
        self._workers = WarmPool(self.engine, spec, assignment.isolation)
        self._closed = threading.Event()
        self._wait = wait or self._closed.wait
        self._judge: Judge | None = None

    def __enter__(self) -> Grader:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def digests(self, submission: Submission, card_run: CardRun | None = None) -> Digests:
        """What the result of this submission depends on, besides who handed it in.

        A run on the card that the machine is to blame for is none: the result is one without a card, and the next time
        that there is one it is tried again.
        """
        card = None if card_run is not None and card_run.machines_fault else self._card
        return Digests(
            submission=submission.digest(),
            suite=self._suite_digest,
            image=self._image(card),
            seed=seed_digest(self._secret),
        )

    def _image(self, card: Card | None) -> str:
        """What the engine says student code runs in; to ask takes longer than to look a result up."""
        image, card_image, asked = self._images_said
        if time.monotonic() - asked >= ASK_AGAIN_SECONDS:
            asked = time.monotonic()
            image = self.engine.image_digest()
            real = self._card is not None and self._card.real
            card_image = self.engine.card_image_digest() if real else ""
            self._images_said = image, card_image, asked
        return digest_with(image, card, card_image)

    def grade(
        self, submission: Submission, questions: Sequence[str] | None = None, before: Result | None = None
    ) -> Result:
        """Grade one submission.

        Parameters
        ----------
        submission : Submission
        questions : sequence of str, optional
            Only these are examined, and only they are in the result; default all. The whole notebook runs.
        before : Result, optional
            An earlier result of this submission: questions that have not changed since are not examined again.

        Raises
        ------
        InfrastructureError
            If the machine is at fault at every try; the submission then has no result at all, never a zero.
        CourseError
            If the suite is broken: so it is for every submission.
        """
        wanted = self._questions() if questions is None else tuple(questions)
        kept, deaths = self._kept(submission, before), 0
        for tries in range(1, BACKOFF.tries + 1):
            try:
                self._start_judge()  # its imports go on beside the sandbox's own start
                return self._grade(submission, wanted, kept)
            except InfrastructureError as error:
                error.deaths = deaths = deaths + error.deaths
                if tries == BACKOFF.tries or not error.retry or self._closed.is_set():
                    raise
            self._wait(BACKOFF.pause(tries))
        raise AssertionError("the last try returns or raises")

    @contextlib.contextmanager
    def finished_notebook(self, submission: Submission) -> Iterator[NotebookRun]:
        """Run a submission's cells; its session stands open, as the snapshot that tests are forked from.

        Raises
        ------
        InfrastructureError, MemoryLimit
        """
        with self._workers.lend() as worker:
            run = run_notebook(worker, submission, self.assignment.limits)
            try:
                yield run
            finally:
                run.session.end()

    def _start_judge(self) -> None:
        """Start a judge where there is something to judge and none lives."""
        with self._lock:
            if self._closed.is_set() or not self._questions() or (self._judge is not None and self._judge.usable):
                return
            if self._judge is not None:
                self._judge.close()
            self._judge = Judge(self.course.root, self.assignment.name, self._secret)

    def close(self) -> None:
        """End the workers and the judge. A submission that is being graded ends with an error."""
        with self._lock:
            self._closed.set()
        self._workers.close()
        if self._judge is not None:
            self._judge.close()

    # ---- one submission -------------------------------------------------------------------

    def _kept(self, submission: Submission, before: Result | None) -> Kept:
        """What of an earlier result stands; nothing where a card takes part, which has a result of its own."""
        if self._card is not None:
            return NOTHING
        return kept_of(before, submission, self.digests(submission), self._question_digests, INFORMATION)

    def _grade(self, submission: Submission, questions: tuple[str, ...], kept: Kept) -> Result:
        start, started = time.monotonic(), now()
        run, tests, usage = NotebookRun(None), {}, Usage()
        card_run, in_hand = None, False
        undecided = tuple(q for q in questions if q not in kept.tests)
        try:
            with self._workers.lend() as worker:
                started, in_hand = now(), True  # a new sandbox takes a while
                run = run_notebook(worker, submission, self.assignment.limits)
                try:
                    if self._card is not None and self.assignment.card.question in questions:
                        before = time.monotonic()
                        card_run = run_on_card(self._card, self.engine, self.assignment, submission, run)
                        start += time.monotonic() - before  # who waits for the card loses no time by it
                    run, tests = self._examine(worker, submission, run, undecided, start, card_run)
                finally:
                    usage = add_usage(run.usage, run.session.end())
                if _met_a_limit(run.notes, tests):
                    worker.close()  # clean as it was found to be: what strained its kernel serves nobody else
        except MemoryLimit as error:  # the kernel took the whole sandbox, not one of its processes
            run.notes.append(Note(error.verdict, f"Your notebook used up the memory of its whole sandbox: {error}."))
        except (SandboxDied, SandboxDirty, JudgeDied) as error:
            died = error.deaths if isinstance(error, JudgeDied) else int(in_hand)
            error.deaths = 0 if self._closed.is_set() else died
            raise
        seconds = time.monotonic() - start
        if kept and not kept.may_stand(run.notes, usage, seconds, self.assignment.limits):
            return self._grade(submission, questions, NOTHING)
        every = {**kept.tests, **tests}
        tests = {q: every[q] for q in questions if q in every}
        result = self._result(submission, run, questions, tests, usage, seconds, card_run)
        return dataclasses.replace(result, times=Times(started=started, judged=now()))

    def _examine(
        self,
        worker: Worker,
        submission: Submission,
        run: NotebookRun,
        questions: tuple[str, ...],
        start: float,
        card_run: CardRun | None,
    ) -> tuple[NotebookRun, dict[str, tuple[TestResult, ...]]]:
        """Tests by question. A snapshot that is lost meanwhile is made again."""
        limits = self.assignment.limits
        tests: dict[str, tuple[TestResult, ...]] = {}
        undone, suspect = questions, ""
        begun: tuple[TestResult, ...] = ()  # a test has one verdict, whatever happens to the notebook after it
        if self._judge is None or run.dead or _nothing_to_examine(submission):
            return run, tests
        # Shown is the first run alone: a later one could show what its predecessor heard from the tests.
        shown, reruns, gone = run.cells, 0, set()
        while True:
            budget = limits.total_seconds - (time.monotonic() - start)
            examined = self._judge.examine(
                run.session,
                submission.student,
                limits,
                list(undone),
                max(budget, 1.0),
                begun,
                card_run,
                [q for q in undone if q not in gone and len(gone) < MAX_GONE],
            )
            tests.update(examined.tests)
            undone, begun = examined.undone, examined.begun
            status = run.session.control.status()
            if status.tripped == "cpu-limit":
                run.notes.append(Note("cpu-limit", f"More than {limits.cpu_seconds:g} s of processor time were used."))
                break
            if not undone:
                break
            if examined.gone:
                gone.add(undone[0])
            else:
                if undone[0] == suspect or reruns == MAX_RERUNS:  # twice at the same question: that one is final
                    run.notes.append(dataclasses.replace(LOST, where=undone[0]))
                    undone, begun = undone[1:], ()
                if not undone or reruns == MAX_RERUNS:
                    break
                suspect, reruns = undone[0], reruns + 1
            used, notes = add_usage(run.usage, run.session.end()), run.notes
            run = run_notebook(worker, submission, limits, frozenset(run.left_out))
            run.usage, run.notes, run.cells = add_usage(run.usage, used), notes + run.notes, shown
            if run.dead:
                break
        return run, tests

    def _result(
        self,
        submission: Submission,
        run: NotebookRun,
        questions: tuple[str, ...],
        tests: dict[str, tuple[TestResult, ...]],
        usage: Usage,
        seconds: float,
        card_run: CardRun | None,
    ) -> Result:
        scored = (
            dataclasses.replace(
                score_question(q.name, q.points, tests.get(q.name)), made_from=self._question_digests.get(q.name, "")
            )
            for q in self.assignment.questions
            if q.name in questions
        )
        rules = dict(self.assignment.rules)
        who = submission.assignment, submission.student
        breaches = broken_rules(self.assignment, submission)
        results = tuple(
            score_by_rules(q, rules[q.question], breaches[q.question]) if q.question in rules else q for q in scored
        )
        told = notes_for((t for of_one in tests.values() for t in of_one), self._secret, *who)
        notes = (*submission.notes, *_once(run.notes), *notes_on(self.assignment, questions, card_run), *told)
        return Result(
            assignment=submission.assignment,
            student=submission.student,
            notebook=submission.notebook,
            verdict=verdict_of(notes, results),
            questions=results,
            cells=tuple(run.cells),
            digests=self.digests(submission, card_run),
            notes=notes,
            engine=self.engine.name,
            usage=usage,
            wall_seconds=round(seconds, 3),
            reports=reports_on(submission, notes, tests, run.cells, self._canaries),
        )

    def _questions(self) -> tuple[str, ...]:
        return tuple(q.name for q in self.assignment.questions if q.suite is not None)


VERDICT_ORDER = (
    "unreadable-notebook",
    "missing-notebook",
    "snapshot-lost",
    "memory-limit",
    "cpu-limit",
    "process-limit",
    "descriptor-limit",
    "disk-limit",
    "protocol",
    "process-ended",
    "time-limit",
    "out-of-memory",
    "crashed",
    "invalid-artefact",
    "output-limit",
    "wrong-name",
    "deleted-cell",
    "duplicated-cell",
)
"""Most serious cause first; a note of another kind comes after these."""


def verdict_of(notes: tuple[Note, ...], questions: tuple[QuestionResult, ...]) -> str:
    """The most serious note's kind; "flagged" where a question has no clean result; else "graded"."""
    kinds = {note.kind for note in notes} - INFORMATION
    for kind in VERDICT_ORDER:
        if kind in kinds:
            return kind
    if any(q.flagged for q in questions):
        return "flagged"
    return min(kinds) if kinds else "graded"


def broken_rules(assignment: Assignment, submission: Submission) -> dict[str, Breach | None]:
    """For each question that forbids something, where the notebook breaks a rule."""
    rules, named = rules_of(assignment)
    return breaches([(c.key, c.source) for c in submission.cells], rules, named)


def rules_of(assignment: Assignment) -> tuple[dict[str, tuple[Rules, list[str]]], set[str]]:
    """What :func:`autograder.rules.breaches` asks for: rules and solution cells by question, and the cells of ours."""
    rules = {q: (r, [c.grade_id for c in assignment.solution_cells(q)]) for q, r in assignment.rules}
    return rules, {c.grade_id for c in assignment.cells if c.grade_id and (c.locked or c.solution)}


def _nothing_to_examine(submission: Submission) -> bool:
    return any(note.kind in ("unreadable-notebook", "missing-notebook") for note in submission.notes)


def _met_a_limit(notes: list[Note], tests: dict[str, tuple[TestResult, ...]]) -> bool:
    kinds = {note.kind for note in notes} | {test.cause for of_one in tests.values() for test in of_one}
    return any(kind.endswith("-limit") for kind in kinds)


def _once(notes: list[Note]) -> tuple[Note, ...]:
    return tuple(dict.fromkeys(notes))
