"""What comes out of a run is judged as bytes."""

from __future__ import annotations

import pytest

from autograder.errors import InvalidArtefact
from autograder.gpu.artefacts import checked
from autograder.gpu.settings import CardJob

JOB = CardJob(question="q", files=("model.pt", "history.json"), file_kb=1)
GOOD = {"model.pt": b"\x80weights", "history.json": b"[1]"}


def test_good_files_come_in_the_order_of_the_manifest():
    assert checked(dict(reversed(GOOD.items())), JOB) == (("model.pt", b"\x80weights"), ("history.json", b"[1]"))


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (GOOD | {"model.pt": None}, "did not write model.pt"),
        (GOOD | {"model.pt": 5000}, "model.pt is larger than 1 KiB"),
        (GOOD | {"model.pt": b"x" * 1025}, "model.pt is larger than 1 KiB"),
        (GOOD | {"history.json": b"{"}, "history.json is no JSON"),
        (GOOD | {"history.json": b"\xff"}, "history.json is no JSON"),
        (GOOD | {"history.json": b"[" * 1000}, "history.json is no JSON"),
        (GOOD | {"model.pt": "text"}, "larger"),
        (["model.pt"], "could not be read"),
        ({}, "did not write"),
    ],
)
def test_anything_else_is_an_invalid_artefact(found, says):
    with pytest.raises(InvalidArtefact, match=says):
        checked(found, JOB)


def test_files_that_nobody_asked_for_are_left():
    assert dict(checked(GOOD | {"more": b"x"}, JOB)) == GOOD
