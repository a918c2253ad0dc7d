"""What staff send to be graded, with a desk whose grading is a future that the test settles."""

from __future__ import annotations

from concurrent.futures import Future
from types import SimpleNamespace

import pytest

from autograder.errors import UnknownAssignment
from autograder.records import CodeCell, Digests, Submission
from autograder.service import orders as orders_module
from autograder.service.orders import Orders, key_of


def submission(text: str = "x = 1", notebook: str = "nb") -> Submission:
    return Submission("week", "ann", notebook, (CodeCell("q1", text),))


class Desk:
    """Only what orders ask of one."""

    def __init__(self):
        self.sent: list[tuple[Submission, Future]] = []
        self.stored: dict[str, str] = {}
        self.store = SimpleNamespace(get=lambda _a, _n, _s, digests: self.stored.get(digests.submission))

    def assignment(self, name: str):
        return SimpleNamespace(name=name, notebooks=("nb",), questions=())

    def digests(self, assignment: str, digest: str, fresh: bool = False) -> Digests:
        return Digests(digest, "suite", "image", "seed")

    def grade(self, sent: Submission) -> Future:
        self.sent.append((sent, Future()))
        return self.sent[-1][1]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_the_same_submission_is_queued_once_and_found_by_its_digest(desk):
    orders = Orders(desk)
    assert orders.find(key_of(submission())) is None
    assert orders.place(submission()) and orders.place(submission())
    assert len(desk.sent) == 1
    assert orders.find(key_of(submission())) is desk.sent[0][1]


def test_what_the_store_has_need_not_be_sent(desk):
    desk.stored[submission().digest()] = "a result"
    assert Orders(desk).find(key_of(submission())) == "a result"


def test_what_was_fetched_may_be_sent_again(desk):
    orders = Orders(desk)
    orders.place(submission())
    orders.fetched(key_of(submission()))
    orders.place(submission())
    assert len(desk.sent) == 2


def test_no_more_than_a_fixed_number_is_held_and_what_nobody_fetched_goes_first(desk, monkeypatch):
    monkeypatch.setattr(orders_module, "HELD", 2)
    orders = Orders(desk)
    assert orders.place(submission("a")) and orders.place(submission("b"))
    assert not orders.place(submission("c"))
    desk.sent[1][1].set_result("b's")
    assert orders.place(submission("c"))
    assert orders.find(key_of(submission("b"))) is None and orders.find(key_of(submission("a"))) is not None


def test_a_notebook_that_the_course_does_not_have_is_refused(desk):
    with pytest.raises(UnknownAssignment, match="other"):
        Orders(desk).place(submission(notebook="other"))
