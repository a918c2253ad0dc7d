"""`make interop`: our scores and those of `otter run` on the same submissions, question by question.

Writes the figures into docs/interop.md, between its two marks. Exits with 1 where a score differs.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import datetime as dt
import json
import os
import platform
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.course import SECRET_VARIABLE, Assignment, Course, load_course
from autograder.grading import Grader
from autograder.interop.export import export_week
from autograder.interop.runtime import STUDENT
from autograder.records import Limits
from tests.interop.specimens import notebook_of, specimens
from tests.sections import write_section

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "interop.md"
FIGURES = ROOT / "build" / "interop-scores.json"
SLACK = 0.0051
"""We round a question's score to 1/100; otter adds up the cases."""


PATIENCE = 4
"""Both graders get so many times a week's limits of time: what is compared is what they say, not how fast they are."""


class PatientCourse(Course):
    """A course whose limits of time are not met on a busy machine either."""

    def assignment(self, name: str) -> Assignment:
        assignment = super().assignment(name)
        times = {f.name for f in dataclasses.fields(Limits) if f.name.endswith("_seconds")}
        longer = {name: PATIENCE * getattr(assignment.limits, name) for name in times}
        return dataclasses.replace(assignment, limits=dataclasses.replace(assignment.limits, **longer))


@dataclass
class Week:
    """What was compared in one week."""

    name: str
    questions: int
    left_out: tuple[str, ...]
    submissions: int = 0
    specimens: int = 0
    compared: int = 0
    differences: list[str] = field(default_factory=list)
    scores: dict[str, dict[str, float]] = field(default_factory=dict)


def otter_scores(notebook: str, archive: str) -> dict[str, float]:
    """Scores by question of one notebook, by `otter run`'s own function."""
    from otter.api import grade_submission

    results = grade_submission(notebook, archive, quiet=True)
    return {name: float(test.score) for name, test in results.results.items()}


def compare_week(course: Course, assignment: Assignment, only: int | None = None, workers: int = 2) -> Week:
    """Grade a week's specimens (or the first ``only`` of them) with both."""
    out = assignment.gpu
    week = Week(assignment.name, len(assignment.questions) - len(out), out)
    every = specimens(course, assignment)
    week.specimens = len(every)
    work = dict(list(every.items())[:only])
    release = course.root / "assignments" / assignment.name / f"{assignment.notebook}.ipynb"
    with tempfile.TemporaryDirectory(prefix="interop-") as folder:
        archive = export_week(course, assignment.name, Path(folder) / "autograder.zip", leave_out=out).path
        paths = []
        for number, submission in enumerate(work.values()):
            paths.append(Path(folder) / f"{number}.ipynb")
            paths[-1].write_text(json.dumps(notebook_of(submission, release)), encoding="utf-8")
        with zipfile.ZipFile(archive) as export:
            key = json.loads(export.read("tests/_judge/week.json"))["key"]
        with ProcessPoolExecutor(workers) as pool:
            theirs = list(pool.map(otter_scores, map(str, paths), [str(archive)] * len(paths)))
    # what a wrong answer earns may depend on the draws: both graders get the same ones
    with drawn_with(key), Grader(course, assignment, os.environ.get("AUTOGRADER_ENGINE", "auto")) as grader:
        for (name, submission), otter in zip(work.items(), theirs, strict=True):
            result = grader.grade(dataclasses.replace(submission, student=STUDENT))
            ours = {q.question: q.score for q in result.questions if q.question not in out}
            week.scores[name] = ours
            week.submissions += 1
            week.compared += len(ours)
            week.differences += [
                f"{assignment.name}, {name}: {q} ours {ours[q]:g}, otter {otter.get(q, float('nan')):g}"
                for q in ours
                if not abs(ours[q] - otter.get(q, float("nan"))) <= SLACK
            ]
            print(assignment.name, name[:70], len(week.differences), "different so far", flush=True)
    return week


@contextlib.contextmanager
def drawn_with(key: str) -> Iterator[None]:
    """The course's secret, until the end of the block."""
    before = os.environ.get(SECRET_VARIABLE)
    os.environ[SECRET_VARIABLE] = key
    try:
        yield
    finally:
        os.environ.pop(SECRET_VARIABLE) if before is None else os.environ.__setitem__(SECRET_VARIABLE, before)


def page(rows: dict[str, dict[str, Any]]) -> str:
    import otter

    lines = [
        f"`make interop`: otter-grader {otter.__version__}, Python {platform.python_version()}.",
        "A score is one question of one submission. The submissions are the reference, the untouched release, all",
        "other right answers and all mutants, in this order; one notebook holds a variant of each question. A",
        f"column says how many of these notebooks were compared. Limits of time are {PATIENCE} times a week's own.",
        "",
        "| week | date | questions | left out (GPU) | notebooks | scores compared | different |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {name} | {r['date']} | {r['questions']} | {', '.join(r['left_out']) or 'none'} "
        f"| {r['submissions']} of {r['specimens']} | {r['compared']} | {len(r['differences'])} |"
        for name, r in sorted(rows.items())
    ]
    return "\n".join(lines)


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("weeks", nargs="*")
    parser.add_argument("--first", type=int, help="only so many notebooks of each week")
    asked = parser.parse_args(argv)
    course = PatientCourse(**vars(load_course(ROOT)))
    rows = json.loads(FIGURES.read_text()) if FIGURES.is_file() else {}
    problems = []
    for name in asked.weeks or course.assignments:
        week = compare_week(course, course.assignment(name), only=asked.first)
        problems += week.differences
        rows[name] = {**dataclasses.asdict(week), "date": dt.date.today().isoformat()}
        FIGURES.parent.mkdir(exist_ok=True)
        FIGURES.write_text(json.dumps(rows, indent=1))
        write_section(PAGE, "scores", page(rows))
    print(page(rows), *problems, sep="\n")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
