"""The local pool: order, errors, the store, and an end without waiting."""

from __future__ import annotations

import dataclasses
import threading

import pytest

from autograder import cluster
from autograder.cluster import Cancelled, LocalPool, available_processors, default_workers, grade_stored
from autograder.errors import CourseError, Quarantined, SandboxDied
from autograder.records import CodeCell, Digests, QuestionResult, Result, Submission, Times, now
from autograder.store import Store


class Toy:
    """A grader whose score is the length of the source; it waits where a test wants it to."""

    def __init__(self):
        self.graded: list[str] = []
        self.gate = threading.Event()
        self.gate.set()
        self.closed = threading.Event()
        self.fail: dict[str, Exception] = {}

    def digests(self, submission):
        return Digests(submission.digest(), "suite", "image", "seed")

    def grade(self, submission, before=None):
        self.graded.append(submission.student)
        self.gate.wait()
        if self.closed.is_set():
            raise SandboxDied("stopped")
        if submission.student in self.fail:
            raise self.fail[submission.student]
        score = float(len(submission.cells[0].source))
        question = (QuestionResult("q", score, 100.0),)
        return Result("week", submission.student, "n", "graded", question, (), self.digests(submission))

    def close(self):
        self.closed.set()
        self.gate.set()


def submission(student, source="x"):
    return Submission("week", student, "n", (CodeCell("q", source),))


@pytest.fixture
def store(tmp_path):
    with Store(f"sqlite:///{tmp_path / 'r.db'}") as opened:
        yield opened


@pytest.fixture
def pool(store):
    with LocalPool(Toy(), store, workers=2) as opened:
        yield opened


def feed(pool, names):
    for name in names:
        pool.submit(name, lambda name=name: submission(name, name))


def test_each_result_is_its_own_submissions(pool):
    names = [f"s{'x' * i}" for i in range(20)]
    feed(pool, names)
    for name in names:
        found, result = pool.result(name)
        assert (found.student, result.score) == (name, len(name))


def test_what_is_stored_is_not_graded_again(store):
    for expected in (["a", "b"], []):
        grader = Toy()
        with LocalPool(grader, store, workers=1) as pool:
            feed(pool, ["a", "b"])
            assert [pool.result(n)[1].student for n in ("a", "b")] == ["a", "b"]
            assert pool.progress.stored == 2 - len(expected)
        assert grader.graded == expected


def test_a_result_keeps_when_it_was_asked_for_and_queued_and_what_the_grader_noted(store):
    class Timed(Toy):
        def grade(self, submission, before=None):
            return dataclasses.replace(super().grade(submission), times=Times(started=now(), judged=now()))

    with LocalPool(Timed(), store, workers=1) as pool:
        feed(pool, "a")
        pool.result("a")
    (kept,) = store.newest("week")
    moments = [*dataclasses.astuple(kept.result.times), kept.recorded]
    assert all(moments) and moments == sorted(moments)
    with LocalPool(Timed(), store, workers=1) as pool:
        feed(pool, "a")
        assert pool.result("a")[1].times == kept.result.times, "they tell of the grading, not of who looked again"


class Deadly(Toy):
    """Each try costs a sandbox its life."""

    def grade(self, submission, before=None):
        self.graded.append(submission.student)
        error = SandboxDied("silent")
        error.deaths = 1
        raise error


def test_a_submission_that_sandboxes_die_of_is_not_tried_again_until_it_is_released(store):
    grader, deadly = Deadly(), submission("a")
    for expected in (SandboxDied, SandboxDied, Quarantined, Quarantined):
        with pytest.raises(expected):
            grade_stored(grader, store, deadly)
    assert len(grader.graded) == cluster.QUARANTINE
    assert grade_stored(Toy(), store, submission("b"))[0].student == "b", "the others are graded"
    changed = submission("a", "handed in again")
    assert grade_stored(Toy(), store, changed)[0].score == len("handed in again")
    with pytest.raises(Quarantined, match="autograder grade week --student a --retry-quarantined"):
        grade_stored(Toy(), store, deadly)
    assert store.forget_deaths("week", "b") == 0 and store.forget_deaths("week", "a") == 1
    assert grade_stored(Toy(), store, deadly)[0].score == 1.0


def test_the_machines_other_faults_quarantine_nobody(store):
    grader = Toy()
    grader.fail["a"] = SandboxDied("no sandbox starts")
    for _ in range(2 * cluster.QUARANTINE):
        with pytest.raises(SandboxDied):
            grade_stored(grader, store, submission("a"))


def test_a_result_made_with_another_suite_is_there_for_what_has_not_changed(store):
    class Seen(Toy):
        suite = "old"

        def digests(self, submission):
            return dataclasses.replace(super().digests(submission), suite=self.suite)

        def grade(self, submission, before=None):
            asked.append(before)
            return super().grade(submission)

    asked, grader = [], Seen()
    old, _ = grade_stored(grader, store, submission("a"))
    grader.suite = "new"
    grade_stored(grader, store, submission("a"))
    grade_stored(grader, store, submission("a", "another"))
    grade_stored(grader, store, submission("b"))
    assert asked == [None, old, None, None]


def test_a_fault_reaches_who_asks_and_no_other(pool):
    pool.grader.fail["b"] = SandboxDied("silent")
    feed(pool, "abc")
    assert pool.result("a")[1].student == "a"
    with pytest.raises(SandboxDied):
        pool.result("b")
    assert pool.result("c")[1].student == "c"
    assert pool.progress.failed == 1


def test_a_submission_that_cannot_be_made_is_a_fault_of_its_own(pool):
    pool.submit("a", lambda: 1 / 0)
    feed(pool, "b")
    with pytest.raises(ZeroDivisionError):
        pool.result("a")
    assert pool.result("b")[1].student == "b"


def test_closing_gives_up_what_waits_and_keeps_what_is_done(store):
    grader = Toy()
    pool = LocalPool(grader, store, workers=1)
    feed(pool, "a")
    assert pool.result("a")[1].student == "a"
    grader.gate.clear()
    feed(pool, "bc")
    pool.close()
    for name in "bc":
        with pytest.raises(Cancelled):
            pool.result(name)
    assert [r.student for r in store.results("week")] == ["a"]
    for thread in pool._threads:
        thread.join(60)
        assert not thread.is_alive()


def test_a_pool_runs_only_so_far_ahead(store, monkeypatch):
    monkeypatch.setattr(cluster, "AHEAD", 3)
    grader = Toy()
    done = threading.Semaphore(0)
    with LocalPool(grader, store, workers=1, on_progress=lambda _p: done.release()) as pool:
        feed(pool, [f"s{i}" for i in range(10)])
        for _ in range(4):
            assert done.acquire(timeout=10)
        assert not done.acquire(timeout=0.1)  # the fifth waits until the first is fetched
        pool.result("s1")
        assert done.acquire(timeout=10)


def test_those_that_were_skipped_hold_nothing_up(store, monkeypatch):
    monkeypatch.setattr(cluster, "AHEAD", 1)
    with LocalPool(Toy(), store, workers=1) as pool:
        feed(pool, [f"s{i}" for i in range(6)])
        assert pool.result("s5")[1].student == "s5"
        assert "s0" not in pool


def test_grading_now_uses_the_store_too(pool):
    first = pool.grade(submission("a"))
    assert dataclasses.replace(pool.grade(submission("a"))) == first
    assert pool.grader.graded == ["a"]


def test_progress_counts_up_to_the_total(store):
    seen = []

    def tell(progress: cluster.Progress) -> None:
        threading.Event().wait(0.05)  # who is told is slow, and is told all the same
        seen.append(progress)

    with LocalPool(Toy(), store, workers=2, on_progress=tell) as pool:
        feed(pool, "abcd")
        for name in "abcd":
            pool.result(name)
        assert max(p.done for p in seen) == 4, "before the last result is given out"
    assert {p.total for p in seen} <= {1, 2, 3, 4}


@pytest.mark.parametrize("text", ["0", "-1", "2.5", "many", "\u00b2"])
def test_a_number_of_workers_that_is_none_is_named(monkeypatch, text):
    monkeypatch.setenv("AUTOGRADER_WORKERS", text)
    with pytest.raises(CourseError, match="AUTOGRADER_WORKERS: .* is no whole number above 0"):
        default_workers()


def test_the_environment_sets_the_workers(monkeypatch):
    monkeypatch.setenv("AUTOGRADER_WORKERS", "3")
    assert default_workers() == 3
    monkeypatch.setenv("AUTOGRADER_WORKERS", "")
    assert default_workers() == available_processors()


def test_progress_that_cannot_be_told_is_an_error_of_that_submission_and_holds_up_no_other(store):
    """As where the terminal is gone: a thread of the pool that ended would leave the others waiting for ever."""

    def told(progress):
        if progress.done == 1:
            raise BrokenPipeError("nobody listens")

    with LocalPool(Toy(), store, workers=1, on_progress=told) as pool:
        feed(pool, ["a", "b", "c"])
        with pytest.raises(BrokenPipeError):
            pool.result("a")
        assert [pool.result(name)[1].student for name in ("b", "c")] == ["b", "c"]
        assert store.get("week", "n", "a", Toy().digests(submission("a", "a"))) is not None
