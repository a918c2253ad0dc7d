"""Reports and exports of a tiny course on disk: what is written where, and what is said when that cannot be."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import nbformat
import pytest

from autograder import cli
from autograder.course import load_course
from autograder.records import Digests, Note, QuestionResult, Result, TestResult
from autograder.store import Store
from tests.integration.tiny_course import MANIFEST, SOLUTIONS, WEEK, write_course

ROOT = Path(__file__).parents[2]
GIVEN = """def given(x):
    total = 0
    for value in x:
        total = total + value * value - 3
    return [total / len(x) for _ in range(7)]
"""
LOOP = """def one(X):
    out = []
    for row in X:
        top = max(row)
        weights = [2 ** (v - top) for v in row]
        norm = sum(weights)
        out.append([w / norm for w in weights])
    return out
"""
ARRAYS = """E = np.exp(np.asarray(data, float) - np.asarray(data, float).max(axis=1, keepdims=True))
S = E.sum(axis=1, keepdims=True)
one = lambda x: (E / S)[:, : x.shape[-1]].astype(np.float64).copy()
"""
RENAMED = LOOP.replace("row", "line").replace("weights", "w8").replace("norm", "Z").replace("top", "m")


def result(student, passed=2, **over):
    tests = tuple(TestResult(f"test_{i}", f"Title {i}", "passed" if i < passed else "failed") for i in range(2))
    questions = tuple(QuestionResult(name, 2.0 * passed, 4.0, tests) for name in SOLUTIONS)
    return Result(WEEK, student, "tiny", "graded", questions, (), Digests(student, "s", "i", "d"), **over)


def make_course(root):
    """The course with results of two students."""
    write_course(root, manifest=f"similarity = true\n{MANIFEST}")
    with Store(f"sqlite:///{root / 'course' / 'results.db'}") as store:
        store.put(result("ann"))
        store.put(result("ben", passed=1, notes=(Note("time-limit", "A cell was slow."),)))
    return root


@pytest.fixture
def course(tmp_path, monkeypatch):
    monkeypatch.delenv("AUTOGRADER_STORE", raising=False)
    return make_course(tmp_path / "course_of_two")


@pytest.fixture
def run(tmp_path, capsys):
    """Run a verb in the course of the test; returns its exit code and its JSON."""

    def run(*arguments):
        code = cli.main(["--course", str(tmp_path / "course_of_two"), *map(str, arguments), "--json"])
        return code, json.loads(capsys.readouterr().out)

    return run


def write_notebook(folder: Path, first: str) -> None:
    """The tiny notebook with ``first`` in its first solution cell."""
    cells = []
    for name, source in (SOLUTIONS | {"q1": first}).items():
        for grade_id, text, locked in ((f"{name}_solution", source, False), (name, f"# checks of {name}", True)):
            meta = {"grade_id": grade_id, "schema_version": 3, "locked": locked, "grade": locked,
                    "solution": not locked, "task": False, **({"points": 4} if locked else {})}  # fmt: skip
            cells.append(nbformat.v4.new_code_cell(text, metadata={"nbgrader": meta}))
    folder.mkdir(parents=True)
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "tiny.ipynb")


@pytest.mark.parametrize(
    "arguments",
    [
        ("report", WEEK),
        ("leaderboard", WEEK),
        ("similarity", WEEK),
        *(("export", WEEK, "--format", form) for form in ("canvas", "gradescope-results", "lti")),
    ],
    ids=lambda arguments: "-".join(arguments),
)
@pytest.mark.parametrize("where", ["below a file", "folder and file exchanged"])
def test_a_place_that_cannot_be_written_is_said_in_a_sentence(course, run, tmp_path, arguments, where):
    write_notebook(course / "assignments" / WEEK, "raise NotImplementedError")
    (tmp_path / "file").write_text("")
    writes_folder = arguments[0] in ("report", "leaderboard") or arguments[-1] == "gradescope-results"
    if where == "below a file":
        place = tmp_path / "file" / "x"
    elif writes_folder:
        place = tmp_path / "there"
        for name in ("index.html", f"{WEEK}.html", "ann/results.json"):
            (place / name).mkdir(parents=True)
    else:
        place = tmp_path
    code, said = run(*arguments, "--to", place)
    if code == 2 and place == tmp_path:
        return  # the command line knows already that a folder is no file
    assert (code, said["error"]["verdict"]) == (5, "unwritable")
    told = Path(said["error"]["problems"][0].partition(": cannot be written (")[0])
    assert told in (place, place.parent) or place in told.parents


def test_the_page_of_one_student_alone_is_written_and_linked(course, run, tmp_path):
    assert run("report", WEEK, "--student", "ann", "--to", tmp_path / "r")[0] == 0
    assert [p.name for p in (tmp_path / "r" / "students").iterdir()] == ["ann.html"]
    pages = [(tmp_path / "r" / name).read_text() for name in ("index.html", "students.html")]
    assert set(re.findall(r'href="(students/[^"]+)"', "".join(pages))) == {"students/ann.html"}
    assert "ben" in pages[1]


def test_a_page_that_an_earlier_report_wrote_stays_linked(course, run, tmp_path):
    for more in ((), ("--student", "ann")):
        assert run("report", WEEK, "--to", tmp_path / "r", *more)[0] == 0
        found = re.findall(r'href="(students/[^"]+)"', (tmp_path / "r" / "students.html").read_text())
        assert found == ["students/ann.html", "students/ben.html"]


def test_a_student_who_has_no_result_is_an_error_that_names_those_who_have(course, run, tmp_path):
    code, said = run("report", WEEK, "--student", "anna", "--to", tmp_path / "r")
    assert (code, said["error"]["verdict"]) == (4, "unknown-student")
    (problem,) = said["error"]["problems"]
    assert "'anna'" in problem and "ann, ben" in problem
    assert not (tmp_path / "r").exists()


def test_a_page_of_one_student_and_no_pages_contradict_each_other(course, run):
    assert run("report", WEEK, "--student", "ann", "--no-students")[0] == 2


def test_alike_code_is_shown_and_what_was_handed_out_is_not(course, run, tmp_path):
    write_notebook(course / "assignments" / WEEK, GIVEN + "# YOUR CODE HERE")
    # three: what four students have in common is left out without the release, too
    answers = {"ann": LOOP, "ben": RENAMED, "cem": ARRAYS}
    for student, answer in answers.items():
        write_notebook(course / "course" / "submitted" / student / WEEK, GIVEN + answer)
    code, found = run("similarity", WEEK)
    assert code == 0
    assert [pair["students"] for pair in found["pairs"]] == [["ann", "ben"]]
    page = (course / "course" / "reports" / WEEK / "similarity.html").read_text()
    marked = " ".join(re.findall(r"<mark>(.*?)</mark>", page, re.DOTALL))
    assert "weights" in marked and "w8" in marked and "value * value" not in marked


@pytest.fixture(scope="module")
def gradebook_once(tmp_path_factory):
    """The course with nbgrader's gradebook, which takes seconds to make: ann is late, a person has read her answers."""
    from nbgrader.api import Gradebook

    course = make_course(tmp_path_factory.mktemp("gradebook") / "course_of_two")
    shutil.copy(ROOT / "nbgrader_config.py", course)
    with Gradebook(f"sqlite:///{course / 'course' / 'gradebook.db'}") as gb:
        gb.add_assignment(WEEK)
        gb.add_notebook("tiny", WEEK)
        for name in (*SOLUTIONS, "essay"):
            kind = "markdown" if name == "essay" else "code"
            gb.add_grade_cell(name, "tiny", WEEK, max_score=4.0, cell_type=kind)
        for student in ("ann", "ben", "cem"):
            gb.add_student(student)
        for student, points in (("ann", 4.0), ("ben", 2.0)):
            notebook = gb.add_submission(WEEK, student).notebooks[0]
            for name in SOLUTIONS:
                gb.find_grade(name, "tiny", WEEK, student).auto_score = points
            if student == "ann":
                notebook.late_submission_penalty = 1.5
                gb.find_grade("essay", "tiny", WEEK, student).manual_score = 3.0
                gb.find_grade("q1", "tiny", WEEK, student).manual_score = 2.0
            else:
                gb.find_grade("essay", "tiny", WEEK, student).needs_manual_grade = True
        gb.db.commit()
    return course


@pytest.fixture
def gradebook(gradebook_once, tmp_path, monkeypatch):
    monkeypatch.delenv("AUTOGRADER_STORE", raising=False)
    return Path(shutil.copytree(gradebook_once, tmp_path / "course_of_two"))


def test_gradescopes_results_are_the_gradebooks_scores_less_the_penalty(gradebook, run, tmp_path):
    code, found = run("export", WEEK, "--format", "gradescope-results", "--to", tmp_path / "g")
    assert code == 0
    assert sorted(Path(f).parent.name for f in found["files"]) == ["ann", "ben"]
    ann, ben = (json.loads((tmp_path / "g" / name / "results.json").read_text()) for name in ("ann", "ben"))
    assert ann["score"] == 2 + 4 + 4 + 3 - 1.5
    lines = {t["name"]: t for t in ann["tests"]}
    assert (lines["essay"]["score"], lines["essay"]["max_score"]) == (3.0, 4.0)
    assert "1.5 points were taken off" in ann["output"] and "q1: 2 of 4 points by hand" in ann["output"]
    assert ben["score"] == 6.0 and "A cell was slow." in ben["output"]
    essay = next(t for t in ben["tests"] if t["name"] == "essay")
    assert essay["score"] == 0.0 and "read" in essay["output"]


def test_the_gradebook_and_both_kinds_of_export_say_the_same(gradebook, run, tmp_path):
    run("export", WEEK, "--format", "gradescope-results", "--to", tmp_path / "g")
    run("export", WEEK, "--format", "lti", "--to", tmp_path / "lti.json")
    run("report", WEEK, "--no-students", "--to", tmp_path / "r")
    report = json.loads((tmp_path / "r" / "report.json").read_text())
    scores = {s["student"]: s["score"] for s in report["students"]}
    for student in ("ann", "ben"):
        assert json.loads((tmp_path / "g" / student / "results.json").read_text())["score"] == scores[student]
    assert scores["cem"] is None


def test_the_gradebooks_automatic_scores_are_without_what_people_gave(gradebook):
    from autograder.nbgrader_bridge.roster import automatic_scores

    scores = automatic_scores(f"sqlite:///{gradebook / 'course' / 'gradebook.db'}", WEEK)
    assert scores == {"ann": {"q1": 4.0, "q2": 4.0, "q3": 4.0, "essay": None},
                      "ben": {"q1": 2.0, "q2": 2.0, "q3": 2.0, "essay": None}}  # fmt: skip


def export_with_nbgrader(root: Path, form: str, *options: str) -> int:
    from autograder.nbgrader_bridge.commands import run_nbgrader

    name = f"autograder.nbgrader_bridge.export.{form}Export"
    return run_nbgrader(root, ["export", f"--exporter={name}", "--log-level=CRITICAL", *options])


@pytest.mark.parametrize(
    ("form", "to", "written"),
    [
        ("SafeCsv", (), "course/grades.csv"),
        ("SafeCsv", ("--to=g.csv",), "g.csv"),
        ("Canvas", (), f"course/exports/{WEEK}-canvas.csv"),
        ("Canvas", ("--to=course/exports",), f"course/exports/{WEEK}-canvas.csv"),
        ("Canvas", ("--to=g.csv",), "g.csv"),
        ("Canvas", ("--to=week.1",), f"week.1/{WEEK}-canvas.csv"),
    ],
)
def test_nbgraders_export_writes_where_it_was_told_and_by_default_outside_of_git(gradebook, form, to, written):
    before = set(gradebook.rglob("*.csv"))
    assert export_with_nbgrader(gradebook, form, *to) == 0
    assert [str(p.relative_to(gradebook)) for p in gradebook.rglob("*.csv") if p not in before] == [written]


def test_one_file_for_several_weeks_is_refused(gradebook):
    from nbgrader.api import Gradebook

    shutil.copytree(gradebook / "solutions" / WEEK, gradebook / "solutions" / "later")
    shutil.copytree(gradebook / "tests" / "hidden" / WEEK, gradebook / "tests" / "hidden" / "later")
    assert load_course(gradebook).assignments == ("later", WEEK)
    with Gradebook(f"sqlite:///{gradebook / 'course' / 'gradebook.db'}") as gb:
        gb.add_assignment("later")
    assert export_with_nbgrader(gradebook, "Canvas", "--to=g.csv") == 4
    assert not (gradebook / "g.csv").exists()
    assert export_with_nbgrader(gradebook, "Canvas", "--to=g.csv", f"--assignment={WEEK}") == 0


@pytest.mark.parametrize("form", ["SafeCsv", "Canvas"])
def test_nbgraders_export_to_where_nothing_can_be_written_ends_with_5(gradebook, form):
    (gradebook / "file").write_text("")
    assert export_with_nbgrader(gradebook, form, "--to=file/x.csv") == 5
