"""Measures recognition for a course on disk."""

from __future__ import annotations

import datetime as dt
import os
import platform
from collections.abc import Sequence

import numpy as np

from autograder import __version__
from autograder.course import Course
from autograder.errors import BadManifest
from autograder.progress import progress_bar
from autograder.validation.catalogue import read_catalogue
from autograder.validation.recognition import Score, Trial, answers_of_another, evaluate, try_all
from autograder.validation.run import read_week


def measure(
    course: Course, names: Sequence[str] = (), engine: str = "auto", workers: int | None = None
) -> tuple[dict[str, list[Score]], dict[str, list[Trial]]]:
    """Scores at every threshold and trials at the one in use, by week.

    Raises
    ------
    BadManifest
        If a week that is named has no catalogue. Without names, weeks without one are passed over.
    InfrastructureError
    """
    from autograder.cluster import default_workers
    from autograder.grading import Grader

    scores: dict[str, list[Score]] = {}
    trials: dict[str, list[Trial]] = {}
    for name in names or course.assignments:
        assignment = course.assignment(name)
        found = read_catalogue(course.root, assignment)
        if found is None:
            if names:
                raise BadManifest(f"{name}: no catalogue. Run: autograder validate {name} --matrix")
            continue
        week = read_week(course, assignment, 0)
        with Grader(course, assignment, engine=engine) as grader, progress_bar(name) as progress:
            answers = answers_of_another(week, grader, workers or default_workers(), progress)
        scores[name] = evaluate(answers, found[0])
        trials[name] = try_all(answers, found[0])
    return scores, trials


def provenance() -> tuple[str, str]:
    """The date, and versions and machine as a sentence."""
    where = (
        f"autograder {__version__}, Python {platform.python_version()}, numpy {np.__version__}, "
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors."
    )
    return f"{dt.date.today():%Y-%m-%d}", where
