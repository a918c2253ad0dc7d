"""The same class of submissions in three courses: ours, one of stock nbgrader, and an autograder zip of otter's."""

from __future__ import annotations

import copy
import json
import random
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import nbformat

from autograder.course import Assignment, Question, load_course
from autograder.grading import rules_of
from autograder.interop.suites import Test, collect
from autograder.release import read_notebook
from autograder.rules import breaches
from autograder.validation.mutants import read_mutant, read_wheat
from autograder.validation.specimens import released_files

BENCH = Path(__file__).resolve().parent
REPOSITORY = BENCH.parents[1]
Class = Mapping[str, Mapping[str, str]]
"""Students by name; of each the source of every solution cell, by grade id."""

SECRET = "the benchmark's own course secret"
"""All sides draw from it, so that a known-wrong answer has the same luck everywhere."""

WRONG_SHARE = 0.3
"""Share of the questions that a student of the class gets wrong."""

LEFT_OUT = frozenset({
    "q1_4/two_loops", "q1_5/loops_over_pairs", "q1_4/broadcasts_all_differences",
})  # fmt: skip
"""Mutants (question/name) that take seconds, or gigabytes that only our side refuses: what they cost hides the rest."""

EMPTY_SUITE = '''"""Left out of this course."""


def test_nothing(student):
    """Nothing is asked"""
'''


def make_class(assignment: Assignment, size: int, without: Collection[str] = ()) -> Class:
    """A class of ``size`` students.

    A question is answered by the reference, by a right answer in another style or by a known-wrong
    one, drawn with a fixed seed. Everybody answers the questions in ``without`` as the reference does: other answers
    may give a name of an earlier question to something else, which only who tests after the last cell sees.
    """
    draw = random.Random(1)
    reference = reference_answers(assignment)
    students = {}
    for number in range(size):
        solutions = dict(reference)
        for question in assignment.questions:
            if question.name in without:
                continue
            key = f"{question.name}_solution"
            wrong = wrong_answers(assignment, question.name)
            if wrong and draw.random() < WRONG_SHARE:
                solutions[key] = draw.choice(wrong)
            elif right := assignment.wheats(question.name):
                choices = [reference[key], *(read_wheat(path, question.name).source for path in right)]
                solutions[key] = draw.choice(choices)
        students[f"student{number:02}"] = solutions
    return students


def reference_answers(assignment: Assignment) -> dict[str, str]:
    """The instructor's own source of every solution cell, by grade id."""
    return {cell.grade_id: cell.source for cell in assignment.cells if cell.solution and cell.kind == "code"}


def wrong_answers(assignment: Assignment, question: str) -> list[str]:
    """Sources of a question's known-wrong answers, without those that break a rule: the other graders know no rules."""
    rules, named = rules_of(assignment)
    found = []
    for path in assignment.mutants(question):
        source = read_mutant(path, question).source
        breach = breaches([(f"{question}_solution", source)], rules, named).get(question)
        if breach is None and f"{question}/{path.stem}" not in LEFT_OUT:
            found.append(source)
    return found


def build_ours(
    root: Path, assignment: Assignment, students: Class, env: dict[str, str], without: Collection[str] = ()
) -> Assignment:
    """This repository's course of one week, with the class handed in; the week as it is there.

    ``without`` are questions that nothing is asked about.
    """
    root.mkdir()
    for name in ("solutions", "tests/hidden"):
        shutil.copytree(
            REPOSITORY / name / assignment.name, root / name / assignment.name,
            ignore=shutil.ignore_patterns("__pycache__"),
        )  # fmt: skip
    for question in without:
        (root / "tests" / "hidden" / assignment.name / f"test_{question}.py").write_text(EMPTY_SUITE)
    shutil.copy(REPOSITORY / "nbgrader_config.py", root)
    nbgrader(root, env, "generate_assignment", assignment.name)
    hand_in(root / "assignments" / assignment.name, root / "course" / "submitted", assignment, students)
    return load_course(root).assignment(assignment.name)


def build_shim(folder: Path, assignment: Assignment) -> None:
    """What the tests need beside the student's code, where a process finds it that has nothing of our package."""
    folder.mkdir()
    for name in ("stock_shim", "floor"):
        shutil.copy(BENCH / f"{name}.py", folder)
    for name in ("draws", "timing"):
        shutil.copy(REPOSITORY / "autograder" / "judge" / f"{name}.py", folder)
    folder.joinpath("stock_reference.py").write_text(
        "\n\n".join(c.source for c in assignment.cells if c.kind == "code" and c.grade_id and not c.grade)
    )


def build_stock(root: Path, assignment: Assignment, students: Class, env: dict[str, str], python: str) -> None:
    """A course in nbgrader's own layout, whose grade cells run the same tests in the notebook's kernel."""
    source = root / "source" / assignment.name
    source.mkdir(parents=True)
    if (assignment.folder / "data").is_dir():
        shutil.copytree(assignment.folder / "data", source / "data")
    nbformat.write(_stock_notebook(assignment), source / f"{assignment.notebook}.ipynb")
    (root / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.course_id = 'stock'\n"
        "c.ExecutePreprocessor.iopub_timeout = 60\n"  # 4 s are not enough for a busy machine
    )
    nbgrader(root, env, "generate_assignment", assignment.name, python=python)
    hand_in(root / "release" / assignment.name, root / "submitted", assignment, students)


def build_otter(root: Path, assignment: Assignment, course: Path) -> Path:
    """An autograder zip in otter's exception format, a case for each test; what is beside the notebook lies in it too.

    ``course`` is the folder that :func:`build_ours` has made.
    """
    root.mkdir()
    tests = collect(course, assignment.name)
    with zipfile.ZipFile(root / "autograder.zip", "w") as archive:
        archive.writestr("otter_config.json", json.dumps({"show_hidden": True}))
        for question in assignment.questions:
            archive.writestr(f"tests/{question.name}.py", _otter_tests(question, tests))
        for name, data in released_files(course / "assignments" / assignment.name):
            archive.writestr(f"files/{name}", data)
    return root / "autograder.zip"


def nbgrader(root: Path, env: Mapping[str, str], *arguments: str, python: str = sys.executable) -> None:
    done = subprocess.run(
        [python, "-m", "nbgrader", *arguments], cwd=root, env=dict(env), capture_output=True, text=True
    )
    if done.returncode != 0:
        raise SystemExit(f"nbgrader {' '.join(arguments)} failed in {root}:\n{done.stdout}{done.stderr}")


def hand_in(release: Path, submitted: Path, assignment: Assignment, students: Class) -> None:
    """What `nbgrader collect` would have put there."""
    name = f"{assignment.notebook}.ipynb"
    released = json.loads((release / name).read_text(encoding="utf-8"))
    for student, solutions in students.items():
        folder = submitted / student / assignment.name
        shutil.copytree(release, folder)
        notebook = copy.deepcopy(released)
        for cell in notebook["cells"]:
            key = cell["metadata"].get("nbgrader", {}).get("grade_id")
            if key in solutions:
                cell["source"] = solutions[key]
        (folder / name).write_text(json.dumps(notebook), encoding="utf-8")
        (folder / "timestamp.txt").write_text("2026-01-01 12:00:00.000000 UTC\n")


def scores(database: Path, questions: Collection[str]) -> dict[tuple[str, str], float]:
    """Automatic score by (student, question), out of a gradebook."""
    from nbgrader.api import Gradebook

    found = {}
    with Gradebook(f"sqlite:///{database}") as gradebook:
        for submission in gradebook.assignments[0].submissions:
            for notebook in submission.notebooks:
                for grade in notebook.grades:
                    if grade.name in questions:
                        found[submission.student.id, grade.name] = grade.auto_score or 0.0
    return found


def _otter_tests(question: Question, tests: Sequence[Test]) -> str:
    """A test file of a question: each test of its suite is a case with its share of the points."""
    own = [test for test in tests if test.question == question.name]
    weights = sum(test.weight for test in own)
    text = (
        "from otter.test_files import test_case\nfrom stock_shim import check\n\n"
        f"OK_FORMAT = False\nname = {question.name!r}\npoints = None\n"
    )
    for number, test in enumerate(own):
        text += (
            f"\n\n@test_case(name={f'{question.name} {number}'!r}, points={question.points * test.weight / weights!r}, "
            f"hidden=True)\ndef case_{number}(env):\n    check({str(question.suite)!r}, {test.test!r}, env)\n"
        )
    return text


def _stock_notebook(assignment: Assignment) -> Any:
    """The instructor's notebook with its hidden suites as hidden tests inside of the grade cells.

    The visible checks stay, as cells of their own: an assertion that fails in a grade cell would cost
    all of its points there, where the hidden suite gives partial credit.
    """
    notebook = read_notebook(assignment)
    cells = []
    for cell in notebook.cells:
        meta = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "code" and meta.get("grade") and not meta.get("solution"):
            cells.append(nbformat.v4.new_code_cell(cell.source))
            question = assignment.question(meta["grade_id"])
            cell.source = (
                "### BEGIN HIDDEN TESTS\n"
                "from stock_shim import run\n"
                f"run({str(question.suite)!r}, {question.points!r}, globals())\n"
                "### END HIDDEN TESTS"
            )
        cells.append(cell)
    notebook.cells = cells
    return notebook
