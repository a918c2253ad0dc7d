"""Who is listed, with which run, and how little the list tells."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from autograder.leaderboard import Entry, notes_for, places, pseudonym, read_entries, scored
from autograder.records import Digests, QuestionResult, Result, TestResult
from autograder.report.leaderboard import Leaderboard, leaderboard_dict, leaderboard_page
from autograder.store import Store, Stored

SECRET, WEEK = b"0123456789abcdef", "week"
NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


def run(student="ann", public=0.8, private=0.7, parameters=100, seconds=5.0, on_card=0.0, listed=1.0, notebook="1"):
    numbers = {
        "public": public, "private": private, "parameters": parameters, "seconds": seconds, "on_card": on_card,
        "listed": listed,
    }  # fmt: skip
    measures = tuple((f"leaderboard.{name}", float(value)) for name, value in numbers.items() if value is not None)
    tests = (TestResult("test_a", "A", "passed", measures=measures),)
    digests = Digests(notebook, "suite", "image", "seed")
    return Result(WEEK, student, "nb", "graded", (QuestionResult("q1", 1.0, 1.0, tests),), (), digests)


def stored(*results, start=NOON, step=dt.timedelta(minutes=1)):
    return [Stored(result, (start + i * step).isoformat()) for i, result in enumerate(results)]


def entry(student="ann", when=NOON, public=0.8, private=0.7, parameters=100, seconds=5.0, on_card=False):
    return Entry(student, when, public, private, parameters, seconds, on_card)


def test_a_measured_result_is_an_entry_and_another_is_none():
    plain = Result(WEEK, "bob", "nb", "graded", (), (), Digests("2", "s", "i", "s"))
    found = read_entries(stored(run(), plain))
    assert found == [entry()]


def test_who_opts_out_takes_the_earlier_runs_along():
    early, late = run(notebook="1"), run(notebook="2", public=None, private=None, listed=0.0)
    assert read_entries(stored(early, late)) == []
    assert len(read_entries(stored(run(notebook="1", listed=0.0), run(notebook="2")))) == 2, "and may come back"


def test_who_asked_staff_is_left_out():
    assert [e.student for e in read_entries(stored(run("ann"), run("bob")), frozenset({"ann"}))] == ["bob"]


def test_a_submission_that_is_graded_again_is_one_entry_of_the_first_time():
    found = read_entries(stored(run(public=0.5), run(public=0.6)))
    assert found == [entry(public=0.6)]


def test_three_runs_a_day_are_scored_on_each_kind_of_machine():
    runs = [entry(when=NOON + dt.timedelta(minutes=i), public=i / 10) for i in range(5)]
    assert [e.public for e in scored(runs)] == [0.0, 0.1, 0.2]
    tomorrow = entry(when=NOON + dt.timedelta(days=1), public=0.9)
    on_card = entry(when=NOON + dt.timedelta(hours=1), on_card=True)
    assert tomorrow in scored([*runs, tomorrow]) and on_card in scored([*runs, on_card])


def test_before_the_end_accuracies_are_whole_percents_and_decide_no_finer():
    runs = [entry("ann", public=0.879, parameters=200), entry("bob", public=0.871, parameters=100)]
    found = places(runs, SECRET, WEEK)
    assert [(p.rank, p.accuracy, p.parameters) for p in found] == [(1, 0.87, 100), (2, 0.87, 200)]


def test_ties_are_broken_by_parameters_then_seconds_and_equal_runs_share_a_rank():
    runs = [entry("a", seconds=9), entry("b", parameters=50), entry("c", seconds=5.2), entry("d", seconds=4.9)]
    found = places(runs, SECRET, WEEK)
    assert [(p.rank, p.parameters, p.seconds) for p in found] == [(1, 50, 5), (2, 100, 5), (2, 100, 5), (4, 100, 9)]


def test_the_private_half_decides_at_the_end_for_the_run_that_was_best_by_the_public_one():
    runs = [
        entry("ann", public=0.9, private=0.6),
        entry("ann", public=0.8, private=0.99, when=NOON + dt.timedelta(hours=1)),
        entry("bob", public=0.7, private=0.65),
    ]
    assert [p.accuracy for p in places(runs, SECRET, WEEK, final=True)] == [0.65, 0.6]


def test_nothing_private_is_on_the_page_or_in_the_json_before_the_end():
    numbers = [entry("ann", public=0.8125, private=0.7391), entry("bob", public=0.75, private=0.9173)]
    boards = [("Runs", places(numbers, SECRET, WEEK))]
    board = Leaderboard(WEEK, "T", boards, False, NOON)
    said = leaderboard_page(board) + json.dumps(leaderboard_dict(board))
    assert all(number not in said for number in ("739", "73.9", "917", "91.7", "8125", "81.2", "ann", "bob"))
    assert "81 %" in said and "75 %" in said
    final = leaderboard_page(
        Leaderboard(WEEK, "T", [("Runs", places(numbers, SECRET, WEEK, final=True))], True, NOON)
    )
    assert "91.7 %" in final and "73.9 %" in final


def test_a_pseudonym_stays_and_depends_on_secret_week_and_student():
    mine = pseudonym(SECRET, WEEK, "ann")
    assert mine == pseudonym(SECRET, WEEK, "ann") and "ann" not in mine
    keys = ((b"another secret...", WEEK, "ann"), (SECRET, "w", "ann"), (SECRET, WEEK, "bob"))
    assert mine not in {pseudonym(*key) for key in keys}


@pytest.mark.parametrize(("result", "told"), [(run(), True), (run(listed=0.0), False), (run(public=None), False)])
def test_a_student_is_told_the_pseudonym_only_where_a_run_is_listed(result, told):
    notes = notes_for(result.questions[0].tests, SECRET, WEEK, "ann")
    assert [pseudonym(SECRET, WEEK, "ann") in note.text for note in notes] == [True] * told


def test_the_store_gives_every_result_in_order(tmp_path):
    with Store(f"sqlite:///{tmp_path / 'r.db'}") as store:
        for notebook in ("b", "a", "c"):
            store.put(run(notebook=notebook))
        store.put(Result("other", "ann", "nb", "graded", (), (), Digests("x", "s", "i", "s")))
        found = list(store.every(WEEK))
    assert sorted(s.result.digests.submission for s in found) == ["a", "b", "c"]
    assert len(read_entries(found)) == 3
