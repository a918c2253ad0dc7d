"""From a course on disk to validated weeks: reads the specimens, starts the graders, shows the progress."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from autograder.course import Assignment, Course
from autograder.errors import BadManifest
from autograder.progress import progress_bar
from autograder.records import QuestionResult
from autograder.validation.catalogue import PAGES, write_catalogue
from autograder.validation.gates import Week, validate
from autograder.validation.leaks import search_release, secrets_of
from autograder.validation.matrix import to_markdown, write_page
from autograder.validation.mutants import Mutant, Wheat, read_mutant, read_wheat
from autograder.validation.proofs import read_proof, write_proof
from autograder.validation.report import Report
from autograder.validation.specimens import reference_submission, release_submission

SECRET = b"gates of a week"
"""Key of the specimens' draws: the same everywhere, so that a gate that holds here holds in CI."""


def validate_course(
    course: Course,
    names: Sequence[str] = (),
    seeds: int = 5,
    engine: str = "auto",
    workers: int | None = None,
    write: bool = False,
    changed: bool = False,
) -> list[Report]:
    """Validate the weeks named, or all.

    Parameters
    ----------
    seeds : int
        Students that the reference is graded as, besides the first.
    write : bool
        Write ``docs/suites/<week>.md``, the misconceptions beside it as JSON and, if all gates hold, the week's proof.
    changed : bool
        Mutants and wheats only of weeks that are not as they were when they were proven.

    Raises
    ------
    CourseError
        With every problem of the weeks asked for, before anything is graded.
    """
    weeks = _read_weeks(course, names or course.assignments, seeds)
    reports = []
    for week in weeks:
        proof = read_proof(course.root, course.assignment(week.assignment)) if changed and not write else None
        if proof is not None:
            week = dataclasses.replace(week, proven=f"unchanged since {proof.date}, {proof.submissions} submissions")
        report = _validate_week(course, week, engine, workers)
        if write:
            page = to_markdown(week.assignment, report.matrices, week.mutants, week.wheats)
            write_page(course.root / PAGES / f"{week.assignment}.md", page)
            write_catalogue(course.root, course.assignment(week.assignment), report.misconceptions)
            if report.passed:
                write_proof(course.root, course.assignment(week.assignment), report.submissions, report.engine)
        reports.append(report)
    return reports


def _read_weeks(course: Course, names: Sequence[str], seeds: int) -> list[Week]:
    weeks: list[Week] = []
    problems: list[str] = []
    for name in names:
        try:
            weeks.append(read_week(course, course.assignment(name), seeds))
        except BadManifest as error:
            problems += error.problems
    if problems:
        raise BadManifest(problems)
    return weeks


def read_week(course: Course, assignment: Assignment, seeds: int = 5) -> Week:
    """Specimens of an assignment, and what its release must not hold.

    Raises
    ------
    BadManifest
        With every problem of the mutants, right answers and the release.
    """
    release = course.root / "assignments" / assignment.name
    problems: list[str] = []
    mutants: dict[str, tuple[Mutant, ...]] = {}
    wheats: dict[str, tuple[Wheat, ...]] = {}
    for question in assignment.questions:
        mutants[question.name] = tuple(_read_all(read_mutant, assignment.mutants, question.name, problems))
        wheats[question.name] = tuple(_read_all(read_wheat, assignment.wheats, question.name, problems))
    if problems:
        raise BadManifest(problems)
    suites = [path.read_text(encoding="utf-8") for path in sorted(assignment.suite_dir.glob("*.py"))]
    secrets = secrets_of(assignment.source.read_text(encoding="utf-8"), suites)
    return Week(
        assignment=assignment.name,
        reference=reference_submission(assignment, release),
        release=release_submission(assignment, release),
        questions=tuple(question.name for question in assignment.questions),
        mutants=mutants,
        wheats=wheats,
        secrets=secrets,
        release_leaks=tuple(search_release(release, secrets)),
        answered_in=dict(assignment.answered_in),
        seed_students=tuple(f"seed-{number + 1}" for number in range(seeds)),
    )


def _read_all(
    read: Callable[[Path, str], Mutant | Wheat],
    paths: Callable[[str], Sequence[Path]],
    question: str,
    problems: list[str],
) -> Iterator[Mutant | Wheat]:
    for path in paths(question):
        try:
            yield read(path, question)
        except BadManifest as error:
            problems += error.problems


def _validate_week(course: Course, week: Week, engine: str, workers: int | None) -> Report:
    from autograder.cluster import default_workers
    from autograder.grading import Grader

    with Grader(course, course.assignment(week.assignment), engine=engine, secret=SECRET) as grader:
        with progress_bar(week.assignment) as progress:
            workers = workers or default_workers()
            return validate(week, grader, feedback=_page, workers=workers, progress=progress)


def _page(question: QuestionResult) -> str:
    """All that a student is ever shown of a question: in the grade cell, and on the page of feedback."""
    from autograder.report.feedback import question_html
    from autograder.report.student_page import Facts, Graded, student_page

    shown = ("public", "after_due")
    name = question.question
    cell = {
        "cell_type": "code",
        "source": "",
        "metadata": {"nbgrader": {"grade": True, "grade_id": name}},
        "outputs": [],
    }
    tests = {name: [dataclasses.asdict(test) for test in question.tests]}
    notebook = {"metadata": {"autograder": {"tests": tests}}, "cells": [cell]}
    facts = Facts("specimen", "", {name: Graded(question.score, question.max_score)}, shown=shown)
    return question_html(question, shown=shown) + student_page(notebook, facts)
