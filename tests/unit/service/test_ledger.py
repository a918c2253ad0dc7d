from __future__ import annotations

import pytest

from autograder.records import Digests
from autograder.service.ledger import Ledger


@pytest.fixture
def ledger(tmp_path):
    found = Ledger(f"sqlite:///{tmp_path / 'book.db'}")
    yield found
    found.close()


def add(ledger, entry, student="ann", **values):
    common = {"assignment": "week1", "received": "2026-11-22T22:00:00+00:00", "taken": "", "state": "queued"}
    return ledger.add(entry=entry, student=student, **(common | values))


def test_an_entry_has_one_line(ledger):
    assert add(ledger, "a").number == 1
    assert add(ledger, "a") is None
    assert ledger.entries() == {"a"}


def test_what_was_unfinished_is_found_again_by_another_process(ledger, tmp_path):
    for state in ("queued", "running", "done", "failed", "refused"):
        add(ledger, state, state=state)
    again = Ledger(f"sqlite:///{tmp_path / 'book.db'}")
    assert [line.state for line in again.waiting()] == ["queued", "running"]
    again.close()


def test_lines_are_chosen_by_student_assignment_and_state(ledger):
    add(ledger, "a")
    add(ledger, "b", student="bob")
    add(ledger, "c", state="failed", assignment="week2")
    assert [line.entry for line in ledger.select()] == ["c", "b", "a"]
    assert [line.entry for line in ledger.select(student="ann")] == ["c", "a"]
    assert [line.entry for line in ledger.select(student="ann", state="failed")] == ["c"]
    assert [line.entry for line in ledger.select(assignment="week1", limit=1)] == ["b"]
    assert ledger.counts() == {"queued": 2, "running": 0, "done": 0, "failed": 1, "refused": 0, "kept": 0}


def test_a_line_knows_where_its_result_is(ledger):
    line = add(ledger, "a")
    assert line.made_from is None
    ledger.update(line.number, digests="a b c d")
    assert ledger.get(line.number).made_from == Digests("a", "b", "c", "d")


def test_there_is_no_line_of_a_number_that_was_not_given(ledger):
    assert ledger.get(7) is None
