"""A function on the card, with the processor in its place: trial, queue, limits, verdicts, and what the judge gets."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from sandbox_engines import find_engines
from tiny_course import MANIFEST, SUITES, WEEK, submission, write_course

from autograder.cluster import grade_stored
from autograder.errors import EngineUnavailable, QueueTimeout, SandboxDied
from autograder.gpu.card import CARD_VARIABLE, QUEUE_VARIABLE, Card
from autograder.gpu.turn import turn
from autograder.grading import Grader
from autograder.store import Store

PRESENT, _ = find_engines()
CARD = f"""runner = "gpu"
{MANIFEST}
[gpu]
question = "q2"
files = ["out.json", "weights.bin"]
file_kb = 4
seconds = 2
queue_seconds = 0
"""
SUITE = '''
import json
from autograder.judge import hint
HINTS = {"card": "It did not run to its end."}
def test_number(student):
    """A number"""
    assert student.two(4) == 8
def test_card(student, card_run, measure):
    """What the card gave"""
    if card_run is None or card_run.machines_fault:
        return
    assert card_run.done, hint("card")
    files = dict(card_run.files)
    measure("told", json.loads(files["out.json"])["told"] == [card_run.profile, card_run.device])
    measure("seconds", card_run.seconds)
    assert files["weights.bin"] == b"12"
'''
RUN = """
def two(x):
    return x * 2
def run(profile, device, folder):
    import json, pathlib, time, os
    if profile == "ci":
        {on_card}
    place = pathlib.Path(folder)
    place.mkdir()
    (place / "out.json").write_text(json.dumps({{"told": [profile, device]}}))
    (place / "weights.bin").write_bytes(b"12")
"""


def answer(on_card="pass"):
    return RUN.format(on_card=on_card)


@pytest.fixture
def course(tmp_path, monkeypatch):
    monkeypatch.setenv(CARD_VARIABLE, "cpu")
    monkeypatch.setenv(QUEUE_VARIABLE, str(tmp_path / "queue"))
    return write_course(tmp_path / "course", suites={**SUITES, "q2": SUITE}, manifest=CARD)


@pytest.fixture
def grader(course):
    with Grader(course, course.assignment(WEEK), PRESENT["plain"]) as grader:
        yield grader


def kinds(result):
    return [note.kind for note in result.notes]


def cause(result):
    return {t.test: t.hint or t.cause for t in result.question("q2").tests if not t.passed}


def test_a_run_reaches_the_judge_and_the_result_says_so(grader):
    asks_the_driver = "assert os.environ['PYTORCH_NVML_BASED_CUDA_CHECK'] == '1'"
    result = grader.grade(submission(q2=answer(asks_the_driver)))
    assert (result.score, result.verdict, kinds(result)) == (12, "graded", ["gpu-run"])
    measures = dict(result.question("q2").tests[1].measures)
    assert measures["told"] == 1.0 and measures["seconds"] > 0
    assert "processor stood in" in result.notes[0].text


@pytest.mark.parametrize(
    ("on_card", "verdict", "says"),
    [
        ("time.sleep(60)", "time-limit", "longer than 2 s"),
        ("bytearray(1 << 40)", "out-of-memory", "ran out of memory"),
        ("raise type('OutOfMemoryError', (RuntimeError,), {})('CUDA')", "out-of-memory", "memory"),
        ("raise KeyError('hidden')", "crashed", "KeyError"),
        ("os._exit(3)", "crashed", "process-ended"),
        ("return", "invalid-artefact", "did not write out.json"),
    ],
)
def test_what_the_student_did_is_a_verdict_of_its_own(grader, on_card, verdict, says):
    result = grader.grade(submission(q2=answer(on_card)))
    assert (result.verdict, kinds(result)) == (verdict, [verdict])
    told = result.notes[0].text
    assert says in told and "hidden" not in told and told.startswith("On the card")
    assert cause(result) == {"test_card": "card"} and result.score == 10
    assert result.question("q1").score == result.question("q3").score == 4, "nothing else is harmed"


def test_a_file_that_is_too_large_is_an_invalid_artefact(grader):
    big = answer().replace('b"12"', 'b"1" * 5000')
    assert grader.grade(submission(q2=big)).verdict == "invalid-artefact"


def test_a_broken_function_is_found_before_the_card_is_asked_for(grader, tmp_path):
    with turn(tmp_path / "queue" / "cpu", 0):  # the card is busy: who asks for it gets a queue-timeout
        result = grader.grade(submission(q2=answer().replace("import json", "oops")))
    assert result.verdict == "crashed" and "tried with a few images" in result.notes[0].text


def test_a_function_that_is_not_written_yet_is_not_reproached(grader):
    result = grader.grade(submission(q2="def two(x):\n    return x * 2"))
    assert (result.verdict, kinds(result)) == ("graded", ["not-written"])
    unwritten = answer().replace("import json", "raise NotImplementedError; import json")
    result = grader.grade(submission(q2=unwritten))
    assert (result.verdict, kinds(result)) == ("graded", ["not-written"])
    assert "run, or a function of yours that it calls, is not written yet" in result.notes[0].text


def test_a_busy_card_costs_nothing_and_is_tried_again(course, grader, tmp_path):
    mine = submission(q2=answer())
    with Store(f"sqlite:///{tmp_path / 'r.db'}") as store:
        with turn(tmp_path / "queue" / "cpu", 0):
            busy, _ = grade_stored(grader, store, mine)
        assert (busy.score, busy.verdict, kinds(busy)) == (12, "graded", ["queue-timeout"])
        again, stored = grade_stored(grader, store, mine)
        assert not stored and kinds(again) == ["gpu-run"]
        assert grade_stored(grader, store, mine)[1], "a run on the card is made once"


class Failing:
    """An engine whose second sandbox, the card's, dies a number of times."""

    def __init__(self, engine, times):
        self._engine, self.left, self.tried = engine, times, 0

    def __getattr__(self, name):
        return getattr(self._engine, name)

    def start_worker(self, spec):
        if spec.limits.cpu_seconds > 20:  # the card's have the job's seconds on top
            self.tried += 1
            if self.left:
                self.left -= 1
                raise SandboxDied("gone")
        return self._engine.start_worker(spec)


@pytest.mark.parametrize(("times", "kind"), [(1, "gpu-run"), (9, "infrastructure")])
def test_a_fault_of_the_machine_is_tried_again_and_then_costs_nothing(course, grader, times, kind):
    engine = Failing(PRESENT["plain"], times)
    grader.engine = engine
    result = grader.grade(submission(q2=answer()))
    assert (result.score, result.verdict, kinds(result), engine.tried) == (12, "graded", [kind], 2)


class Scripted(Card):
    """A processor in a card's place whose memory is what a list says, its last value for ever; an error is raised."""

    script: tuple = ()
    waits: tuple = ()

    def used_mb(self):
        now, *later = self.script
        object.__setattr__(self, "script", tuple(later) or (now,))
        if isinstance(now, Exception):
            raise now
        return now

    def is_free(self, seconds=0.0):
        try:
            with turn(self.queue, 0):
                held = False
        except QueueTimeout:
            held = True
        object.__setattr__(self, "waits", (*self.waits, held))
        return super().is_free(0.0)


def with_memory(grader, *script):
    """Give the grader a card that tells these numbers, in MiB."""
    grader._card = Scripted("cpu", profile="ci", device="cpu")
    object.__setattr__(grader._card, "script", script)
    return grader._card


def test_the_next_job_waits_until_the_card_was_asked_for_its_memory_again(grader):
    card = with_memory(grader, 0.0)
    assert kinds(grader.grade(submission(q2=answer()))) == ["gpu-run"]
    assert card.waits == (True, True), "before the job and after it, both in the job's own turn"


def test_a_driver_that_stops_answering_takes_no_finished_run_away(grader):
    card = with_memory(grader, 0.0, 0.0, EngineUnavailable("nvidia-smi does not tell"))
    result = grader.grade(submission(q2=answer()))
    assert (result.score, kinds(result), len(card.waits)) == (12, ["gpu-run"], 2)


def test_more_of_the_cards_memory_than_the_share_ends_the_job(grader):
    with_memory(grader, 0.0, 100.0, 8500.0)
    result = grader.grade(submission(q2=answer("time.sleep(60)")))
    assert (result.verdict, kinds(result)) == ("out-of-memory", ["out-of-memory"])
    assert "more than 8192 MiB" in result.notes[0].text and cause(result) == {"test_card": "card"}


def test_a_card_that_somebody_else_uses_costs_nothing(grader):
    card = with_memory(grader, 9000.0)
    result = grader.grade(submission(q2=answer()))
    assert (result.score, result.verdict, kinds(result)) == (12, "graded", ["infrastructure"])
    assert card.waits == (True, True), "asked twice, and never run"


def test_no_setting_no_card(course, monkeypatch):
    monkeypatch.delenv(CARD_VARIABLE)
    with Grader(course, course.assignment(WEEK), PRESENT["plain"]) as without:
        result = without.grade(submission(q2=answer("raise KeyError")))
        assert (result.score, result.verdict, kinds(result)) == (12, "graded", ["ci-profile"])
        assert without.digests(submission()).image == PRESENT["plain"].image_digest()


def test_with_a_card_the_digest_is_another_one(grader):
    assert grader.digests(submission()).image != PRESENT["plain"].image_digest()


def test_other_questions_alone_spend_no_card(grader, tmp_path):
    with turn(tmp_path / "queue" / "cpu", 0):
        result = grader.grade(submission(q2=answer()), ("q1",))
    assert kinds(result) == []


def test_the_suite_digest_follows_the_section(course):
    assignment = course.assignment(WEEK)
    other = dataclasses.replace(assignment, card=dataclasses.replace(assignment.card, seconds=3))
    with Grader(course, assignment, PRESENT["plain"]) as a, Grader(course, other, PRESENT["plain"]) as b:
        assert a.digests(submission()).suite != b.digests(submission()).suite
