"""A wrong test is mended: what would change, recorded, and taken back; in a gradebook of nbgrader's."""

from __future__ import annotations

import json
import shutil
import signal
import sqlite3
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder import batch
from autograder.cli import main
from autograder.course import load_course
from autograder.records import TestResult
from autograder.regrade import TRIAL
from autograder.store import Store, default_url
from tests.integration.toy import ENGINE, PRESSED_IN_A_FINALIZER, TOY, WEEK, ToyClass, files_below, nbgrader, scores

WRONG, RIGHT = "+ 2.0)", "+ 3.0)"


class Regraded:
    """The toy course, graded by a suite with a wrong test in it, which is then mended."""

    def __init__(self, root: Path):
        self.root = root
        suite = root / "tests" / "hidden" / WEEK / "test_q1.py"
        mended = suite.read_text()
        assert mended.count(RIGHT) == 2
        head, _, tail = mended.rpartition(RIGHT)
        suite.write_text(head + WRONG + tail)
        assert nbgrader(root, ["generate_assignment", WEEK])[0] == [0]
        toy = ToyClass(root, where="course/submitted")
        toy.hand_in("right", toy.right())
        toy.hand_in("other", toy.right())
        toy.hand_in("sum", toy.right(q1_solution="def mean(x):\n    return float(np.sum(x))"))
        codes, said = nbgrader(root, ["autograde", WEEK])
        assert codes == [0], said
        with Gradebook(self.url) as gb:  # a person has looked at one of them
            gb.find_grade("q1", "toy", WEEK, "other").manual_score = 3.5
            read = gb.find_grade("q4", "toy", WEEK, "other")
            read.manual_score, read.needs_manual_grade = 1.0, False
            gb.db.commit()
        suite.write_text(mended)

    @property
    def url(self) -> str:
        return f"sqlite:///{self.root / 'course' / 'gradebook.db'}"

    def run(self, *options: str) -> int:
        # the engine that graded: another one's results are no reason to keep anything
        return main(["--course", str(self.root), "regrade", WEEK, "--engine", ENGINE, *options])

    def q1(self) -> dict[str, float | None]:
        return {student: found["q1"][0] for student, found in scores(self.root / "course" / "gradebook.db").items()}

    def by_hand(self) -> float | None:
        with Gradebook(self.url) as gb:
            return gb.find_grade("q1", "toy", WEEK, "other").manual_score

    def unread(self) -> set[str]:
        """Whose answer to the last question a person still has to read."""
        return {who for who, found in scores(self.root / "course" / "gradebook.db").items() if found["q4"][1]}

    def stored(self) -> dict[str, float]:
        with Store(default_url(self.root)) as store:
            return {r.student: r.question("q1").score for r in store.results(WEEK)}

    def tests(self, question: str, url: str = "") -> dict[str, tuple[TestResult, ...]]:
        """With the seconds that each test took: those of a test that is asked again are others."""
        with Store(url or default_url(self.root)) as store:
            return {r.student: r.question(question).tests for r in store.results(WEEK)}

    def forget_readings(self) -> None:
        with sqlite3.connect(self.root / "course" / "results.db") as db:
            db.execute("delete from readings")

    def autograded(self) -> dict[str, bytes]:
        return files_below(self.root / "course" / "autograded")


BEFORE, AFTER = {"right": 2.0, "other": 2.0, "sum": 0.0}, {"right": 4.0, "other": 4.0, "sum": 0.0}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    return Regraded(Path(shutil.copytree(TOY, tmp_path_factory.mktemp("regrade") / "toy")))


@pytest.fixture
def course(graded, tmp_path):
    """A copy of it for each test."""
    copy = Regraded.__new__(Regraded)
    copy.root = Path(shutil.copytree(graded.root, tmp_path / "toy"))
    assert copy.q1() == copy.stored() == BEFORE
    return copy


def test_what_would_change_is_shown_and_nothing_is_written(course, capsys):
    before = course.autograded()
    assert course.run() == 0
    said = capsys.readouterr().out
    assert f"{WEEK}: 2 gain, 0 lose, 0 keep their score with other tests, 1 unchanged." in said
    assert "(Adding a constant to each number adds it to the mean.): failed → passed: 2 (other, right)" in said
    assert course.q1() == course.stored() == BEFORE
    assert course.autograded() == before
    assert not (course.root / "course" / "regrades").exists()
    trial = f"sqlite:///{course.root / TRIAL}"
    assert course.tests("q2", trial) == course.tests("q2"), "what has not changed is not asked again"
    assert course.tests("q1", trial) != course.tests("q1")


def test_nbgrader_asks_only_what_has_changed_too(course):
    q1, q2 = course.tests("q1"), course.tests("q2")
    codes, said = nbgrader(course.root, ["autograde", WEEK, "--force"])
    assert codes == [0], said
    assert course.q1() == course.stored() == AFTER
    assert course.tests("q2") == q2 and course.tests("q1") != q1


def test_what_nbgrader_has_read_is_not_read_again(course, monkeypatch):
    def refuse(*_):
        raise AssertionError("read again")

    monkeypatch.setattr(batch, "read_submission", refuse)
    course.forget_readings()
    assert nbgrader(course.root, ["autograde", WEEK, "--force"])[0] == [0]
    assert main(["--course", str(course.root), "grade", WEEK, "--engine", ENGINE]) == 0
    assert course.stored() == AFTER


def add_to_source(root):
    (root / "course" / "source" / WEEK / "more.txt").write_text("a file of the course that was not released")


def link_in_source(root):
    source = root / "course" / "source" / WEEK
    (source / "more.txt").symlink_to(source / "toy.ipynb")


def break_release(root):
    (root / "assignments" / WEEK / "toy.ipynb").write_text("no notebook")


def change_release(root):
    path = root / "assignments" / WEEK / "toy.ipynb"
    notebook = json.loads(path.read_text())
    locked = [c for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("locked")]
    locked[0]["source"] += "\n"
    path.write_text(json.dumps(notebook))


def configure(line):
    def write(root):
        with open(root / "nbgrader_config.py", "a") as file:
            file.write(f"\n{line}\n")

    return write


OTHERWISE = {
    "a file more in course/source": add_to_source,
    "a link in course/source": link_in_source,
    "a release that is no notebook": break_release,
    "another release than the gradebook's": change_release,
    "other files passed over": configure("c.CourseDirectory.ignore = ['*.txt']"),
    "files of which the student's version counts": configure(
        f"c.Autograde.exclude_overwriting = {{{WEEK!r}: ['data.csv']}}"
    ),
}


@pytest.mark.parametrize("how", OTHERWISE)
def test_what_nbgrader_reads_in_another_way_is_read_again(course, how):
    course.forget_readings()
    OTHERWISE[how](course.root)
    codes, said = nbgrader(course.root, ["autograde", WEEK, "--force"])
    assert codes == [0], said
    with Store(default_url(course.root)) as store:
        assert store.readings(WEEK) == {}


def test_what_is_applied_is_in_store_and_gradebook_and_a_persons_score_stays(course, capsys):
    assert course.run("--apply", "--json") == 0
    recorded = Path(json.loads(capsys.readouterr().out)["recorded"])
    assert course.q1() == course.stored() == AFTER
    assert course.by_hand() == 3.5
    with Store(default_url(course.root)) as store:
        shown = [len(result.cells) for result in store.results(WEEK)]
    assert shown[0] > 0 and shown == [shown[0]] * 3, "what the notebooks showed comes along"
    assert course.unread() == {"right", "sum"}, "what a person has read is not to be read again"
    kept = json.loads((recorded / "regrade.json").read_text())
    assert kept["by"] and kept["at"] and [c["student"] for c in kept["changes"]] == ["other", "right"]
    assert course.run() == 0
    assert "0 gain, 0 lose" in capsys.readouterr().out


def test_what_is_taken_back_is_as_it_was(course, capsys):
    before = course.autograded()
    assert course.run("--apply") == 0
    assert course.autograded() != before
    assert course.run("--undo") == 0
    assert course.q1() == course.stored() == BEFORE
    assert course.autograded() == before
    assert course.by_hand() == 3.5
    capsys.readouterr()
    assert course.run("--history") == 0
    assert "2 students, taken back" in capsys.readouterr().out
    assert course.run("--undo") == 4
    assert "no regrade was recorded that could be taken back" in capsys.readouterr().err


def test_ctrl_c_ends_it_and_what_is_left_to_do_is_told(course, capsys):
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    config = course.root / "nbgrader_config.py"
    quiet = config.read_text()
    try:
        # after the first student, whose answer a person has read
        config.write_text(quiet + PRESSED_IN_A_FINALIZER.replace("pre_convert_hook", "post_convert_hook"))
        assert course.run("--apply") == 130
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)
    told = capsys.readouterr().err.splitlines()[-1]
    assert told.endswith(f"The results are recorded: run nbgrader autograde {WEEK} --force.")
    assert course.stored() == AFTER
    assert course.unread() == {"right", "sum"}, "what a person has read is not to be read again"
    config.write_text(quiet)
    assert nbgrader(course.root, ["autograde", WEEK, "--force"])[0] == [0]
    assert course.q1() == AFTER


def test_who_has_handed_in_another_notebook_since_is_left_out_and_told(course, capsys):
    toy = ToyClass(course.root, where="course/submitted")
    toy.hand_in("right", toy.right(q2_solution="def clip01(x):\n    return x"))
    assert course.run() == 0
    said = capsys.readouterr().out
    assert "1 gain" in said and "Not compared: right: has handed in another notebook since" in said


def test_only_those_named_are_compared(course, capsys):
    assert course.run("sum", "nobody", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["unchanged"] == ["sum"] and found["changes"] == []
    assert found["left_out"] == [["nobody", "has no result yet"]]


def test_nothing_is_recorded_where_nothing_changes(course, capsys):
    assert course.run("sum", "--apply") == 0
    assert "1 unchanged" in capsys.readouterr().out
    assert not (course.root / "course" / "regrades").exists()


def test_an_unknown_week_is_named(course, capsys):
    assert course.run("--history") == 0
    assert main(["--course", str(course.root), "regrade", "week9"]) == 4
    assert "week9" in capsys.readouterr().err
    assert load_course(course.root).assignments
