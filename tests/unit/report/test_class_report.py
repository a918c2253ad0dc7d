"""Class reports of made-up classes: odd ones, empty ones, one of a thousand."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re

import numpy as np
import pytest

from autograder.errors import BadManifest
from autograder.records import Digests, QuestionResult, Result, TestResult, Usage
from autograder.report.class_data import QuestionInfo, class_data, student_of
from autograder.report.class_report import Extras, file_name, tables, write_class_report
from autograder.report.history import history, items_to_dict, read_runs
from autograder.report.misconceptions import Known, diagnose, pattern_of
from autograder.report.roster import GradebookEntry, Person, Roster, Waiting, grader_of, share_out
from autograder.store import Stored

DUE = dt.datetime(2026, 3, 1, 23, tzinfo=dt.UTC)
QUESTIONS = (QuestionInfo("q1", 4), QuestionInfo("q2", 6), QuestionInfo("essay", 5, True))


def result(student, q1=(1, 1), q2=(1, 1, 1), verdict="graded", **over):
    def question(name, points, marks):
        tests = tuple(
            TestResult(f"test_{i}", f"Title {i} of {name}", "passed", seconds=0.01)
            if ok
            else TestResult(f"test_{i}", f"Title {i} of {name}", "failed", cause="assertion", hint="h", message="Look.")
            for i, ok in enumerate(marks)
        )
        score = points * sum(marks) / len(marks) if marks else 0.0
        return QuestionResult(name, score, points, tests, flagged=not marks)

    made = Result("w", student, "nb", verdict, (question("q1", 4.0, q1), question("q2", 6.0, q2)), (),
                  Digests("a", "b", "c", "d"), usage=Usage(1.0, 50.0, "cgroup"), wall_seconds=2.0, **over)  # fmt: skip
    return student_of(Stored(made, "2026-03-01T00:00:00+00:00"))


def entry(student, late=0.0, penalty=0.0, **scores):
    return GradebookEntry(student, DUE + dt.timedelta(seconds=late), late, penalty, None, scores)


def page(folder, name="index.html"):
    return (folder / name).read_text(encoding="utf-8")


def text(folder, name="index.html"):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page(folder, name)))


def a_class(n, seed=0):
    rng = np.random.default_rng(seed)
    ability = rng.normal(size=n)
    hard = np.array([-1.0, 0.0, -0.5, 0.5, 1.0])
    passed = (ability[:, None] - hard + rng.logistic(size=(n, 5)) * 0.5 > 0).astype(int)
    return [result(f"s{i:04d}", tuple(passed[i, :2]), tuple(passed[i, 2:])) for i in range(n)]


@pytest.mark.parametrize("rows", [[], [result("ann")], [result("ann", (), ())]], ids=["nobody", "one", "no tests"])
@pytest.mark.parametrize("roster", [None, Roster()], ids=["no gradebook", "empty gradebook"])
@pytest.mark.parametrize("questions", [(), QUESTIONS], ids=["no questions", "questions"])
def test_every_odd_class_gives_a_page(tmp_path, rows, roster, questions):
    data = class_data("w", "Week", questions, rows, roster)
    report = write_class_report(data, Extras(diagnosis=diagnose({}, [])), tmp_path)
    assert ("Nobody has a score yet." in text(tmp_path)) == (not rows)
    assert "class report" in text(tmp_path) and "nan" not in text(tmp_path).lower().split()
    assert json.loads(page(tmp_path, "report.json")) == report


def test_a_score_that_is_no_number_is_left_out_of_the_statistics(tmp_path):
    roster = Roster(entries={"bad": entry("bad", q1=float("nan"))}, people=(Person("bad"),))
    data = class_data("w", "Week", QUESTIONS, [result("ann"), result("bad")], roster)
    write_class_report(data, Extras(), tmp_path)
    assert data.spread_of(QUESTIONS[0]).count == 1
    json.loads(page(tmp_path, "report.json"), parse_constant=pytest.fail)


def test_missing_late_and_ungraded_students_are_named(tmp_path):
    people = tuple(Person(s) for s in ("ann", "ben", "cem", "dee"))
    roster = Roster(people, {"ann": entry("ann", q1=4.0), "ben": entry("ben", 7200, 1.5, q1=4.0)}, {"q1": 4.0}, (), DUE)
    data = class_data("w", "Week", QUESTIONS, [result("ann"), result("ben")], roster, ["dee"])
    write_class_report(data, Extras(), tmp_path)
    said = text(tmp_path)
    assert "Not handed in (1): cem" in said
    assert "ben 2 h 1.5" in said and "1 submission is late; points taken off: 1.5" in said
    assert "1 submission is not graded yet: dee" in said


def test_scores_of_the_gradebook_win_and_the_penalty_is_taken_off():
    roster = Roster((Person("ann", "Ann", "Ash"),), {"ann": entry("ann", 60, 2.0, q1=3.0, q2=6.0, essay=4.0)})
    (student,) = class_data("w", "Week", QUESTIONS, [result("ann")], roster).students
    assert (student.score, student.scores["q1"], student.name) == (11.0, 3.0, "Ann Ash")


def test_a_test_that_strong_students_fail_is_named_first(tmp_path):
    rows = [result(f"s{i}", (1, 0) if i >= 20 else (0, 1), (1,) * 3 if i >= 20 else (0,) * 3) for i in range(40)]
    write_class_report(class_data("w", "Week", QUESTIONS, rows), Extras(), tmp_path)
    assert "Strong students fail q1::test_1: likely a bug of the test." in text(tmp_path)
    assert "strong students fail it: a bug?" in text(tmp_path)


def test_misconceptions_are_reported_with_share_sentence_and_students(tmp_path):
    rows = [result(f"s{i}", (1, 0) if i < 4 else (1, 1)) for i in range(10)]
    pattern = pattern_of(rows[0].tests["q1"])
    catalogue = [Known("q1", "ddof", "divides by n - 1.", "the sample's sd is taken.", "h", pattern)]
    data = class_data("w", "Week", QUESTIONS, rows)
    found = diagnose({s.student: s.tests for s in data.students}, catalogue, stale=["q1"])
    report = write_class_report(data, Extras(diagnosis=found), tmp_path)
    said = text(tmp_path).replace("&#39;", "'")
    assert "40 % of the class, q1: divides by n - 1." in said and "the sample's sd is taken." in said
    assert "The tests of q1 have changed since" in said
    assert [s["student"] for s in report["misconceptions"]["findings"][0]["students"]] == ["s0", "s1", "s2", "s3"]


def test_answers_that_wait_are_counted_by_grader_with_links_into_formgrader(tmp_path):
    waiting = tuple(Waiting(f"s{i}", "essay", "nb", f"id{i}") for i in range(10))
    data = class_data("w", "Week", QUESTIONS, [], Roster(waiting=waiting))
    report = write_class_report(data, Extras(graders=("tina", "tom"), formgrader="http://hub/formgrader"), tmp_path)
    assert sum(report["waiting"].values()) == 10 and set(report["waiting"]) == {"tina", "tom"}
    assert 'href="http://hub/formgrader/submissions/id' in page(tmp_path)


def test_a_student_keeps_their_grader_when_others_come_and_few_move_when_a_grader_comes():
    waiting = [Waiting(f"s{i}", "essay", "nb", str(i)) for i in range(300)]
    two, three = share_out(waiting, ["a", "b"]), share_out(waiting, ["a", "b", "c"])
    assert share_out(waiting[:100], ["b", "a"])["a"] == [w for w in two["a"] if w in waiting[:100]]
    moved = [w for w in two["a"] if w in three["b"]] + [w for w in two["b"] if w in three["a"]]
    assert moved == [] and min(map(len, three.values())) > 60
    assert grader_of("s1", ["a"]) == "a"


def test_names_that_look_like_formulas_or_tags_do_no_harm(tmp_path):
    evil = ["=1+1", "+x", "-x", "@x", "\t=x", '"><script>alert(1)</script>', "../../etc", "..", 'a,"b"\nc']
    data = class_data("w", "Week", QUESTIONS, [result(s) for s in evil])
    write_class_report(data, Extras(), tmp_path)
    for name in ("index.html", "students.html"):
        assert "<script" not in page(tmp_path, name)
    rows = list(csv.reader(io.StringIO(tables(data)["students.csv"])))
    assert sorted(row[0].lstrip("'") for row in rows[1:]) == sorted(evil)
    assert not [row[0] for row in rows[1:] if row[0].startswith(("=", "+", "-", "@", "\t"))]
    for student in evil:
        assert (tmp_path / "students" / file_name(student)).resolve().parent == tmp_path / "students"
    assert len({file_name(s) for s in evil}) == len(evil)


def test_others_on_the_machine_cannot_enter_the_report(tmp_path):
    write_class_report(class_data("w", "Week", QUESTIONS, []), Extras(), tmp_path / "new")
    assert (tmp_path / "new").stat().st_mode & 0o077 == 0


def test_figures_have_a_text_alternative_and_nothing_is_fetched(tmp_path):
    write_class_report(class_data("w", "Week", QUESTIONS, a_class(30)), Extras(), tmp_path)
    html = page(tmp_path)
    assert re.findall(r'<svg role="img"[^>]*aria-label="Scores of the class[^"]*mean', html)
    assert not re.search(r"<script|<link|src=|url\(|@import", html)


def test_a_thousand_students_fit_on_a_page_that_a_browser_opens(tmp_path):
    data = class_data("w", "Week", QUESTIONS, a_class(1000), Roster(tuple(Person(f"m{i}") for i in range(500))))
    write_class_report(data, Extras(diagnosis=diagnose({s.student: s.tests for s in data.students}, [])), tmp_path)
    assert (tmp_path / "index.html").stat().st_size < 200_000
    assert len(data.students) == 1500 and len(data.items) == 5
    assert "Not handed in (500)" in text(tmp_path) and "and 300 more" in text(tmp_path)


def test_earlier_runs_stand_beside_todays(tmp_path):
    then = class_data("w", "Week", QUESTIONS, a_class(50, seed=1), suites={"q1": "old", "q2": "same"})
    file = tmp_path / "2025.json"
    file.write_text(json.dumps(items_to_dict(then, "2025")))
    assert "s00" not in file.read_text(), "no student is named in what is kept"
    now = class_data("w", "Week", QUESTIONS, a_class(60), suites={"q1": "new", "q2": "same"})
    found = history(read_runs([file], "w"), now)
    assert found.labels == ("2025", "now")
    row = next(r for r in found.rows if r.name == "q1::test_0")
    assert row.cells[0].changed and not row.cells[1].changed
    assert row.cells[0].difficulty == pytest.approx(then.items[0][1].difficulty, abs=1e-4)
    write_class_report(now, Extras(history=found), tmp_path / "report")
    assert "Earlier runs" in text(tmp_path / "report")


def an_earlier_run(item=None, **over):
    items = [{"name": "q1::test_0", "difficulty": 0.5, "discrimination": None} | (item or {})]
    return json.dumps({"form": 1, "assignment": "w", "label": "2025", "items": items} | over)


def test_an_earlier_run_without_numbers_is_one(tmp_path):
    (tmp_path / "x.json").write_text(an_earlier_run({"difficulty": 1, "discrimination": -1}, suites={}))
    (tmp_path / "y.json").write_text(an_earlier_run({"difficulty": None}))
    assert len(read_runs([tmp_path / "x.json", tmp_path / "y.json"], "w")) == 2


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        "[" * 100_000,
        '{"form": 1, "assignment": "other", "items": []}',
        an_earlier_run({"name": 5}),
        an_earlier_run({"name": [1]}),
        an_earlier_run({"difficulty": 10**400}),
        an_earlier_run({"difficulty": True}),
        an_earlier_run({"discrimination": "high"}),
        an_earlier_run({"discrimination": float("inf")}),
        an_earlier_run({"discrimination": -1.5}),
        an_earlier_run(items={"name": "q1::test_0"}),
        an_earlier_run(items=[None]),
        an_earlier_run(suites=[1]),
        an_earlier_run(suites=None),
    ],
    ids=lambda content: content[-60:],
)
def test_what_is_no_earlier_run_is_named(tmp_path, content):
    (tmp_path / "x.json").write_text(content)
    with pytest.raises(BadManifest, match="x.json"):
        read_runs([tmp_path / "x.json"], "w")
