"""The command line on the toy course: what it says, what it returns, what it keeps."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.cli import main
from autograder.cluster import QUARANTINE
from autograder.collected import read_submission
from autograder.course import load_course
from autograder.grading import Grader
from autograder.store import Store, default_url
from tests.integration.toy import ENGINE, ROOT, TOY, WEEK, ToyClass, environment, nbgrader

SUITES = Path("tests") / "hidden" / WEEK
MUTANTS = Path("solutions") / WEEK / "mutants"

# The toy course leaves two tests without a mutant; these complete it.
MUTANT_Q2 = '''"""Mutant: returns zeros.
Misconception: the bounds are thought to be the values.
Killed by: test_value
Hint: bounds
"""
def clip01(x):
    return 0 * x
'''
MUTANT_Q3 = '''"""Mutant: the total of nothing.
Misconception: the file is not read.
Killed by: test_total
Hint: assertion
"""
def total():
    return 0.0
'''


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """The toy course, released, in a state that no test changes."""
    root = tmp_path_factory.mktemp("released") / "toy"
    shutil.copytree(TOY, root)
    (root / MUTANTS / "q3").mkdir()
    (root / MUTANTS / "q2" / "zeros.py").write_text(MUTANT_Q2)
    (root / MUTANTS / "q3" / "nothing.py").write_text(MUTANT_Q3)
    codes, said = nbgrader(root, ["generate_assignment", WEEK])
    assert codes == [0], said
    return root


@pytest.fixture
def course(released, tmp_path):
    return Path(shutil.copytree(released, tmp_path / "toy"))


@pytest.fixture
def collected(course):
    """The course with three submissions, as `nbgrader collect` leaves them."""
    toy = ToyClass(course, where="course/submitted")
    toy.hand_in("ada", toy.right())
    toy.hand_in("bo", toy.right(q1_solution="def mean(x):\n    return 0.0"))
    toy.hand_in("cy", json.dumps(toy.right())[:500])
    return course


@pytest.fixture
def run(capsys):
    """Run a verb; returns its exit code, standard output and standard error."""

    def run(course, *arguments):
        code = main(["--course", str(course), *arguments])
        return code, *capsys.readouterr()

    return run


def broken_gates(said: str) -> dict[str, list[str]]:
    report = json.loads(said)["weeks"][0]
    return {
        gate["name"]: [f"{p['where']}: {p['text']}" for p in gate["problems"]]
        for gate in report["gates"]
        if not gate["passed"]
    }


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def validate(run, course, *options):
    return run(course, "validate", "--engine", ENGINE, "--seeds", "1", *options)


def test_a_sound_week_passes_all_gates_and_its_matrix_is_written(run, course):
    code, out, _ = validate(run, course, "--matrix")
    assert code == 0, out
    assert "BROKEN" not in out
    page = (course / "docs" / "suites" / f"{WEEK}.md").read_text()
    assert "| `test_argument_is_untouched` | The argument keeps its numbers. | K | . |" in page
    catalogue = json.loads((course / "docs" / "suites" / f"{WEEK}.json").read_text())
    patterns = {entry["name"]: sorted(entry["pattern"]) for entry in catalogue["misconceptions"]}
    assert patterns["in_place"] == ["test_argument_is_untouched"]


@pytest.mark.parametrize(
    ("file", "old", "new", "gate", "said"),
    [
        (MUTANTS / "q1/sum_only.py", "Hint: divide", "Hint: other", "gets the hint", "sum_only: gets the hint divide"),
        (MUTANTS / "q1/sum_only.py", "np.sum(x)", "np.mean(x)", "fails the tests", "q1/sum_only: loses no points"),
        (MUTANTS / "q2/zeros.py", "test_value", "test_argument_is_untouched", "fails the tests", "q2/zeros: passes"),
        (SUITES / "test_q3.py", "6.5)", "6.5 + 1e-3)", "reference earns", "q3 earns 0 of 2"),
        (
            Path("solutions") / WEEK / "wheats/q1/method.py",
            ".mean()",
            ".max()",
            "right answers",
            "wheat q1/method: q1 earns 0 of 4",
        ),
        (
            Path("assignments") / WEEK / "data/numbers.csv",
            "",
            "def test_argument_is_untouched(student, draw):\n",
            "release holds no solution",
            "data/numbers.csv: a line of a hidden suite",
        ),
    ],
    ids=["hint", "equal", "killer", "oracle", "wheat", "leak"],
)
def test_what_is_broken_on_purpose_breaks_its_gate(run, course, file, old, new, gate, said):
    if old:
        replace(course / file, old, new)
    else:
        (course / file).write_text(new)
    code, out, _ = validate(run, course, "--json")
    found = broken_gates(out)
    assert code == 1
    problems = next(problems for name, problems in found.items() if gate in name)
    assert any(said in problem for problem in problems), problems


def test_a_suite_that_does_not_import_is_the_courses_fault(run, course):
    replace(course / SUITES / "test_q3.py", "from autograder.judge import close", "import no_such_module_anywhere")
    code, _, err = validate(run, course)
    assert code == 4
    assert "test_q3.py" in err
    assert "no_such_module_anywhere" in err


def test_all_problems_of_a_course_are_listed_at_once(run, course):
    (course / SUITES / "test_q2.py").unlink()
    (course / SUITES / "test_q9.py").write_text("")
    replace(course / "solutions" / WEEK / "assignment.toml", "title", "tilte")
    code, out, _ = run(course, "check", "--json")
    problems = "\n".join(json.loads(out)["problems"])
    assert code == 4
    for word in ("test_q2.py", "test_q9.py", "tilte"):
        assert word in problems


def test_check_finds_suites_that_do_not_import(run, course):
    suite = course / SUITES / "test_q3.py"
    suite.write_text("x = 1\nimport no_such_module_anywhere\n" + suite.read_text())
    code, out, _ = run(course, "check", "--json")
    assert code == 4
    (problem,) = json.loads(out)["problems"]
    assert problem.startswith(f"{suite}:2: does not import: ModuleNotFoundError: ")
    assert run(course, "check")[2].strip() == problem


def test_a_release_that_is_not_fresh_is_told(run, course):
    path = course / "assignments" / WEEK / "toy.ipynb"
    path.write_text(path.read_text().replace("mean", "median", 1))
    code, _, err = run(course, "check")
    assert code == 4
    assert "toy.ipynb" in err


def test_a_week_without_a_release_says_what_to_run(run, course):
    shutil.rmtree(course / "assignments")
    code, _, err = validate(run, course)
    assert code == 4
    assert f"autograder release {WEEK}" in err


def test_release_writes_what_students_receive(run, course):
    shutil.rmtree(course / "assignments")
    done = subprocess.run(
        [sys.executable, "-m", "autograder.cli", "--course", str(course), "release", WEEK, "--json"],
        capture_output=True,
        text=True,
        env=environment(),
    )
    assert json.loads(done.stdout)["files"] == ["data/numbers.csv", "toy.ipynb"]
    assert run(course, "check")[0] == 0


def test_grade_gives_each_submission_a_row(run, collected):
    code, out, _ = run(collected, "grade", WEEK, "--engine", ENGINE)
    rows = {line.split()[0]: line.split()[1:] for line in out.splitlines()}
    assert code == 0
    assert rows["ada"] == ["4", "4", "2", "10", "10", "graded"]
    assert rows["bo"] == ["0", "4", "2", "6", "10", "graded"]
    assert rows["cy"][-1] == "unreadable-notebook"
    assert run(collected, "results", WEEK)[1] == out


def test_what_is_stored_is_not_graded_again(run, collected):
    first = json.loads(run(collected, "grade", WEEK, "--engine", ENGINE, "--json")[1])
    assert any(result["cells"] for result in first["results"]), "what the notebooks showed is in the JSON"
    again = json.loads(run(collected, "grade", WEEK, "--engine", ENGINE, "--json")[1])
    # a result holds its own wall-clock and processor times: graded anew they would differ
    assert again == first
    one = json.loads(run(collected, "grade", WEEK, "--engine", ENGINE, "--student", "bo", "--json")[1])
    assert one["results"] == [result for result in first["results"] if result["student"] == "bo"]


def test_a_submission_that_sandboxes_died_of_waits_and_is_graded_when_staff_release_it(run, collected):
    course = load_course(collected)
    week = course.assignment(WEEK)
    with contextlib.closing(Grader(course, week, ENGINE)) as grader, Store(default_url(collected)) as store:
        digests = grader.digests(read_submission(course, week, "ada"))
        store.add_deaths(WEEK, week.notebook, "ada", digests, QUARANTINE, "silent")
    ada = ("grade", WEEK, "--engine", ENGINE, "--student", "ada")
    code, _, said = run(collected, *ada)
    assert code == 5 and "3 sandboxes or judges died" in said and "--retry-quarantined" in said
    code, out, _ = run(collected, *ada, "--json")
    assert code == 5 and [fault["verdict"] for fault in json.loads(out)["faults"]] == ["quarantined"]
    code, out, _ = run(collected, *ada, "--retry-quarantined")
    assert code == 0 and "graded" in out


def test_who_has_handed_in_nothing_is_told(run, collected):
    code, _, err = run(collected, "grade", WEEK, "--student", "nobody")
    assert code == 3
    assert "nobody" in err


def test_an_engine_that_is_not_here_leaves_everything_ungraded_and_says_so(run, collected, monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    code, out, _ = run(collected, "grade", WEEK, "--engine", "docker", "--json")
    assert code == 5
    assert json.loads(out)["error"]["verdict"] == "engine-unavailable"
    assert run(collected, "results", WEEK)[1].strip() == "No results yet."


def test_engines_are_listed_with_what_they_protect(run):
    code, out, _ = run(ROOT, "engines", "--json")
    found = {engine["name"]: engine for engine in json.loads(out)["engines"]}
    assert code == 0
    assert found["local-plain"]["present"]
    assert "trusted" in found["local-plain"]["says"]


def test_an_interrupted_run_ends_with_130_and_keeps_what_was_finished(run, collected):
    toy = ToyClass(collected, where="course/submitted")
    toy.hand_in("dora", toy.right(q1_solution="while True:\n    pass"))
    terminal, other_end = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "autograder.cli", "--course", str(collected), "grade", WEEK]
        + ["--engine", ENGINE, "--workers", "1"],
        stdout=subprocess.PIPE,
        stderr=other_end,
        env=environment(TERM="xterm", COLUMNS="120"),
    )
    os.close(other_end)
    shown = b""
    while b"3/4" not in shown:  # dora, the last, is being graded
        shown += os.read(terminal, 4096)
    process.send_signal(signal.SIGINT)
    drain(terminal)
    process.communicate(timeout=60)
    assert process.returncode == 130
    found = json.loads(run(collected, "results", WEEK, "--json")[1])
    assert [result["student"] for result in found["results"]] == ["ada", "bo", "cy"]


def drain(terminal: int) -> None:
    """Read until the other end is closed, which a pty says by an error."""
    try:
        while os.read(terminal, 4096):
            pass
    except OSError:
        os.close(terminal)
