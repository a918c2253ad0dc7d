"""Digests and the JSON form of a result."""

from __future__ import annotations

import dataclasses
import json

import pytest

from autograder.records import CodeCell, Digests, Note, Result, Submission, Times

SUBMISSION = Submission("w", "ann", "nb", (CodeCell("a", "1"), CodeCell("b", "2")), (("f", b"3"),), (Note("k", "t"),))


@pytest.mark.parametrize(
    "change",
    [
        {"cells": (CodeCell("a", "1"), CodeCell("b", "3"))},
        {"cells": (CodeCell("a", "12"), CodeCell("b", ""))},
        {"cells": (CodeCell("a", "1"),), "files": (("b", b"2"), ("f", b"3"))},
        {"files": ()},
        {"notes": ()},
    ],
)
def test_whatever_changes_a_result_changes_the_digest(change):
    assert dataclasses.replace(SUBMISSION, **change).digest() != SUBMISSION.digest()


def test_who_handed_it_in_does_not():
    assert dataclasses.replace(SUBMISSION, student="ben").digest() == SUBMISSION.digest()


def test_a_result_of_another_schema_is_refused():
    result = Result("w", "ann", "nb", "graded", (), (), Digests("a", "b", "c", "d"))
    assert Result.from_json(result.to_json()) == result
    with pytest.raises(ValueError, match="schema 99"):
        Result.from_json(dataclasses.replace(result, schema=99).to_json())


def test_a_result_that_was_stored_before_there_were_timestamps_is_read():
    result = Result("w", "ann", "nb", "graded", (), (), Digests("a", "b", "c", "d"))
    assert Result.from_json(dataclasses.replace(result, times=Times("1", "2", "3", "4")).to_json()).times.judged == "4"
    old = {key: value for key, value in json.loads(result.to_json()).items() if key != "times"}
    assert Result.from_json(json.dumps(old)) == result
