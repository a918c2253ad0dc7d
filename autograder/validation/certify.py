"""Grades right answers as many students: none may lose a point.

A hidden test draws its inputs; a tolerance that is a little too tight fails one student in a thousand, who has
done nothing wrong. Each notebook here combines right answers: in the first every question is the reference, in the
next its first right answer in another style, and so on; a question whose answers have all had their turn is not
examined again, and an answer that other questions would feel has a notebook of its own. A notebook runs once for a
batch of students, because only the draws differ.
"""

from __future__ import annotations

import ast
import dataclasses
import datetime
import importlib.metadata
import platform
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from autograder.course import Assignment, Course
from autograder.digests import suite_digest
from autograder.grading import broken_rules
from autograder.judge.client import Judge
from autograder.progress import progress_bar
from autograder.records import Limits, Submission
from autograder.sandbox.choice import get_engine
from autograder.sandbox.engine import Engine, WorkerSpec
from autograder.sandbox.notebook import NotebookRun, run_notebook
from autograder.sandbox.worker import Worker
from autograder.validation.certificate import Certificate, Failure, to_markdown
from autograder.validation.gates import Week
from autograder.validation.matrix import write_page
from autograder.validation.mutants import Wheat
from autograder.validation.run import PAGES, read_week
from autograder.validation.specimens import with_solution

SECRET = b"flake certificate"
"""Not the course's: whoever repeats the command gets the same draws."""

BATCH = 25
"""Students for whom a notebook runs once."""

SESSION_CPU_SECONDS = 14_400.0
"""A session serves a whole batch, so the limit of one submission does not fit it."""

_VERSIONS = ("numpy", "scipy", "scikit-learn", "torch", "pytest", "hypothesis")


@dataclass(frozen=True)
class Book:
    """A notebook of right answers, and the name of the answer of each question that is examined in it."""

    submission: Submission
    answers: dict[str, str]


def certify_course(
    course: Course, names: Sequence[str] = (), seeds: int = 200, engine: str = "auto", workers: int | None = None
) -> list[Certificate]:
    """Certify the weeks named, or all; write the page of each that passes.

    Raises
    ------
    CourseError, InfrastructureError
    """
    from autograder.cluster import default_workers

    chosen, made, workers = get_engine(engine), [], workers or default_workers()
    for name in names or course.assignments:
        with progress_bar(name) as progress:
            certificate = certify(course, course.assignment(name), seeds, chosen, workers, progress)
        if certificate.passed:
            command = f"autograder certify {name} --seeds {seeds}"
            page = to_markdown(certificate, command, datetime.date.today().isoformat(), versions())
            write_page(course.root / PAGES / f"{name}-certificate.md", page)
        made.append(certificate)
    return made


def certify(
    course: Course,
    assignment: Assignment,
    seeds: int,
    engine: Engine,
    workers: int = 1,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Certificate:
    """Grade each notebook of right answers as ``seeds`` students.

    ``progress`` is called with (done, total) after each student.
    """
    start = time.monotonic()
    week = read_week(course, assignment)
    books = combine(week)
    batches = iter([
        (book, [f"certificate-{number}-{seed}" for seed in range(first, min(first + BATCH, seeds))])
        for number, book in enumerate(books)
        for first in range(0, seeds, BATCH)
    ])
    lock, total, done = threading.Lock(), seeds * len(books), 0
    judge = Judge(course.root, assignment.name, SECRET)

    def work() -> list[Failure]:
        nonlocal done
        found: list[Failure] = []
        with engine.start_worker(WorkerSpec(imports=assignment.imports, limits=assignment.limits)) as worker:
            while True:
                with lock:
                    batch = next(batches, None)
                if batch is None:
                    return found
                for failures in _grade(judge, worker, assignment.limits, *batch):
                    found += failures
                    with lock:
                        done += 1
                        progress(done, total)

    try:
        with ThreadPoolExecutor(workers) as pool:
            parts = [pool.submit(work) for _ in range(workers)]
            failures = [failure for part in parts for failure in part.result()]
    finally:
        judge.close()
    return Certificate(
        assignment=assignment.name,
        seeds=seeds,
        answers=tuple((q, 1 + len(week.wheats.get(q, ()))) for q in week.questions),
        graded=total,
        failures=tuple(sorted({*failures, *_broken_rules(assignment, books)}, key=str)),
        suite=suite_digest(assignment)[:12],
        engine=engine.name,
        seconds=time.monotonic() - start,
    )


def combine(week: Week) -> tuple[Book, ...]:
    """As few notebooks as hold every right answer of every question, and examine each once.

    An answer that gives a name of another question to something else has a notebook of its own, in which nothing
    else is examined.
    """
    alone = {q: [w for w in wheats if _rebinds(week, w)] for q, wheats in week.wheats.items()}
    choices = {q: (None, *(w for w in week.wheats.get(q, ()) if w not in alone.get(q, ()))) for q in week.questions}
    books = []
    for number in range(max(map(len, choices.values()), default=0)):
        submission, answers = week.reference, {}
        for question, choice in choices.items():
            if number >= len(choice):
                continue
            wheat = choice[number]
            answers[question] = "the reference" if wheat is None else wheat.name
            submission = submission if wheat is None else with_solution(submission, wheat)
        books.append(Book(submission, answers))
    single = (wheat for wheats in alone.values() for wheat in wheats)
    return (*books, *(Book(with_solution(week.reference, w), {w.question: w.name}) for w in single))


def _rebinds(week: Week, wheat: Wheat) -> bool:
    """Whether an answer defines what the reference's answer to another question defines."""
    cells = {cell.key: cell.source for cell in week.reference.cells}
    others = (_defined(cells.get(f"{q}_solution", "")) for q in week.questions if q != wheat.question)
    return not _defined(wheat.source).isdisjoint(set().union(*others))


def _defined(source: str) -> set[str]:
    """Functions, classes and variables of a cell; none where it is no plain Python."""
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return set()
    named = {node.name for node in body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))}
    targets = (target for node in body if isinstance(node, ast.Assign) for target in node.targets)
    return named | {target.id for target in targets if isinstance(target, ast.Name)}


def versions() -> str:
    """Versions of the interpreter and of the libraries that decide numbers."""
    found = [f"Python {platform.python_version()}"]
    for name in _VERSIONS:
        try:
            found.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            continue
    return ", ".join(found)


def _grade(
    judge: Judge, worker: Worker, limits: Limits, book: Book, students: Sequence[str]
) -> Iterator[list[Failure]]:
    """Failures of each student in turn; the notebook runs anew where its process was lost."""
    run: NotebookRun | None = None
    session_limits = dataclasses.replace(limits, cpu_seconds=SESSION_CPU_SECONDS)
    try:
        for student in students:
            undone, failures = list(book.answers), []
            for _attempt in range(2):
                run = run or run_notebook(worker, book.submission, session_limits)
                if run.dead:
                    break
                examined = judge.examine(run.session, student, limits, undone, limits.total_seconds)
                failures += [
                    Failure(question, book.answers[question], student, test.test, _last_line(test.detail) or test.cause)
                    for question, tests in examined.tests.items()
                    for test in tests
                    if not test.passed
                ]
                undone = list(examined.undone)
                if not undone:
                    break
                run.session.end()
                run = None
            yield failures + [Failure(q, book.answers[q], student, "all tests", "its process was lost") for q in undone]
    finally:
        if run is not None:
            run.session.end()


def _broken_rules(assignment: Assignment, books: Sequence[Book]) -> list[Failure]:
    """Rules that a right answer breaks: they are a matter of its text, so no seed is needed."""
    rules = dict(assignment.rules)
    return [
        Failure(question, book.answers[question], "any", "its rules", breach.sentence(question, rules[question]))
        for book in books
        for question, breach in broken_rules(assignment, book.submission).items()
        if breach is not None
    ]


def _last_line(text: str) -> str:
    return text.strip().splitlines()[-1][:200] if text.strip() else ""
