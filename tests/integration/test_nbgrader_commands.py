"""nbgrader's own commands, in a course that is graded in the sandbox."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from autograder.cli import main
from autograder.course import load_course
from autograder.release import check_fresh
from tests.integration.toy import (
    ENGINE,
    PRESSED_IN_A_FINALIZER,
    TOY,
    WEEK,
    ToyClass,
    cell_of,
    code,
    environment,
    files_below,
    grade_id,
    nbgrader,
    real_nbgrader,
    scores,
    submit_all,
)

ALL, NONE = {"q1": 4.0, "q2": 4.0, "q3": 2.0}, {"q1": 0.0, "q2": 0.0, "q3": 0.0}


def hand_in_everything(toy: ToyClass) -> dict[str, tuple[dict[str, float], str]]:
    """A class; returns what each must get for q1 to q3, and the verdict."""
    expected = {}

    def add(name, content, points, verdict="graded", file="toy.ipynb"):
        toy.hand_in(name, content, file)
        expected[name] = ({**ALL, **points}, verdict)

    add("right", toy.right(), {})
    in_place = "def clip01(x):\n    x[x < 0] = 0\n    x[x > 1] = 1\n    return x"
    add("in-place", toy.right(q2_solution=in_place), {"q2": 2.0})
    add("untouched", toy.release, NONE)
    add("syntax", toy.right(q1_solution="def mean(x:\n    pass"), {"q1": 0.0})
    add("loop", toy.right(q1_solution="while True:\n    pass"), {"q1": 0.0}, "time-limit")
    add("exit", toy.right(q1_solution="import os\nos._exit(0)"), {"q1": 0.0}, "process-ended")
    loud = toy.right()
    loud["cells"].append(code("for _ in range(20):\n    print('x' * 1_000_000)"))
    add("loud", loud, {}, "output-limit")
    add("misnamed", toy.right(), {}, "wrong-name", "toy (1).ipynb")
    add("torn", json.dumps(toy.right())[:700], NONE, "unreadable-notebook")
    add("list", "[1, 2]", NONE, "unreadable-notebook")
    add("empty", None, NONE, "missing-notebook")
    deleted = toy.right()
    deleted["cells"] = [c for c in deleted["cells"] if grade_id(c) not in ("setup", "q1", "q4")]
    add("deleted", deleted, {}, "deleted-cell")
    doubled = toy.right(q1_solution="def mean(x):\n    return 0")
    cells = doubled["cells"]
    again = {**cell_of(toy.right(), "q1_solution"), "id": "again"}
    cells.insert(cells.index(cell_of(doubled, "q1_solution")) + 1, again)
    add("doubled", doubled, {}, "duplicated-cell")
    forged = toy.right(q1_solution="def mean(x):\n    return 0")
    cell_of(forged, "q1")["metadata"]["nbgrader"].update(points=1000, grade=False, schema_version=1)
    forged["metadata"]["autograder"] = {"state": "graded"}
    add("forger", forged, {"q1": 0.0})
    evil = "<script>alert(1)</script> [x](javascript:alert(2)) <img src=x onerror=alert(3)>"
    show = "\n\nfrom IPython.display import HTML, display\ndisplay(HTML('<script>alert(4)</script><i>seen</i>'))"
    add("painter", toy.right(q4=evil, q1_solution=toy_source(toy, "q1_solution") + show), {})
    return expected


def toy_source(toy: ToyClass, name: str) -> str:
    source = toy.solutions[name]
    return source if isinstance(source, str) else "".join(source)


class Graded:
    """The toy course after release, hand-in, autograde and feedback."""

    def __init__(self, root: Path):
        self.root = root
        codes, said = nbgrader(root, ["generate_assignment", WEEK], ["release_assignment", WEEK])
        assert codes == [0, 0], said
        self.expected = hand_in_everything(ToyClass(root))
        submit_all(root)
        self.before = files_below(root / "course" / "submitted")
        self.autograde = real_nbgrader(root, "autograde", WEEK)
        self.feedback, self.feedback_said = nbgrader(root, ["generate_feedback", WEEK], ["release_feedback", WEEK])

    def scores(self):
        return scores(self.root / "course" / "gradebook.db")

    def notebook(self, student):
        path = self.root / "course" / "autograded" / student / WEEK / "toy.ipynb"
        return json.loads(path.read_text())

    def page(self, student):
        return (self.root / "course" / "feedback" / student / WEEK / "toy.html").read_text()


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    return Graded(Path(shutil.copytree(TOY, tmp_path_factory.mktemp("course") / "toy")))


def test_generate_assignment_writes_the_release_that_the_freshness_check_wants(graded):
    assert check_fresh(load_course(graded.root)) == []


def test_the_batch_ends_well_whatever_was_handed_in(graded):
    assert graded.autograde.returncode == 0, graded.autograde.stderr
    assert "graded 15 of 15" in graded.autograde.stderr


def test_every_submission_gets_the_points_that_it_earned(graded):
    found = {s: {q: v[0] for q, v in qs.items() if q != "q4"} for s, qs in graded.scores().items()}
    assert found == {student: points for student, (points, _) in graded.expected.items()}


def test_every_submission_gets_a_named_verdict(graded):
    found = {s: graded.notebook(s)["metadata"]["autograder"]["verdict"] for s in graded.expected}
    # what was put right on the way is told in notes; these students' verdicts may name it
    for student in ("forger",):
        assert found.pop(student) in ("graded", "changed-cell")
    assert found == {s: v for s, (_, v) in graded.expected.items() if s in found}


def test_written_answers_wait_for_a_person_and_missing_ones_do_not(graded):
    waiting = {s for s, qs in graded.scores().items() if qs["q4"][1]}
    assert waiting == set(graded.expected) - {"untouched", "torn", "list", "empty", "deleted"}


def test_a_graded_notebook_is_laid_out_as_jupyter_lays_it_out(graded):
    path = graded.root / "course" / "autograded" / "right" / WEEK / "toy.ipynb"
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert path.read_text() == nbformat.writes(notebook) + "\n"


def test_what_was_submitted_is_left_as_it_was(graded):
    assert files_below(graded.root / "course" / "submitted") == graded.before


def test_feedback_pages_show_titles_and_hints(graded):
    assert graded.feedback == [0, 0], graded.feedback_said
    page = graded.page("in-place")
    assert "The argument keeps its numbers." in page
    assert "The argument was changed: work on a copy." in page
    assert '<span class="score">2 / 4</span>\n<h2 id="t-q2">Clip</h2>' in page
    assert "toy (1).ipynb has its cells" in graded.page("misnamed")
    assert "was not handed in" in graded.page("empty")


def test_nothing_hidden_is_in_a_feedback_page(graded):
    suites = "".join(p.read_text() for p in (graded.root / "tests" / "hidden" / WEEK).glob("*.py"))
    lines = {line.strip() for line in suites.splitlines() if len(line.strip()) > 12}
    shown = {line for line in lines if line.startswith(('"""', "HINTS", "import"))}
    for student in graded.expected:
        page = graded.page(student)
        assert [line for line in lines - shown if line in page] == []


def test_nothing_of_a_student_runs_in_a_browser(graded):
    page, notebook = graded.page("painter"), graded.notebook("painter")
    assert "<i>seen</i>" in page
    shown = json.dumps([c.get("outputs", c["source"]) for c in notebook["cells"]])  # what is no code
    for text in (page, shown):
        assert "<script>alert" not in text
        assert "<img src=x" not in text
    assert "javascript:alert" not in page


def test_feedback_of_everyone_reaches_the_exchange(graded):
    released = graded.root / "course" / "exchange" / "toy" / "feedback"
    assert len(list(released.rglob("*.html"))) == len(graded.expected)


def test_export_db_and_validate_work_in_the_course(graded):
    right = graded.root / "course" / "submitted" / "right" / WEEK / "toy.ipynb"
    wrong = graded.root / "assignments" / WEEK / "toy.ipynb"
    codes, said = nbgrader(
        graded.root,
        ["export", "--to=course/grades.csv"],
        ["db", "student", "list"],
        ["validate", str(right)],
        ["validate", str(wrong)],
    )
    assert codes == [0, 0, 0, 0], said
    with open(graded.root / "course" / "grades.csv", newline="") as f:
        rows = {row["student_id"]: float(row["score"]) for row in csv.DictReader(f)}
    assert rows == {s: sum(points.values()) for s, (points, _) in graded.expected.items()}
    assert "Success! Your notebook passes all the tests." in said
    assert "VALIDATION FAILED" in said


def autograder(graded, capsys, *argv):
    """Exit code and JSON of a verb of ours."""
    code = main(["--course", str(graded.root), *argv, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_the_class_report_tells_what_the_gradebook_and_the_store_know(graded, capsys, tmp_path):
    code, report = autograder(graded, capsys, "report", WEEK, "--to", str(tmp_path))
    assert code == 0
    students = {s["student"]: s for s in report["students"]}
    assert {s: students[s]["score"] for s in ("right", "in-place", "untouched")} == {
        "right": 10.0,
        "in-place": 8.0,
        "untouched": 0.0,
    }
    assert report["verdicts"]["time-limit"] == 1
    assert report["waiting"] == {"": 10}
    assert [q["name"] for q in report["questions"]] == ["q1", "q2", "q3", "q4"]
    page = (tmp_path / "students" / "in-place.html").read_text()
    for text in ("clip01(", "kept inside: array of float64", "The argument was changed", "Seed of its draws",
                 "autograder replay in-place toy_week q2::test_argument_is_untouched", "def test_argument_is_untouched",
                 graded.notebook("in-place")["metadata"]["autograder"]["digests"]["submission"]):  # fmt: skip
        assert text in re.sub(r"<[^>]*>", "", page), text
    said = re.sub(r"<[^>]*>", "", page)
    times = re.findall(r"(requested|queued|started|judged|recorded)(20[-\d]{8} [\d:.]{12} UTC)", said)
    assert [name for name, _ in times] == ["requested", "queued", "started", "judged", "recorded"]
    assert [when for _, when in times] == sorted(when for _, when in times)
    pages = [p.read_text() for p in tmp_path.rglob("*.html")]
    assert len(pages) == 2 + 15 and not [p for p in pages if "<script" in p]


REPLAY = ("replay", "--engine", ENGINE)


def test_a_failed_test_is_replayed_with_the_same_draws(graded, capsys):
    code, found = autograder(graded, capsys, *REPLAY, "in-place", WEEK, "q2::test_argument_is_untouched")
    assert (code, found["same"], found["differs"]) == (0, True, [])
    assert found["now"]["calls"] == found["before"]["calls"] != ""
    assert found["now"]["hint"] == "copy"
    code, found = autograder(graded, capsys, *REPLAY, "right", WEEK, "test_argument_is_untouched")
    assert (code, found["now"]["outcome"]) == (0, "passed")


@pytest.mark.parametrize(
    ("argv", "code", "words"),
    [
        ((*REPLAY, "nobody", WEEK, "q1::test_value"), 3, "not there"),
        ((*REPLAY, "../right", WEEK, "q1::test_value"), 3, "not there"),
        ((*REPLAY, "right", WEEK, "q1::test_nothing"), 4, "Its tests: test_value, test_shift"),
        ((*REPLAY, "right", WEEK, "test_nothing"), 4, "question::test"),
        (("replay", "right", WEEK), 2, "--shell"),
        (("similarity", WEEK), 4, "similarity = true"),
        (("misconceptions", WEEK), 4, "no catalogue"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(graded, capsys, argv, code, words):
    found, said = autograder(graded, capsys, *argv)
    assert found == code and words in " ".join(said["error"]["problems"])


def test_the_prompt_is_in_the_sandbox_where_the_notebook_has_run(graded):
    lines = "clip01(np.array([2.0]))\nfor i in range(2):\n    print('n', i)\n\nopen('/etc/shadow')\nexit_now\n"
    lines = lines.replace("exit_now", "import os; os._exit(3)\n1")
    done = subprocess.run(
        [sys.executable, "-m", "autograder.cli", "--course", str(graded.root), "replay", "right", WEEK, "--shell"],
        input=lines, capture_output=True, text=True, env=environment(), timeout=200, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "array([1.])" in done.stdout and "n 0\nn 1" in done.stdout
    assert "PermissionError" in done.stdout or "FileNotFoundError" in done.stdout
    assert "The notebook is gone." in done.stdout and "\x1b" not in done.stdout


@pytest.mark.parametrize("form", ["canvas", "moodle", "gradescope", "lti"])
def test_grades_are_exported_by_our_verb_and_by_nbgraders(graded, capsys, tmp_path, form):
    ending = "json" if form == "lti" else "csv"
    ours = tmp_path / f"ours.{ending}"
    assert autograder(graded, capsys, "export", WEEK, "--format", form, "--to", str(ours))[0] == 0
    exporter = f"autograder.nbgrader_bridge.export.{form.capitalize()}Export"
    codes, said = nbgrader(graded.root, ["export", f"--exporter={exporter}", f"--to={tmp_path / 'theirs'}"])
    assert codes == [0], said
    theirs = tmp_path / "theirs" / f"{WEEK}-{form}.{ending}"
    assert theirs.read_bytes() == ours.read_bytes()
    if form == "canvas":
        rows = {row["SIS Login ID"]: row for row in csv.DictReader(ours.open(newline=""))}
        assert rows["right"]["Toy week: means and totals"] == "10"


def test_gradescopes_results_add_up_and_hold_nothing_hidden(graded, capsys, tmp_path):
    code, found = autograder(graded, capsys, "export", WEEK, "--format", "gradescope-results", "--to", str(tmp_path))
    assert code == 0 and len(found["files"]) == 15
    results = json.loads((tmp_path / "in-place" / "results.json").read_text())
    assert results["score"] == 8.0
    assert sum(t["score"] for t in results["tests"]) == pytest.approx(8.0)
    assert "calls" not in str(results) and "Traceback" not in str(results)


def test_a_late_submission_with_an_extension_is_explained_to_the_student(graded, tmp_path):
    root = Path(shutil.copytree(graded.root, tmp_path / "toy"))
    set_late = (
        "import datetime as dt, sys\nfrom nbgrader.api import Gradebook\n"
        "with Gradebook(sys.argv[1]) as gb:\n"
        f"    s = gb.find_submission('{WEEK}', 'right')\n"
        f"    gb.update_or_create_assignment('{WEEK}', duedate=s.timestamp - dt.timedelta(hours=26))\n"
        f"    gb.grant_extension('{WEEK}', 'right', hours=20)\n"
        "    s.notebooks[0].late_submission_penalty = 1.5\n    gb.db.commit()\n"
    )
    url = f"sqlite:///{root / 'course' / 'gradebook.db'}"
    subprocess.run([sys.executable, "-c", set_late, url], env=environment(), timeout=100, check=True)
    codes, said = nbgrader(root, ["generate_feedback", WEEK, "--student=right", "--force"])
    assert codes == [0], said
    page = re.sub(r"<[^>]*>", "", (root / "course" / "feedback" / "right" / WEEK / "toy.html").read_text())
    assert "You have an extension of 20 h" in page and "6 h late" in page and "1.5 points were taken off" in page


def test_a_second_run_grades_nothing_and_changes_nothing(graded):
    before = graded.scores()
    codes, said = nbgrader(graded.root, ["autograde", WEEK])
    assert codes == [0]
    assert "Sanitizing" not in said
    assert graded.scores() == before


def test_a_forced_run_takes_the_stored_results(graded):
    before = graded.scores()
    codes, said = nbgrader(graded.root, ["autograde", WEEK, "--force"])
    assert codes == [0]
    assert "graded 15 of 15 (15 were stored, 0 failed)" in said
    assert graded.scores() == before


def test_one_student_who_handed_in_no_notebook_is_a_run_like_any_other(graded):
    before = graded.scores()
    codes, said = nbgrader(graded.root, ["autograde", WEEK, "--student=empty", "--force"])
    assert codes == [0], said
    assert "missing-notebook" in said
    assert graded.scores() == before


def test_an_assignment_or_a_student_that_is_not_there_is_said_by_nbgrader(graded):
    codes, said = nbgrader(graded.root, ["autograde", WEEK, "--student=nobody"])
    assert codes == [1]
    assert "No notebooks were matched" in said


def test_what_an_interrupted_run_left_half_done_is_graded_again(graded):
    before = graded.scores()
    autograded = graded.root / "course" / "autograded"
    (autograded / "right" / WEEK / "toy.ipynb").unlink()
    torn = autograded / "loop" / WEEK / "toy.ipynb"
    torn.chmod(0o644)
    torn.write_text(torn.read_text()[:500])
    codes, said = nbgrader(graded.root, ["autograde", WEEK])
    assert codes == [0]
    assert said.count("left unfinished by an earlier run") == 2
    assert graded.scores() == before
    assert graded.notebook("right")["metadata"]["autograder"]["state"] == "graded"


def test_without_a_store_nothing_is_graded_and_nobody_gets_a_zero(graded, tmp_path):
    before, folders = graded.scores(), files_below(graded.root / "course" / "autograded")
    (tmp_path / "file").write_text("x")
    toy = ToyClass(graded.root, where="course/submitted")
    toy.hand_in("newcomer", toy.right())
    try:
        codes, said = nbgrader(graded.root, ["autograde", WEEK], AUTOGRADER_STORE=f"sqlite:///{tmp_path}/file/r.db")
        assert codes == [5], said
        assert "store-unavailable" in said
        found = graded.scores()
        assert "newcomer" not in found  # the run ended before nbgrader wrote down anybody
        assert found == before
        assert files_below(graded.root / "course" / "autograded") == folders
    finally:
        shutil.rmtree(graded.root / "course" / "submitted" / "newcomer")
        nbgrader(graded.root, ["db", "student", "remove", "newcomer", "--force"])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda suites: (suites / "test_q1.py").rename(suites / "test_q9.py"), ("test_q1.py", "test_q9.py")),
        (lambda suites: (suites / "test_q1.py").write_text("import nothing_there\n"), ("nothing_there",)),
    ],
    ids=["a suite is missing", "a suite does not import"],
)
def test_a_fault_of_the_course_stops_the_run_with_all_problems(graded, tmp_path, change, words):
    ignore = shutil.ignore_patterns("autograded", "results.db*")
    root = Path(shutil.copytree(graded.root, tmp_path / "toy", ignore=ignore))
    change(root / "tests" / "hidden" / WEEK)
    codes, said = nbgrader(root, ["autograde", WEEK], AUTOGRADER_STORE=f"sqlite:///{tmp_path}/empty.db")
    assert codes == [4], said
    for word in words:
        assert word in said
    assert files_below(root / "course" / "autograded") == {}


def some_of(graded, folder, *students: str) -> Path:
    """The course before it was autograded, with a few of its students; Ctrl-C counts in it.

    Below a background job of a shell it would be ignored.
    """
    root = Path(shutil.copytree(graded.root, folder / "toy", ignore=shutil.ignore_patterns("autograded", "*.db*")))
    for student in set(graded.expected) - set(students):
        shutil.rmtree(root / "course" / "submitted" / student)
    assert nbgrader(root, ["generate_assignment", WEEK])[0] == [0]
    with (root / "nbgrader_config.py").open("a") as config:
        config.write("\nimport signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n")
    return root


def same_scores(graded, root: Path, students: tuple[str, ...]) -> bool:
    return scores(root / "course" / "gradebook.db") == {s: qs for s, qs in graded.scores().items() if s in students}


@pytest.mark.parametrize(
    ("how", "status"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)], ids=["Ctrl-C", "kill -9"]
)
def test_a_run_that_was_ended_is_finished_by_the_same_command(graded, tmp_path, how, status):
    few = ("deleted", "doubled", "empty", "loop", "right")  # the fourth keeps it busy
    root = some_of(graded, tmp_path, *few)
    process = subprocess.Popen(
        [sys.executable, "-m", "nbgrader", "autograde", WEEK],
        cwd=root,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
        start_new_session=True,
    )
    assert process.stderr is not None
    begun = 0
    for line in process.stderr:
        begun += "Sanitizing" in line
        if begun == 3:
            break
    os.kill(process.pid, how)
    told = process.stderr.read()  # to its end: whoever held it is gone
    assert process.wait(60) == status, told
    assert ("Interrupted. What was finished is kept" in told) is (how is signal.SIGINT)
    assert "Traceback" not in told
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
    codes, said = nbgrader(root, ["autograde", WEEK])
    assert codes == [0], said
    assert same_scores(graded, root, few)


def test_ctrl_c_is_heard_where_python_loses_it(graded, tmp_path):
    few = ("misnamed", "right")
    root = some_of(graded, tmp_path, *few)
    config = root / "nbgrader_config.py"
    quiet = config.read_text()
    config.write_text(quiet + PRESSED_IN_A_FINALIZER)
    codes, said = nbgrader(root, ["autograde", WEEK])
    assert codes == [130], said
    assert "Interrupted. What was finished is kept" in said
    assert "Exception ignored" not in said
    assert files_below(root / "course" / "autograded") == {}
    # nbgrader's zeros for a missing file are no result
    assert set(scores(root / "course" / "gradebook.db")["misnamed"].values()) == {(None, True)}
    config.write_text(quiet)
    codes, said = nbgrader(root, ["autograde", WEEK])
    assert codes == [0], said
    assert same_scores(graded, root, few)
