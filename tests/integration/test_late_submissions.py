"""Handing in late, in nbgrader's own commands: the week's rule, extensions, and what students read of both."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from autograder.cli import main
from tests.integration.toy import TOY, WEEK, ToyClass, nbgrader

DUE = "due = 2026-03-01T12:00:00+00:00\n"
POLICY = "\n[late]\npercent_per_day = 10\ngrace_minutes = 5\nlast_day = 3\n"
TIMES = {
    "intime": "2026-03-01 11:59:00 UTC",
    "grace": "2026-03-01 12:04:00 UTC",
    "late": "2026-03-02 18:00:00 UTC",
    "toolate": "2026-03-05 12:00:00 UTC",
    "extended": "2026-03-02 18:00:00 UTC",
}
MAX = 12.0


class LateClass:
    """The toy course with a due date and a rule; a right answer handed in at several times; one extension."""

    def __init__(self, root: Path):
        self.root = root
        manifest = root / "solutions" / WEEK / "assignment.toml"
        head, limits = manifest.read_text().split("[limits]")
        manifest.write_text(head + DUE + "\n[limits]" + limits + POLICY)
        assert nbgrader(root, ["generate_assignment", WEEK])[0] == [0]
        toy = ToyClass(root, where="course/submitted")
        for student, time in TIMES.items():
            toy.hand_in(student, toy.right())
            (root / "course" / "submitted" / student / WEEK / "timestamp.txt").write_text(time + "\n")
        assert main(["--course", str(root), "extend", WEEK, "extended", "--days", "1"]) == 0
        codes, said = nbgrader(root, ["autograde", WEEK], ["generate_feedback", WEEK])
        assert codes == [0, 0], said

    def penalties(self) -> dict[str, float | None]:
        from nbgrader.api import Gradebook

        with Gradebook(f"sqlite:///{self.root / 'course' / 'gradebook.db'}") as gb:
            return {s.student.id: s.notebooks[0].late_submission_penalty for s in gb.assignment_submissions(WEEK)}

    def page(self, student: str) -> str:
        return re.sub(r"<[^>]*>", "", (self.root / "course" / "feedback" / student / WEEK / "toy.html").read_text())


@pytest.fixture(scope="module")
def late(tmp_path_factory):
    return LateClass(Path(shutil.copytree(TOY, tmp_path_factory.mktemp("late") / "toy")))


def test_the_rule_of_the_week_takes_points_off_in_the_gradebook(late):
    assert late.penalties() == {"intime": None, "grace": None, "late": 2.4, "toolate": MAX, "extended": 1.2}


def test_a_late_student_reads_what_it_cost_and_by_which_rule(late):
    page = late.page("late")
    assert "1 day 6 h late" in page and "2.4 points were taken off" in page
    assert "10 % of the points for each day that has begun" in page
    assert "The rule:" in page and "The rule:" not in late.page("intime")


def test_a_student_with_an_extension_reads_until_when(late):
    page = late.page("extended")
    assert "You have an extension of 1 day, until 2026-03-02 12:00" in page and "6 h late" in page


def test_an_extension_reaches_a_graded_submission_at_once_and_survives_grading_again(late, tmp_path, capsys):
    late = _copy(late, tmp_path)
    assert main(["--course", str(late.root), "extend", WEEK, "late", "toolate", "--days=4", "--reason=ill"]) == 0
    assert "The gradebook has the new due date and penalty of: late, toolate." in capsys.readouterr().out
    expected = {"intime": None, "grace": None, "late": None, "toolate": None, "extended": 1.2}
    assert late.penalties() == expected
    assert nbgrader(late.root, ["autograde", WEEK, "--force"])[0] == [0]
    assert late.penalties() == expected
    assert main(["--course", str(late.root), "extend", WEEK, "toolate", "--remove"]) == 0
    assert late.penalties()["toolate"] == MAX


def test_a_group_is_extended_and_listed(late, tmp_path, capsys):
    late = _copy(late, tmp_path)
    group = tmp_path / "lab-b.txt"
    group.write_text("intime\nlate\n\n")
    assert main(["--course", str(late.root), "extend", WEEK, f"--group={group}", "--hours=30"]) == 0
    capsys.readouterr()
    assert main(["--course", str(late.root), "extend", WEEK, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["extensions"]
    assert {(e["student"], e["hours"]) for e in found} == {("extended", 24), ("intime", 30), ("late", 30)}


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["ada"], "Say how much more time"),
        (["ada", "--days=1", "--remove"], "Say how much more time"),
        (["--days=1"], "Say for whom"),
    ],
)
def test_what_makes_no_sense_is_said_in_a_sentence(late, capsys, argv, words):
    assert main(["--course", str(late.root), "extend", WEEK, *argv]) == 2
    assert words in capsys.readouterr().err


def test_a_broken_list_of_extensions_stops_the_run_before_anyone_is_graded(late, tmp_path):
    late = _copy(late, tmp_path)
    path = late.root / "course" / "extensions.csv"
    path.write_text(path.read_text() + f"{WEEK},late,two days,,,\n")
    codes, said = nbgrader(late.root, ["autograde", WEEK, "--force"])
    assert codes == [4] and "extensions.csv:3: is no extension" in said, said
    assert late.penalties()["late"] == 2.4


def _copy(late: LateClass, tmp_path: Path) -> LateClass:
    copy = object.__new__(LateClass)
    copy.root = Path(shutil.copytree(late.root, tmp_path / "toy"))
    return copy
