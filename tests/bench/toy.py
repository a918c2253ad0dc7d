"""A course whose students' code and tests cost next to nothing, of any size: what is left is the grader's own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from autograder.course import Assignment, Course, load_course
from autograder.records import CodeCell, Submission
from tests.bench.courses import REPOSITORY, hand_in, nbgrader

WEEK = "toy"
QUESTIONS, TESTS = 7, 5
_META = '"schema_version": 3, "solution": %s, "grade": %s, "locked": %s, "task": false'


def write_course(root: Path, imports: Sequence[str] = ("numpy",), judge_imports: Sequence[str] = ()) -> Course:
    """Seven questions of five tests each; a test is one call and one assertion.

    ``imports`` are libraries that sandboxes hold warm, ``judge_imports`` those of the suite.
    """
    week, hidden = root / "solutions" / WEEK, root / "tests" / "hidden" / WEEK
    for folder in (week, hidden):
        folder.mkdir(parents=True)
    names = ", ".join(json.dumps(name) for name in imports)
    (week / "assignment.toml").write_text(
        f'title = "Toy"\nnotebook = "toy"\npoints = {QUESTIONS * TESTS}\n\n[sandbox]\nimports = [{names}]\n'
    )
    cells = []
    for number in range(1, QUESTIONS + 1):
        cells += [
            f'# %% nbgrader={{"grade_id": "q{number}_solution", {_META % ("true", "false", "false")}}}',
            f"### BEGIN SOLUTION\n{answer(number)}\n### END SOLUTION\n",
            f'# %% nbgrader={{"grade_id": "q{number}", "points": {TESTS}, {_META % ("false", "true", "true")}}}',
            f"assert callable(f{number})\n",
        ]
        suite = "".join(f"import {name}\n" for name in judge_imports) + f'HINTS = {{"add": "Add {number}."}}\n'
        for test in range(TESTS):
            suite += (
                f'\n\ndef test_{test}(student):\n    """Adds {number} to {test}"""\n'
                f'    assert student.f{number}({test}) == {number + test}, hint("add")\n'
            )
        (hidden / f"test_q{number}.py").write_text(f"from autograder.judge import hint\n{suite}")
    (week / "toy.py").write_text("\n".join(cells))
    return load_course(root)


def answer(number: int, wrong: bool = False, mark: str = "") -> str:
    """Source of a question's solution; ``mark`` makes it another student's."""
    return f"def f{number}(x):\n    return x {'-' if wrong else '+'} {number}{f'  # {mark}' if mark else ''}"


def submission(student: str = "ann", wrong: bool = False) -> Submission:
    """What a student handed in, every answer right or every answer wrong."""
    cells = []
    for number in range(1, QUESTIONS + 1):
        cells += [
            CodeCell(f"q{number}_solution", answer(number, wrong, student)),
            CodeCell(f"q{number}", f"assert callable(f{number})"),
        ]
    return Submission(WEEK, student, "toy", tuple(cells))


def add_students(course: Course, assignment: Assignment, count: int, env: dict[str, str]) -> None:
    """Hand in ``count`` submissions, a fifth of their answers wrong, no two of them alike."""
    release = course.root / "assignments" / WEEK
    if not release.is_dir():
        (course.root / "nbgrader_config.py").write_bytes((REPOSITORY / "nbgrader_config.py").read_bytes())
        nbgrader(course.root, env, "generate_assignment", WEEK)
    students = {
        f"student{who:05}": {
            f"q{number}_solution": answer(number, (who + number) % 5 == 0, f"student{who:05}")
            for number in range(1, QUESTIONS + 1)
        }
        for who in range(count)
    }
    hand_in(release, course.root / "course" / "submitted", assignment, students)


def autograder(course: Course, env: dict[str, str], *arguments: str) -> str:
    """Run a command of ours in the course; its standard output."""
    command = [sys.executable, "-m", "autograder.cli", *arguments]
    done = subprocess.run(command, cwd=course.root, env={**os.environ, **env}, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout
