"""Exports and imports beside the graders that they are for, on a few submissions; `make interop` compares them all."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nbgrader
import pytest

from autograder.course import SECRET_VARIABLE, load_course
from autograder.errors import CannotExport
from autograder.grading import Grader
from autograder.interop.export import archive_name, export_week
from autograder.interop.finish_results import finish
from autograder.interop.import_nbgrader import read_nbgrader
from autograder.interop.import_otter import read_otter
from autograder.interop.new_week import write_week
from autograder.nbgrader_bridge.generate import release_assignment
from autograder.records import CodeCell, Submission
from autograder.validation.specimens import reference_submission
from tests.integration.toy import ENGINE, ROOT, TOY, WEEK, environment
from tests.interop.compare import PatientCourse, compare_week
from tests.interop.labs import make_dist, scores
from tests.interop.specimens import notebook_of, specimens

PS1 = Path(nbgrader.__file__).parent / "docs" / "source" / "user_guide" / "source" / "ps1"


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    root = Path(shutil.copytree(TOY, tmp_path_factory.mktemp("course") / "toy"))
    course = load_course(root)
    release_assignment(course, WEEK)
    return course


def test_otter_gives_the_scores_that_we_give(toy, monkeypatch):
    monkeypatch.setenv("AUTOGRADER_ENGINE", ENGINE)
    week = compare_week(toy, toy.assignment(WEEK), only=3)
    assert (week.submissions, week.compared, week.differences) == (3, 9, [])


def test_otter_gives_the_reference_of_week_1_the_points_that_we_give(monkeypatch):
    """A real week's suites, its draws and its data; `make interop` compares all of its notebooks."""
    monkeypatch.setenv("AUTOGRADER_ENGINE", ENGINE)
    monkeypatch.setenv(SECRET_VARIABLE, "0" * 64)
    course = PatientCourse(**vars(load_course(ROOT)))
    week = compare_week(course, course.assignment("week1_numpy"), only=1, workers=1)
    assert (week.submissions, week.compared, week.differences) == (1, 8, [])
    assert week.scores["reference"] == {q.name: q.points for q in course.assignment("week1_numpy").questions}


def test_the_same_week_gives_the_same_zip(toy, tmp_path):
    one, two = (export_week(toy, WEEK, tmp_path / name).path.read_bytes() for name in ("one.zip", "two.zip"))
    assert one == two


def test_an_export_says_which_protection_is_lost_and_what_is_not_in_it(toy, tmp_path):
    with zipfile.ZipFile(export_week(toy, WEEK, tmp_path / "a.zip").path) as z:
        readme, names = z.read("README.md").decode(), z.namelist()
        secret = toy.secret().decode()
        assert all(secret not in z.read(name).decode("utf-8", "replace") for name in names)
    assert "What is lost by leaving our sandbox" in readme
    assert f"-a {archive_name(WEEK, gradescope=False)} " in readme
    assert "Scored by a person, and not in here: q4." in readme
    assert not any(name.startswith(("tests/_judge/solutions", "files/solutions")) for name in names)


def test_a_question_for_a_gpu_is_refused_by_name_and_the_others_are_exported_without_it(toy, tmp_path):
    root = Path(shutil.copytree(toy.root, tmp_path / "gpu"))
    manifest = root / "solutions" / WEEK / "assignment.toml"
    card = '\n[gpu]\nquestion = "q2"\nfiles = ["model.pt"]\n'
    manifest.write_text('runner = "gpu"\n' + manifest.read_text() + card)
    course = load_course(root)
    with pytest.raises(CannotExport, match="q2 may run on a worker with a GPU.*--leave-out q2") as caught:
        export_week(course, WEEK, tmp_path / "a.zip")
    assert len(caught.value.problems) == 1
    done = export_week(course, WEEK, tmp_path / "a.zip", leave_out=["q2"])
    assert (done.questions, done.left_out) == (("q1", "q3"), ("q2",))


RULES = """
[rules.q1]
imports = ["statistics"]
[rules.q2]
calls = ["np.median"]
weight = 2
"""


def test_rules_hold_in_otter_as_they_do_here(toy, tmp_path, monkeypatch):
    monkeypatch.setenv("AUTOGRADER_ENGINE", ENGINE)
    root = Path(shutil.copytree(toy.root, tmp_path / "rules"))
    folder = root / "solutions" / WEEK
    (folder / "assignment.toml").write_text((folder / "assignment.toml").read_text() + RULES)
    for path in (folder / "mutants").rglob("*.py"):
        path.unlink()
    right = "def clip01(x):\n    return np.clip(x, 0.0, 1.0)\n"
    hides = "exec('import stat' + 'istics')\n    return float(np.mean(x))"
    for question, name, code in (
        ("q1", "a_says_it", "def mean(x):\n    import statistics\n    return float(np.mean(x))"),
        ("q1", "b_hides_it", f"def mean(x):\n    {hides}"),
        ("q2", "a_says_it", right + "def other(x):\n    return np.median(x)"),
    ):
        (folder / "mutants" / question / f"{name}.py").write_text(
            f'"""Mutant: m.\nMisconception: m.\nKilled by: test_value\nHint: divide\n"""\n{code}\n'
        )
    course = load_course(root)
    week = compare_week(course, course.assignment(WEEK), only=5)
    assert (week.submissions, week.compared, week.left_out, week.differences) == (5, 15, (), [])
    found = [scores for name, scores in week.scores.items() if name == "reference" or name.startswith("mutants")]
    # without a weight a broken rule costs all, with one its share; what the text hides is refused when it runs
    assert found == [{"q1": 4, "q2": 4, "q3": 2}, {"q1": 0, "q2": 2, "q3": 2}, {"q1": 0, "q2": 4, "q3": 2}]


def test_gradescope_gets_a_results_file_with_visibilities_and_a_leaderboard(toy, tmp_path):
    """The harness does what Gradescope's does: source, submission, then run_autograder."""
    root = tmp_path / "autograder"
    for folder in ("submission", "results", "venv/bin"):
        (root / folder).mkdir(parents=True)
    archive = export_week(toy, WEEK, tmp_path / "a.zip", gradescope=True, leaderboard=True).path
    with zipfile.ZipFile(archive) as z:
        z.extractall(root / "source")
        assert z.getinfo("run_autograder").external_attr >> 16 & 0o111, "Gradescope starts it"
    (root / "submission_metadata.json").write_text("{}")
    python = root / "venv" / "bin" / "python"  # what setup.sh would make with pip
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    release = toy.root / "assignments" / WEEK / "toy.ipynb"
    submission = specimens(toy, toy.assignment(WEEK))["mutants 1: q1/sum_only, q2/in_place"]
    (root / "submission" / "toy.ipynb").write_text(json.dumps(notebook_of(submission, release)))
    done = subprocess.run(
        ["bash", str(root / "source" / "run_autograder")],
        env=environment(AUTOGRADER_ROOT=str(root)), capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    results = json.loads((root / "results" / "results.json").read_text())
    by_name = {t["name"]: t for t in results["tests"]}
    earned = {n: (t["score"], t["max_score"]) for n, t in by_name.items() if n.startswith("q")}
    assert earned == {"q1": (0, 4), "q2": (2, 4), "q3": (2, 2)}, done.stdout + done.stderr
    assert {t["visibility"] for t in results["tests"]} <= {"hidden", "after_due_date", "after_published", "visible"}
    assert results["score"] == 4 and results["leaderboard"] == [{"name": "Points", "value": 4, "order": "desc"}]
    assert "numbers ends up" not in json.dumps(results) and "A mean is a sum" in by_name["q1"]["output"]


QUESTIONS = {"q1": {"points": 4, "visibility": "visible"}, "q2": {"points": 2, "visibility": "after_due_date"}}


def test_scores_beyond_their_bounds_and_missing_ones_are_put_in_order():
    raw = {"tests": [{"name": "q1", "score": 9}, {"name": "q2", "score": float("nan")}, {"name": "q9", "score": 100}]}
    done = finish(raw, QUESTIONS, leaderboard=False)
    assert [(t["name"], t["score"]) for t in done["tests"]] == [("q1", 4), ("q2", 0)]
    assert done["score"] == 4 and "leaderboard" not in done
    assert finish({"tests": [{"name": "q1", "score": -3}]}, QUESTIONS, False)["score"] == 0


@pytest.mark.parametrize("raw", [None, [], {}, {"tests": []}, {"tests": [{"name": "Autograder Failed", "score": 0}]}])
def test_a_submission_that_was_not_graded_is_told_so_and_not_judged(raw):
    done = finish(raw, QUESTIONS, leaderboard=True)
    assert "could not be graded" in done["tests"][0]["output"] and "leaderboard" not in done
    assert all(t["visibility"] == "hidden" for t in done["tests"][1:])


def test_what_otter_assign_makes_is_imported_and_gets_otters_own_scores(tmp_path, monkeypatch):
    monkeypatch.setenv("AUTOGRADER_ENGINE", ENGINE)
    dist = make_dist(tmp_path, "exception")
    write_week(tmp_path / "course", read_otter(dist, "lab"))
    ours, theirs = scores(dist, tmp_path / "course", {"q1": "def square(x):\n    return x * abs(x)"})
    assert ours == theirs == {"q1": 1, "q2": 2}


def test_nbgraders_quickstart_is_imported_and_its_hidden_tests_leave_the_notebook(tmp_path):
    (problem1, problem2) = (write_week(tmp_path, week) for week in read_nbgrader(PS1))
    assert problem1.questions[:3] == ("correct_squares", "squares_invalid_input", "correct_sum_of_squares")
    assert problem2.questions == () and problem2.manual == ("part_a", "part_b")
    course = load_course(tmp_path)
    assert course.problems() == ()
    assignment = course.assignment(problem1.name)
    assert "student.squares(10) ==" in (assignment.suite_dir / "test_correct_squares.py").read_text()
    inside = (assignment.suite_dir / "test_sum_of_squares_uses_squares.py").read_text()
    assert "import cell" in inside and any("a statement of the kind Delete" in note for note in problem1.notes)
    right = reference_submission(assignment, tmp_path / "assignments" / problem1.name)
    wrong = "def squares(n):\n    if n < 1:\n        raise ValueError\n    return [i ** 3 for i in range(1, n + 1)]"
    cells = tuple(CodeCell(c.key, wrong if c.key == "correct_squares_solution" else c.source) for c in right.cells)
    with Grader(course, assignment, ENGINE) as grader:
        full = grader.grade(right)
        part = grader.grade(Submission(right.assignment, "bob", right.notebook, cells))
    assert full.score == full.max_score == 3
    # squares, invalid input, sum of squares, and whether the sum uses squares
    assert [q.score for q in part.questions] == [0, 1, 0, 0.5]


def test_hidden_regions_of_a_cell_are_in_the_suite_and_not_in_the_notebook(tmp_path):
    path = PS1.parents[4] / "tests" / "apps" / "files" / "test-hidden-tests.ipynb"
    course = tmp_path / "new"  # nobody has been here: no nbgrader_config.py either
    for verb in (["import-nbgrader", str(path), "--name", "hidden"], ["release", "hidden"]):
        done = subprocess.run(
            [str(Path(sys.executable).with_name("autograder")), "--course", str(course), *verb],
            env=environment(), capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
    text = load_course(course).assignment("hidden").source.read_text()
    assert "HIDDEN TESTS" in path.read_text() and "HIDDEN TESTS" not in text
    assert load_course(course).assignment("hidden").questions
    assert [p.name for p in (course / "assignments" / "hidden").glob("*.ipynb")] == ["test_hidden_tests.ipynb"]
