"""What a coordinator makes of what a cluster answers; the cluster is a list of answers."""

from __future__ import annotations

import dataclasses
from concurrent.futures import CancelledError

import pytest
from distributed import KilledWorker
from distributed.comm import CommClosedError

from autograder.errors import EngineUnavailable, ImageStale, JudgeDied, SandboxDied
from autograder.machines.grader import BACKOFF, ClusterGrader
from autograder.machines.week import pack
from autograder.records import QuestionResult, Result
from tests.integration.tiny_course import WEEK, submission, write_course


class ToyLink:
    """Answers each job with the next answer: a result, or an error."""

    image = "image"
    slots = 3

    def __init__(self, answers):
        self.answers = answers
        self.client = self

    def submit(self, function, *arguments, priority=0):
        self.answer, self.asked = self.answers.pop(0), (arguments, priority)
        return self

    def result(self):
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer.to_json()

    def close(self, timeout):
        pass


class Toy(ClusterGrader):
    """Its cluster is a list of answers; a connection is one too, where it is an error."""

    def __init__(self, course, answers, **changes):
        self.answers, self.connected, self.pauses = answers, 0, []
        super().__init__(course, course.assignment(WEEK), "tcp://toy", wait=self.pauses.append, **changes)

    def _connect(self):
        self.connected += 1
        return ToyLink(self.answers)


@pytest.fixture
def course(tmp_path):
    return write_course(tmp_path)


@pytest.fixture
def right(course):
    digests = Toy(course, []).digests(submission())
    return Result(WEEK, "ann", "tiny", "graded", (QuestionResult("q1", 4.0, 4.0),), (), digests)


@pytest.mark.parametrize("lost", [CancelledError("gone"), CommClosedError("gone")])
def test_a_job_whose_scheduler_was_lost_is_sent_again_after_a_pause(course, right, lost):
    grader = Toy(course, [lost, lost, right])
    assert grader.grade(submission()) == right
    assert grader.connected == 3 and len(grader.pauses) == 2 and grader.pauses[0] <= grader.pauses[1]


def test_a_scheduler_that_does_not_come_back_is_the_machines_fault_and_no_submissions(course):
    with pytest.raises(SandboxDied, match="the cluster was lost") as caught:
        Toy(course, [CommClosedError("gone")] * BACKOFF.tries).grade(submission())
    assert caught.value.deaths == 0


def test_workers_that_died_with_a_submission_are_counted(course):
    with pytest.raises(SandboxDied) as caught:
        Toy(course, [KilledWorker("job", type("W", (), {"address": "a"})(), 3)]).grade(submission())
    assert caught.value.deaths == 4


@pytest.mark.parametrize("error", [EngineUnavailable("docker is away"), JudgeDied("it died"), ZeroDivisionError()])
def test_what_grading_raised_over_there_is_raised_here(course, error):
    grader = Toy(course, [error])
    with pytest.raises(type(error)):
        grader.grade(submission())
    assert grader.connected == 1


@pytest.mark.parametrize("name", ["submission", "suite", "image", "seed"])
def test_a_result_that_was_made_from_anything_else_is_none(course, right, name):
    other = dataclasses.replace(right, digests=dataclasses.replace(right.digests, **{name: "other"}))
    with pytest.raises(ImageStale):
        Toy(course, [other]).grade(submission())


def test_a_job_carries_the_earlier_result_and_its_priority(course, right):
    grader = Toy(course, [right], priority=-10)
    grader.grade(submission(), before=right)
    assert grader._link.asked == ((submission(), right.to_json()), -10)


def test_a_closed_grader_asks_nobody(course, right):
    grader = Toy(course, [right])
    grader.close()
    with pytest.raises(EngineUnavailable):
        grader.grade(submission())
    assert grader.answers == [right]


def test_a_week_travels_without_specimens_and_arrives_as_it_is(course, tmp_path):
    week = course.assignment(WEEK)
    for name in ("mutants/q1/wrong.py", "wheats/q1/right.py", "data/numbers.csv"):
        (week.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (week.folder / name).write_text("x")
    packed = pack(course, week)
    packed.unpack(tmp_path / "there")
    names = {path for path, _ in packed.files}
    assert f"solutions/{WEEK}/data/numbers.csv" in names and not any("mutants" in n or "wheats" in n for n in names)
    assert all((tmp_path / "there" / n).read_bytes() == (course.root / n).read_bytes() for n in names)
    assert repr(packed).count("secret") == 0 and course.secret().decode() not in repr(packed)
    assert pack(course, week).digest == packed.digest
    week.source.write_text(week.source.read_text() + "# changed")
    assert pack(course, week).digest != packed.digest
