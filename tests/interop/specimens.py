"""Submissions that both graders are given: a week's reference, release, mutants and right answers.

Questions are graded apart, so the k-th mutant of every question goes into the k-th submission: as many comparisons,
in far fewer runs.
"""

from __future__ import annotations

import json
from itertools import zip_longest
from pathlib import Path
from typing import Any

from autograder.course import Assignment, Course
from autograder.records import Submission
from autograder.validation.run import read_week
from autograder.validation.specimens import with_solution


def specimens(course: Course, assignment: Assignment) -> dict[str, Submission]:
    """Submissions by a name that says what is in them."""
    week = read_week(course, assignment, seeds=0)
    found = {"reference": week.reference, "release": week.release}
    for kind, groups in (("wheats", week.wheats), ("mutants", week.mutants)):
        for number, variants in enumerate(zip_longest(*groups.values()), 1):
            submission = week.reference
            for variant in filter(None, variants):
                submission = with_solution(submission, variant, week.answered_in.get(variant.question, ""))
            names = ", ".join(f"{v.question}/{v.name}" for v in variants if v is not None)
            found[f"{kind} {number}: {names}"] = submission
    return found


def notebook_of(submission: Submission, release: Path) -> dict[str, Any]:
    """The submission as a student would hand it in: the released notebook with other answers."""
    notebook = json.loads(release.read_text(encoding="utf-8"))
    sources = {cell.key: cell.source for cell in submission.cells}
    for cell in notebook["cells"]:
        meta = cell["metadata"].get("nbgrader", {})
        if cell["cell_type"] == "code" and meta.get("solution") and meta["grade_id"] in sources:
            cell["source"] = sources[meta["grade_id"]]
    return notebook
