"""A small assignment that `otter assign` makes, in both formats, and submissions to it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat

from autograder.course import load_course
from autograder.grading import Grader
from autograder.interop.import_otter import read_otter
from autograder.interop.new_week import write_week
from autograder.records import CodeCell, Submission
from autograder.validation.specimens import released_files

ENGINE = os.environ.get("AUTOGRADER_ENGINE", "auto")
HEAD = """# ASSIGNMENT CONFIG
init_cell: true
export_cell: false
check_all_cell: false
generate: true
files:
  - numbers.txt
tests:
  ok_format: {ok}
"""
CONFIG = '""" # BEGIN TEST CONFIG\n{0}\n""" # END TEST CONFIG\n'
SOLUTIONS = {
    "q1": "def square(x):\n    y = x * x # SOLUTION\n    return y # SOLUTION",
    "q2": "total = sum(float(x) for x in open('numbers.txt')) # SOLUTION",
}
# (question, code, what it shows, settings) of each case; the second of each question is hidden
OK_CASES = (
    ("q1", "square(2)", "4", "points: 1\nfailure_message: squares are products"),
    ("q1", "square(-3)", "9", "hidden: true"),
    ("q1", "print(square(1.5) == 2.25)", "True\n", "hidden: true\npoints: 0.5"),
    ("q2", "total > 0", "True", ""),
    ("q2", "round(total, 3)", "6.5", "hidden: true"),
)
EXCEPTION_CASES = (
    ("q1", "def test_two(square):\n    assert square(2) == 4\ntest_two(square)", "",
     "points: 1\nfailure_message: squares are products\nsuccess_message: well done"),
    ("q1", "def test_minus(env):\n    assert env['square'](-3) == 9\ntest_minus(globals())", "", "hidden: true"),
    ("q2", "def test_some(total):\n    assert total > 0\ntest_some(total)", "", ""),
    ("q2", "def test_total(total):\n    assert round(total, 3) == 6.5\ntest_total(total)", "", "hidden: true"),
)  # fmt: skip
QUESTIONS = {"q1": "name: q1\npoints: 3", "q2": "name: q2\npoints: 2\nall_or_nothing: true"}
ANSWERS = {
    "right": {},
    "wrong for negative numbers": {"q1": "def square(x):\n    return x * abs(x)"},
    "half a total": {"q2": "total = 1.5"},
    "nothing": {"q1": "...", "q2": "..."},
}


def master(form: str) -> nbformat.NotebookNode:
    """The notebook that `otter assign` takes."""
    v = nbformat.v4
    cells = [v.new_raw_cell(HEAD.format(ok=str(form == "ok").lower())), v.new_markdown_cell("# Lab")]
    for question, settings in QUESTIONS.items():
        cells += [v.new_raw_cell(f"# BEGIN QUESTION\n{settings}"), v.new_markdown_cell(question)]
        cells += [v.new_raw_cell("# BEGIN SOLUTION"), v.new_code_cell(SOLUTIONS[question])]
        cells += [v.new_raw_cell("# END SOLUTION"), v.new_raw_cell("# BEGIN TESTS")]
        for of, code, shown, config in OK_CASES if form == "ok" else EXCEPTION_CASES:
            if of != question:
                continue
            cell = v.new_code_cell((CONFIG.format(config) if config else "") + code)
            if shown.endswith("\n"):
                cell.outputs = [v.new_output("stream", name="stdout", text=shown)]
            elif shown:
                cell.outputs = [v.new_output("execute_result", {"text/plain": shown}, execution_count=1)]
            cells.append(cell)
        cells += [v.new_raw_cell("# END TESTS"), v.new_raw_cell("# END QUESTION")]
    kernel = {"name": "python3", "language": "python", "display_name": "Python 3"}
    return v.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def make_dist(folder: Path, form: str) -> Path:
    """Run `otter assign` and return its dist folder."""
    nbformat.write(master(form), folder / "lab.ipynb")
    (folder / "numbers.txt").write_text("1.5\n5\n")
    done = subprocess.run(
        [sys.executable, "-m", "otter", "assign", "lab.ipynb", "dist", "--no-run-tests"],
        cwd=folder, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "dist"


def scores(dist: Path, course: Path, answers: dict[str, str]) -> tuple[dict[str, float], dict[str, float]]:
    """Scores of one submission by question: ours, and otter's own."""
    from otter.api import grade_submission

    (archive,) = (dist / "autograder").glob("*.zip")
    notebook = json.loads((dist / "autograder" / "lab.ipynb").read_text())
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        for question, solution in SOLUTIONS.items():
            if source.split("\n")[0] == solution.split("\n")[0] and question in answers:
                cell["source"] = answers[question]
    path = dist / "submission.ipynb"
    path.write_text(json.dumps(notebook))
    theirs = {n: float(t.score) for n, t in grade_submission(str(path), str(archive), quiet=True).results.items()}

    loaded = load_course(course)
    assignment = loaded.assignment("lab")
    cells = tuple(
        CodeCell(c.grade_id or f"cell-{i}", answers.get(c.grade_id.removesuffix("_solution"), c.source))
        if c.solution
        else CodeCell(c.grade_id or f"cell-{i}", c.source)
        for i, c in enumerate(assignment.cells)
        if c.kind == "code"
    )
    with Grader(loaded, assignment, ENGINE) as grader:
        submission = Submission("lab", "ann", assignment.notebook, cells, released_files(assignment.folder / "files"))
        ours = {q.question: q.score for q in grader.grade(submission).questions}
    return ours, theirs


def compare_lab(form: str) -> tuple[str, str, str]:
    """Import the assignment, grade every submission with both; a row of the table."""
    with tempfile.TemporaryDirectory(prefix="lab-") as folder:
        dist = make_dist(Path(folder), form)
        done = write_week(Path(folder) / "course", read_otter(dist, "lab"))
        same, different = 0, []
        for name, answers in ANSWERS.items():
            ours, theirs = scores(dist, Path(folder) / "course", answers)
            for question, score in theirs.items():
                if abs(ours[question] - score) < 0.01:
                    same += 1
                else:
                    different.append(f"{name}, {question}: ours {ours[question]:g}, otter {score:g}")
    text = f"{same} same" + (f"; {'; '.join(different)}" if different else "")
    return f"what `otter assign` makes, {form} format", f"{len(done.questions)} questions", text
