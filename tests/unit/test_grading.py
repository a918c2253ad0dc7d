"""What a result says as a whole."""

from __future__ import annotations

from types import SimpleNamespace

from autograder import grading
from autograder.gpu.card import CARD_VARIABLE, Card, digest_with
from autograder.grading import ASK_AGAIN_SECONDS, INFORMATION, Grader, verdict_of
from autograder.records import Note
from autograder.sandbox.engine import Engine
from tests.integration.tiny_course import MANIFEST, WEEK, submission, write_course


def test_a_note_that_only_informs_is_no_verdict():
    for kind in INFORMATION:
        assert verdict_of((Note(kind, ""),), ()) == "graded"
        assert verdict_of((Note(kind, ""), Note("time-limit", "")), ()) == "time-limit"


def test_a_note_of_another_kind_is_one():
    assert verdict_of((Note("wrong-name", ""),), ()) == "wrong-name"


class RebuiltEachTime(Engine):
    """An engine whose image is another one whenever it is asked."""

    name = "toy"
    asked = 0

    def start_worker(self, spec):
        raise AssertionError("nothing is graded here")

    def image_digest(self):
        self.asked += 1
        return f"image {self.asked}"

    def card_image_digest(self):
        return f"card's {self.asked}"


def test_the_engine_is_asked_for_its_image_once_a_second_and_not_once_a_submission(tmp_path, monkeypatch):
    now = [100.0]
    monkeypatch.setattr(grading, "time", SimpleNamespace(monotonic=lambda: now[0]))
    course = write_course(tmp_path)
    with Grader(course, course.assignment(WEEK), RebuiltEachTime()) as grader:
        assert [grader.digests(submission(who)).image for who in ("ann", "bob")] == ["image 1", "image 1"]
        now[0] += ASK_AGAIN_SECONDS
        assert grader.digests(submission()).image == "image 2"


def test_with_a_card_the_image_of_its_jobs_decides_too(tmp_path, monkeypatch):
    monkeypatch.setenv(CARD_VARIABLE, "0")
    gpu = '[gpu]\nquestion = "q2"\nfiles = ["a"]'
    course = write_course(tmp_path, manifest=f'runner = "gpu"\n{MANIFEST}\n{gpu}\n')
    with Grader(course, course.assignment(WEEK), RebuiltEachTime()) as grader:
        assert grader.digests(submission()).image == digest_with("image 1", Card("0"), "card's 1")
        assert digest_with("image 1", Card("0"), "card's 1") != digest_with("image 1", Card("0"), "card's 2")
