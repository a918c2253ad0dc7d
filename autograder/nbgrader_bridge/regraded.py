"""What a regrade changes in the gradebook and in autograded/, kept beforehand so that it can be put back."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

from nbgrader.api import Gradebook

from autograder.course import Assignment, Course
from autograder.errors import INTERRUPTED, InfrastructureError
from autograder.nbgrader_bridge.commands import run_nbgrader
from autograder.nbgrader_bridge.roster import gradebook_url, submissions_of

AUTOGRADED = Path("course") / "autograded"
_SCORES = "scores.json"


def keep_graded(course: Course, assignment: Assignment, students: Sequence[str], folder: Path) -> None:
    """Copy the autograded notebooks and the automatic scores of some students into ``folder``."""
    for student in _graded(course, assignment.name, students):
        shutil.copytree(_autograded(course, student, assignment.name), folder / "autograded" / student)
    folder.mkdir(parents=True, exist_ok=True)
    scores = {}
    url = gradebook_url(course.root)
    if url is not None:
        with Gradebook(url) as gb:
            for submitted in submissions_of(gb, assignment.name, students):
                scores[submitted.student_id] = {
                    f"{notebook.name}/{grade.name}": (grade.auto_score, grade.needs_manual_grade)
                    for notebook in submitted.notebooks
                    for grade in notebook.grades
                }
    (folder / _SCORES).write_text(json.dumps(scores, indent=1) + "\n", encoding="utf-8")


def grade_again(course: Course, assignment: str, students: Sequence[str]) -> None:
    """What ``nbgrader autograde --force`` does, for students who were autograded before; results come from the store.

    An answer that only a person can score, and that one has scored, is the same as before: unlike nbgrader's command
    this does not ask for it to be read again.

    Raises
    ------
    InfrastructureError
        If nbgrader ends with an error; the same command may be run again.
    KeyboardInterrupt
        If Ctrl-C ended nbgrader; says what is left to do.
    """
    again = _graded(course, assignment, students)
    read = _read_answers(course, assignment, again)
    remedy = f"The results are recorded: run nbgrader autograde {assignment} --force."
    try:
        for student in again:
            status = run_nbgrader(
                course.root, ["autograde", assignment, f"--student={student}", "--force", "--log-level=ERROR"]
            )
            if status == INTERRUPTED:
                raise KeyboardInterrupt
            if status:
                raise InfrastructureError(
                    f"{student}: nbgrader autograde ended with status {status}; see its messages above. {remedy}"
                )
    except KeyboardInterrupt:
        raise KeyboardInterrupt(remedy) from None
    finally:  # for those whose turn had come
        _mark_read(course, assignment, read)


def _mark_read(course: Course, assignment: str, answers: Sequence[tuple[str, str, str]]) -> None:
    """Nobody has to read these answers again."""
    url = gradebook_url(course.root)
    if url is None:
        return
    with Gradebook(url) as gb:
        for student, notebook, question in answers:
            gb.find_grade(question, notebook, assignment, student).needs_manual_grade = False
        gb.db.commit()


def _read_answers(course: Course, assignment: str, students: Sequence[str]) -> list[tuple[str, str, str]]:
    """(student, notebook, question) of each answer that no test scores and that a person has scored."""
    url = gradebook_url(course.root)
    if url is None:
        return []
    with Gradebook(url) as gb:
        return [
            (submitted.student_id, notebook.name, grade.name)
            for submitted in submissions_of(gb, assignment, students)
            for notebook in submitted.notebooks
            for grade in notebook.grades
            if grade.auto_score is None and grade.manual_score is not None and not grade.needs_manual_grade
        ]


def restore_graded(course: Course, assignment: Assignment, students: Sequence[str], folder: Path) -> None:
    """Put back what :func:`keep_graded` kept; scores that a person gave are not touched."""
    for student in students:
        kept = folder / "autograded" / student
        if kept.is_dir():
            target = _autograded(course, student, assignment.name)
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(kept, target)
    url = gradebook_url(course.root)
    if url is None:
        return
    scores = json.loads((folder / _SCORES).read_text(encoding="utf-8"))
    with Gradebook(url) as gb:
        for student, cells in scores.items():
            for notebook in gb.find_submission(assignment.name, student).notebooks:
                for grade in notebook.grades:
                    before = cells.get(f"{notebook.name}/{grade.name}")
                    if before is not None:
                        grade.auto_score = before[0]
                        # a person who has graded it since does not have to again
                        grade.needs_manual_grade = before[1] and grade.manual_score is None
        gb.db.commit()


def _graded(course: Course, assignment: str, students: Sequence[str]) -> list[str]:
    return [student for student in students if _autograded(course, student, assignment).is_dir()]


def _autograded(course: Course, student: str, assignment: str) -> Path:
    return course.root / AUTOGRADED / student / assignment
