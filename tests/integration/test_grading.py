"""Whole submissions through sandbox and judge: what is right is paid, what goes wrong costs itself alone."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import re
import signal
import sys
import threading
from pathlib import Path

import psutil
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from sandbox_engines import find_engines
from tiny_course import MANIFEST, SUITES, WEEK, submission, write_course

from autograder.cluster import grade_stored
from autograder.errors import BrokenSuite, SandboxDied
from autograder.grading import Grader
from autograder.records import Limits, Result, TestResult, Times, Usage
from autograder.sandbox import warm_pool
from autograder.sandbox.local import PlainEngine
from autograder.sandbox.rendezvous import peer
from autograder.store import Store

ENGINES = ("docker", "bwrap", "plain")
PRESENT, ABSENT = find_engines()


@pytest.fixture(scope="module", params=ENGINES)
def engine(request):
    if request.param not in PRESENT:
        if os.environ.get("CI") and request.param == "docker":
            pytest.fail(f"in CI the docker engine must be present: {ABSENT['docker']}")
        pytest.skip(ABSENT[request.param])
    return PRESENT[request.param]


@pytest.fixture(scope="module")
def grader(engine, tmp_path_factory):
    course = write_course(tmp_path_factory.mktemp("course"))
    with Grader(course, course.assignment(WEEK), engine) as grader:
        yield grader


def limited(grader: Grader, **limits: float) -> Grader:
    """Another one for the same course that has less patience."""
    assignment = dataclasses.replace(grader.assignment, limits=dataclasses.replace(grader.assignment.limits, **limits))
    return Grader(grader.course, assignment, grader.engine)


def scores(result: Result) -> dict[str, float]:
    return {q.question: q.score for q in result.questions}


def failures(result: Result) -> dict[str, str]:
    """Cause of each test that did not pass."""
    return {f"{q.question}::{t.test}": t.cause for q in result.questions for t in q.tests if not t.passed}


def kinds(result: Result) -> set[str]:
    return {note.kind for note in result.notes}


def test_the_reference_gets_everything_and_the_result_survives_json(grader):
    result = grader.grade(submission())
    assert (result.score, result.max_score, result.verdict) == (12, 12, "graded")
    assert Result.from_json(result.to_json()) == result


def test_the_same_submission_gets_the_same_tests_and_scores(grader):
    one, two = (grader.grade(submission(q2="def two(x):\n    return x")) for _ in range(2))

    def without_times(r):
        return [[dataclasses.replace(t, seconds=0, detail="") for t in q.tests] for q in r.questions]

    assert without_times(one) == without_times(two) and scores(one) == scores(two)


def test_points_follow_the_weights(grader):
    result = grader.grade(submission(q1="def one(x):\n    return 6"))
    assert scores(result) == {"q1": 1.0, "q2": 4.0, "q3": 4.0}


def test_a_failed_test_gives_its_hint_and_never_what_is_hidden(grader):
    result = grader.grade(submission(q1="def one(x):\n    raise ValueError(f'the hidden input is {x}')"))
    tests = result.question("q1").tests
    assert {t.cause for t in tests} == {"exception"}
    assert all("ValueError" in t.message and "hidden" not in t.message for t in tests)
    assert "hidden input is 5" in tests[0].detail, "staff sees it"
    wrong = grader.grade(submission(q1="def one(x):\n    return x"))
    assert {(t.hint, t.message) for t in wrong.question("q1").tests} == {("plus", "Add one.")}


def test_changing_an_argument_is_seen_and_costs_that_test_alone(grader):
    result = grader.grade(submission(q2="def two(x):\n    x *= 2\n    return x"))
    assert failures(result) == {"q2::test_purity": "assertion"}
    assert result.question("q2").tests[2].hint == "copy"


def test_ending_the_process_in_a_function_costs_its_tests_alone(grader):
    result = grader.grade(submission(q2="import os\ndef two(x):\n    if type(x) is int: os._exit(0)\n    return x * 2"))
    assert failures(result) == {"q2::test_number": "process-ended", "q3::test_is_unreplaced_again": "process-ended"}


def test_a_loop_without_end_costs_its_tests_alone(grader):
    with limited(grader, test_seconds=2) as hasty:
        result = hasty.grade(submission(q2="def two(x):\n    while type(x) is int: pass\n    return x * 2"))
    assert failures(result) == {"q2::test_number": "time-limit", "q3::test_is_unreplaced_again": "time-limit"}
    assert "within 2 s" in result.question("q2").tests[0].message


def test_a_hanging_question_uses_up_its_own_time_and_no_other(grader):
    slow = "import time\ndef two(x):\n    time.sleep(60)"
    with limited(grader, question_seconds=5) as hasty:
        result = hasty.grade(submission(q2=slow))
    assert [t.outcome for t in result.question("q2").tests] == ["failed", "not-reached", "not-reached"]
    assert scores(result)["q1"] == 4
    assert result.question("q3").tests[0].passed, "the question after it has fixtures of its own"


@pytest.mark.parametrize(
    ("cell", "error"),
    [
        ("def broken(:", "SyntaxError"),
        ("import no_such_library", "ModuleNotFoundError"),
        ("input('name? ')", "EOFError"),
    ],
)
def test_a_cell_that_fails_costs_nothing_else(grader, cell, error):
    result = grader.grade(submission(first=cell))
    assert scores(result) == {"q1": 4, "q2": 4, "q3": 4}
    assert result.cells[0].outputs[-1]["ename"] == error and not result.cells[0].ok


def test_a_missing_function_is_named(grader):
    result = grader.grade(submission(q2="# nothing here"))
    assert set(failures(result).values()) == {"missing-name", "exception"}
    assert "`two`" in result.question("q2").tests[0].message


@pytest.mark.parametrize(
    "cell", ["import os; os._exit(0)", "import ctypes; ctypes.string_at(0)", "import os; os.kill(os.getpid(), 9)"]
)
def test_a_cell_that_ends_the_process_is_left_out_and_the_rest_is_paid(grader, cell):
    result = grader.grade(submission(first=cell))
    assert scores(result) == {"q1": 4, "q2": 4, "q3": 4}
    assert result.verdict == "process-ended" and result.notes[0].where == "first"


def test_a_cell_without_end_is_interrupted(grader, monkeypatch):
    monkeypatch.setattr("autograder.sandbox.notebook.INTERRUPT_GRACE", 30.0)
    with limited(grader, cell_seconds=4) as hasty:
        result = hasty.grade(submission(first="while True: pass"))
    assert scores(result) == {"q1": 4, "q2": 4, "q3": 4}
    assert result.verdict == "time-limit" and "within 4 s" in result.notes[0].text
    assert result.cells[0].outputs[-1]["ename"] == "KeyboardInterrupt"


def test_a_cell_that_swallows_the_interrupt_is_left_out(grader):
    stubborn = "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: time.sleep(1)"
    with limited(grader, cell_seconds=4) as hasty:
        result = hasty.grade(submission(first=stubborn))
    assert scores(result) == {"q1": 4, "q2": 4, "q3": 4} and kinds(result) == {"time-limit"}


def test_output_is_cut_at_its_limit(grader):
    result = grader.grade(submission(first="print('x' * 50_000_000)"))
    assert scores(result) == {"q1": 4, "q2": 4, "q3": 4}
    assert result.verdict == "output-limit" and "64 KiB" in result.notes[0].text
    assert len(result.to_json()) < 200_000


def test_a_thousand_outputs_are_cut_too(grader):
    many = "from IPython.display import display\nfor i in range(1000): display(i)"
    result = grader.grade(submission(first=many))
    assert len(result.cells[0].outputs) <= 201 and kinds(result) == {"output-limit"}


def test_returning_too_much_costs_that_test_alone(grader):
    big = "import numpy as np\ndef one(x):\n    return np.zeros(1 << 20) if x == 5 else x + 1"
    result = grader.grade(submission(q1=big))
    assert failures(result)["q1::test_value[5]"] == "returned-limit"
    assert "limit is 4 MiB" in result.question("q1").tests[0].message
    assert failures(result).keys() & {"q1::test_value[7]", "q1::test_draws"} == set()


def test_a_memory_bomb_in_a_function_costs_its_tests_alone(grader):
    bomb = "def one(x):\n    return len(bytearray(1 << 30)) if x == 5 else x + 1"
    result = grader.grade(submission(q1=bomb))
    assert failures(result) == {"q1::test_value[5]": "memory-limit"}
    assert "256 MiB" in result.question("q1").tests[0].message


def test_memory_that_many_processes_use_together_is_limited_too(tmp_path):
    if "docker" not in PRESENT:
        assert not os.environ.get("CI"), ABSENT["docker"]
        pytest.skip("only a container has a limit for all processes together; docs/security.md says so")
    together = """
import os, time
def one(x):
    if x == 5:
        for _ in range(8):
            if os.fork() == 0:
                held = b"x" * (200 << 20)
                time.sleep(100)
        os.wait()  # the kernel ends at least one of them
        raise MemoryError
    return x + 1
"""
    course = write_course(tmp_path)
    with Grader(course, course.assignment(WEEK), PRESENT["docker"]) as grader:
        result = grader.grade(submission(q1=together))
        after = grader.grade(submission())
    assert set(failures(result)) == {"q1::test_value[5]"} and after.score == 12


def test_processor_time_used_by_tests_is_a_verdict(grader):
    with limited(grader, cpu_seconds=2) as strict:
        result = strict.grade(submission(q2="def two(x):\n    while True: pass"))
    assert result.verdict == "cpu-limit" and scores(result)["q1"] == 4
    assert "2 s of processor time" in result.notes[0].text


def test_processor_time_used_up_by_the_very_last_test_is_said_too(grader):
    q3 = "def three(x):\n    while hasattr(one, '__code__'): pass\n    return one(two(x))"  # not while it is replaced
    with limited(grader, cpu_seconds=2) as strict:
        result = strict.grade(submission(q3=q3))
    assert failures(result) == {"q3::test_is_unreplaced_again": "cpu-limit"} and result.verdict == "cpu-limit"


def test_the_time_of_the_whole_submission_is_said_with_its_value(grader):
    with limited(grader, total_seconds=6) as strict:
        with strict._workers.lend():  # its start is not what is measured
            pass
        result = strict.grade(submission(q2="import time\ndef two(x):\n    time.sleep(60)"))
    assert scores(result)["q1"] == 4 and "within 6 s" in result.question("q2").tests[0].message
    assert all("6 s for the notebook and all its tests" in t.message for t in result.question("q3").tests)


def test_the_time_of_the_whole_notebook_is_said_with_its_value(grader):
    with limited(grader, notebook_seconds=5) as strict:
        result = strict.grade(submission(extra="import time\ntime.sleep(60)"))
    assert "The notebook did not finish within 5 s." in [note.text for note in result.notes]
    assert result.score == 12


def test_a_memory_bomb_in_a_cell_costs_that_cell(grader):
    result = grader.grade(submission(first="bomb = []\nwhile True: bomb.append(bytearray(1 << 24))"))
    assert scores(result) == {"q1": 4, "q2": 4, "q3": 4}
    assert kinds(result) == {"memory-limit"} and "256 MiB" in result.notes[0].text


def test_too_much_processor_time_is_a_verdict(grader):
    with limited(grader, cpu_seconds=2) as strict:
        result = strict.grade(submission(first="while True: pass"))
    assert result.verdict == "cpu-limit" and "2 s of processor time" in result.notes[0].text


def test_a_fork_bomb_meets_the_process_limit_and_the_rest_is_paid(grader):
    bomb = "import os, time\nfor _ in range(200):\n    if os.fork() == 0:\n        time.sleep(100)\n        os._exit(0)"
    result = grader.grade(submission(first=bomb))
    assert scores(result) == {"q1": 4, "q2": 4, "q3": 4}
    # the kernel holds root to no process limit, and the plain engine is the user who starts it
    unlimited = grader.engine.name == "local-plain" and os.getuid() == 0
    assert kinds(result) == (set() if unlimited else {"process-limit"})
    assert unlimited or "24 processes" in result.notes[0].text


def test_what_a_test_leaves_behind_does_not_fail_the_next(grader):
    stateful = """
calls = []
def two(x):
    calls.append(x)
    if len(calls) > 2: raise RuntimeError('used before')
    return x * 2
"""
    assert failures(grader.grade(submission(q2=stateful))) == {}


def test_a_function_that_kills_the_finished_notebook_loses_its_own_points(grader):
    kill = "import os, time\ndef two(x):\n    os.kill(os.getppid(), 9)\n    time.sleep(60)"
    result = grader.grade(submission(q2=kill))
    assert result.verdict == "snapshot-lost"
    assert scores(result)["q1"] == 4 and result.question("q2").flagged and scores(result)["q2"] == 0


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("get_ipython().recorder.outputs.append({'output_type': []})", "protocol"),
        ("get_ipython().recorder.outputs.append(7)", "process-ended"),
        ("get_ipython().recorder.finished = lambda: {1: 2}", "protocol"),
    ],
)
def test_outputs_that_are_none_cost_that_cell_alone(grader, cell, kind):
    result = grader.grade(submission(first=cell))
    assert scores(result) == {"q1": 4, "q2": 4, "q3": 4} and kinds(result) == {kind}


def test_a_process_that_ends_after_the_last_cell_is_a_verdict(grader):
    late = "import gc, os\nclass Late:\n    def __del__(self): os._exit(0)\nx = Late(); x.x = x; gc.disable(); del x"
    result = grader.grade(submission(first=late))
    assert result.verdict == "process-ended" and result.score == 0 and all(q.flagged for q in result.questions)


def test_a_very_long_cell_and_many_files_are_no_ones_fault(grader):
    many = tuple((f"data/{i}.txt", b"x") for i in range(4200))
    long = dataclasses.replace(submission(first="#" * (5 << 20)), files=many)
    assert grader.grade(long).score == 12


@pytest.mark.parametrize("who", ["notebook", "test"])
def test_a_process_that_this_machine_kills_costs_its_student_nothing(grader, who):
    slow = "import time\ndef two(x):\n    time.sleep(0.1)\n    return x * 2"
    with grader._workers.lend() as worker:  # the next submission gets it
        supervisor = psutil.Process(peer(worker.control.socket)[0])
    over, killed = threading.Event(), []

    def kill() -> None:
        while not (over.is_set() or killed):
            with contextlib.suppress(psutil.Error, IndexError):  # none yet, or gone between two looks
                process = supervisor.children()[0]
                if who == "test":
                    process = process.children()[0]
                process.kill()
                killed.append(process.pid)

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        result = grader.grade(submission(first="import time; time.sleep(0.3)", q2=slow))
    finally:
        over.set()
        killer.join()
    assert killed and (result.score, result.verdict, result.notes) == (12, "graded", ())


def test_a_second_run_of_the_notebook_shows_nothing(grader):
    kill = "import os, time\ndef two(x):\n    os.kill(os.getppid(), 9)\n    time.sleep(60)"
    result = grader.grade(submission(first="import os\nprint(os.getpid())\nopen('ran', 'a').write('x')", q2=kill))
    assert len(result.cells) == 7 and result.verdict == "snapshot-lost"


def test_many_slow_calls_in_one_test_end_with_the_question(engine, tmp_path):
    suite = "def test_many(student):\n    for _ in range(1000): student.one(1)\n"
    course = write_course(tmp_path, suites={**SUITES, "q1": suite})
    slow = submission(q1="import time\ndef one(x):\n    time.sleep(0.5)\n    return x + 1")
    with Grader(course, course.assignment(WEEK), engine) as patient, limited(patient, question_seconds=6) as grader:
        result = grader.grade(slow)
    assert failures(result)["q1::test_many"] == "time-limit" and scores(result)["q2"] == 4
    assert "within 6 s" in result.question("q1").tests[0].message


def test_a_tests_own_loop_cannot_be_made_endless(engine, tmp_path):
    suite = "def test_loop(student):\n    for _ in range(student.one(1)): pass\n"
    course = write_course(tmp_path, suites={**SUITES, "q1": suite})
    with Grader(course, course.assignment(WEEK), engine) as patient, limited(patient, question_seconds=6) as grader:
        result = grader.grade(submission(q1="def one(x):\n    return 10**15"))
    assert failures(result)["q1::test_loop"] == "time-limit" and scores(result)["q2"] == 4


def test_an_object_passed_to_a_callback_cannot_dodge_its_check(engine, tmp_path):
    suite = """
from autograder.judge import close
def test_f(student):
    def f(x):
        close(x, 2.0)
        return 7.0
    assert student.one(f) == 7.0
"""
    course = write_course(tmp_path, suites={**SUITES, "q1": suite})
    cheat = "class Junk: pass\ndef one(f):\n    try: f(Junk())\n    except Exception: pass\n    return 7.0"
    with Grader(course, course.assignment(WEEK), engine) as grader:
        assert failures(grader.grade(submission(q1=cheat)))["q1::test_f"] == "wrong-kind"


def test_a_module_beside_the_notebook_can_be_imported(grader):
    uses = submission(q1="from helper import one")
    with_file = dataclasses.replace(uses, files=(("helper.py", b"def one(x):\n    return x + 1\n"),))
    assert scores(grader.grade(with_file)) == {"q1": 4, "q2": 4, "q3": 4}


def test_a_notebook_that_leaves_threads_is_tested_all_the_same(grader):
    pooled = """
from concurrent.futures import ThreadPoolExecutor
pool = ThreadPoolExecutor(1)
pool.submit(int).result()
def one(x):
    return pool.submit(lambda: x + 1).result()
"""
    result = grader.grade(submission(q1=pooled))
    assert scores(result) == {"q1": 4, "q2": 4, "q3": 4} and kinds(result) == {"threads"}


def test_tampering_with_the_conversation_is_the_students_fault(grader):
    tamper = """
from autograder.guest.serve import GuestPeer
GuestPeer._changed_states = lambda self: [[[], 1]]
"""
    result = grader.grade(submission(first=tamper))
    assert set(failures(result).values()) == {"protocol"} and result.score == 0


def test_sets_have_one_order_in_every_worker(engine, tmp_path):
    course = write_course(tmp_path)
    shown = []
    for _ in range(2):
        with Grader(course, course.assignment(WEEK), engine) as grader:
            shown.append(grader.grade(submission(first="print(hash('a'))")).cells[0].outputs[0]["text"])
    assert shown[0] == shown[1]


def test_examples_of_hypothesis_are_the_same_each_time(tmp_path):
    log = tmp_path / "log"
    suite = f"""
from hypothesis import HealthCheck, given, settings, strategies as st
@settings(max_examples=5, suppress_health_check=list(HealthCheck))
@given(x=st.integers())
def test_any(student, x):
    open({str(log)!r}, 'a').write(f'{{x}} ')
"""
    course = write_course(tmp_path / "c", suites={**SUITES, "q1": suite})
    for _ in range(2):
        with Grader(course, course.assignment(WEEK), "plain") as grader:
            grader.grade(submission())
    half = len(log.read_text().split()) // 2
    seen = log.read_text().split()
    assert half > 1 and seen[:half] == seen[half:]


def test_a_judge_that_died_is_started_again(grader):
    assert grader.grade(submission()).score == 12
    grader._judge._process.kill()
    grader._judge._process.wait()
    assert grader.grade(submission()).score == 12


def test_of_some_questions_only_those_are_examined(grader):
    result = grader.grade(submission(q1="def one(x):\n    return x + 2"), ("q2",))
    assert [q.question for q in result.questions] == ["q2"]
    assert result.question("q2").score == result.question("q2").max_score and result.verdict == "graded"


def test_nothing_starts_where_every_result_is_stored(engine, tmp_path):
    course = write_course(tmp_path)
    with Store(f"sqlite:///{tmp_path / 'results.db'}") as store:
        with Grader(course, course.assignment(WEEK), engine) as grader:
            first, stored = grade_stored(grader, store, submission())
            moments = dataclasses.astuple(first.times)
            assert all(moments) and list(moments) == sorted(moments)
            assert not stored and grader._judge is not None and grader._workers.open
        with Grader(course, course.assignment(WEEK), engine) as grader:
            again, stored = grade_stored(grader, store, submission())
            assert stored and again == first
            assert grader._judge is None and not grader._workers.open


NOTED = """
import pathlib, pytest
@pytest.fixture(autouse=True)
def noted(request):
    with open({log!r}, "a") as log:
        log.write(request.node.path.stem + " ")
"""
INCREMENTAL = {
    "right": submission(),
    "wrong": submission(q1="def one(x):\n    return x", q2="def two(x):\n    x *= 2\n    return x"),
    "ends the process": submission(q3="import os\ndef three(x): os._exit(0)"),
    "in trouble": submission(first="import os; os._exit(0)"),
}


def without_times(result: Result) -> Result:
    """All but what is measured anew each time; staff read addresses of objects in the failures of a process."""

    def timeless(test: TestResult) -> TestResult:
        return dataclasses.replace(test, seconds=0, detail=re.sub("0x[0-9a-f]+", "0x", test.detail))

    questions = tuple(dataclasses.replace(q, tests=tuple(map(timeless, q.tests))) for q in result.questions)
    cells = tuple(dataclasses.replace(cell, seconds=0) for cell in result.cells)
    return dataclasses.replace(
        result, questions=questions, cells=cells, usage=Usage(), wall_seconds=0, times=Times()
    )


def test_a_changed_test_of_one_question_is_asked_alone_and_the_result_is_that_of_a_whole_grading(tmp_path):
    log, rules = tmp_path / "asked", '\n[rules.q3]\nimports = ["os"]\n'
    course = write_course(tmp_path, manifest=MANIFEST + rules)
    hidden = course.assignment(WEEK).suite_dir
    (hidden / "conftest.py").write_text(NOTED.format(log=str(log)))
    with Store(f"sqlite:///{tmp_path / 'results.db'}") as store:
        with Grader(course, course.assignment(WEEK), PRESENT["plain"]) as grader:
            before = {what: grade_stored(grader, store, one)[0] for what, one in INCREMENTAL.items()}
        suite = hidden / "test_q2.py"
        new = "def test_new(student):\n    assert student.two(1) == 2"
        suite.write_text(suite.read_text().replace("== 8", "== 9") + new)
        with Grader(course, course.assignment(WEEK), PRESENT["plain"]) as grader:
            for what, one in INCREMENTAL.items():
                log.write_text("")
                after, stored = grade_stored(grader, store, one)
                asked = set(log.read_text().split())
                assert not stored and without_times(after) == without_times(grader.grade(one)), what
                assert asked == ({"test_q2"} if what != "in trouble" else {"test_q1", "test_q2", "test_q3"}), what
                assert after.question("q2") != before[what].question("q2")
            assert grade_stored(grader, store, INCREMENTAL["right"])[1]


def test_what_was_kept_is_asked_again_where_both_gradings_together_use_up_the_submissions_time(tmp_path):
    log, course = tmp_path / "asked", write_course(tmp_path)
    week = course.assignment(WEEK)
    (week.suite_dir / "conftest.py").write_text(NOTED.format(log=str(log)))
    with Grader(course, week, PRESENT["plain"]) as grader:
        before = grader.grade(submission())
        log.write_text("")
        grader.grade(submission(), before=before)
        assert log.read_text() == "", "nothing has changed"
        grader.grade(submission(), before=dataclasses.replace(before, usage=Usage(week.limits.cpu_seconds)))
    assert set(log.read_text().split()) == {"test_q1", "test_q2", "test_q3"}


class Dying(PlainEngine):
    """``deaths`` of its sandboxes end as soon as they are warm, or do not start at all."""

    def __init__(self, deaths: int, starts: bool = True):
        super().__init__()
        self.deaths, self.starts = deaths, starts

    def start_worker(self, spec):
        if not self.starts:
            raise SandboxDied("none starts")
        worker = super().start_worker(spec)
        if self.deaths > 0:
            self.deaths -= 1
            os.kill(peer(worker.control.socket)[0], signal.SIGKILL)
        return worker


def test_a_sandbox_that_dies_is_tried_again_after_pauses_that_grow(tmp_path):
    course, pauses = write_course(tmp_path), []
    with Grader(course, course.assignment(WEEK), Dying(2), wait=pauses.append) as grader:
        assert grader.grade(submission()).score == 12
    assert len(pauses) == 2 and 0.25 <= pauses[0] <= 0.5 <= pauses[1] <= 1.0


@pytest.mark.parametrize(("engine", "deaths"), [(Dying(9), 3), (Dying(0, starts=False), 0)])
def test_an_error_says_how_many_sandboxes_died_with_the_submission_in_them(tmp_path, engine, deaths):
    course = write_course(tmp_path)
    with Grader(course, course.assignment(WEEK), engine, wait=lambda _seconds: None) as grader:
        with pytest.raises(SandboxDied) as caught:
            grader.grade(submission())
        assert caught.value.deaths == deaths and not grader._workers.open


def test_a_submission_with_a_container_of_its_own_gets_the_same_result_and_leaves_no_worker(grader):
    alone = dataclasses.replace(grader.assignment, isolation="container")
    wrong = submission(q1="def one(x):\n    return x")
    with Grader(grader.course, alone, grader.engine) as fresh:
        assert without_times(fresh.grade(wrong)) == without_times(grader.grade(wrong)) and not fresh._workers.open


def test_a_worker_whose_supervisor_has_grown_is_replaced(grader, monkeypatch):
    with grader._workers.lend() as worker:
        assert 5 < worker.memory_mb() < 200, "what the supervisor has to itself, in MiB"
    monkeypatch.setattr(warm_pool, "GROWTH_MB", -1)
    with grader._workers.lend() as worker:
        pass
    assert worker not in grader._workers.open and not worker.usable


def test_a_replaced_name_is_the_judges_for_one_test_only(engine, tmp_path):
    suite = (
        "def test_a(student):\n    student.replace('helper', lambda: 3)\n    assert student.helper() == 3\n"
        "def test_b(student):\n    student.helper\n"
    )
    course = write_course(tmp_path, suites={**SUITES, "q1": suite})
    with Grader(course, course.assignment(WEEK), engine) as grader:
        tests = grader.grade(submission()).question("q1").tests
    assert tests[0].passed
    assert not tests[1].passed and tests[1].cause == "missing-name"


def test_the_notebook_runs_as_ipython_runs_it(grader):
    first = (
        "%matplotlib inline\nimport asyncio\nimport matplotlib.pyplot as plt\n"
        "from IPython.display import HTML, display\n"
        "print('hello')\ndisplay(HTML('<b>bold</b>'))\nplt.plot([0, 1])\nplt.show()\nawait asyncio.sleep(0)\n6 * 7"
    )
    outputs = grader.grade(submission(first=first)).cells[0].outputs
    assert [o["output_type"] for o in outputs] == ["stream", "display_data", "display_data", "execute_result"]
    assert outputs[0]["text"] == "hello\n" and outputs[1]["data"]["text/html"] == "<b>bold</b>"
    assert outputs[2]["data"]["image/png"].startswith("iVBOR") and outputs[3]["data"]["text/plain"] == "42"


def test_files_lie_beside_the_notebook(grader):
    read = submission(first="open('data/x.txt').read()")
    with_file = dataclasses.replace(read, files=(("data/x.txt", b"12\n" * 3_000_000),))
    assert grader.grade(with_file).cells[0].ok
    assert not grader.grade(read).cells[0].ok, "the next submission sees nothing of it"


def test_students_draw_different_numbers_and_always_the_same(engine, tmp_path):
    log = tmp_path / "draws"
    suite = f"""
def test_draw(student, draw):
    open({str(log)!r}, 'a').write(f'{{draw.seed}}\\n')
    assert student.one(1) == 2
"""
    course = write_course(tmp_path / "c", suites={**SUITES, "q1": suite})
    with Grader(course, course.assignment(WEEK), engine) as grader:
        for student in ("ann", "ben", "ann"):
            grader.grade(submission(student))
    ann, ben, again = log.read_text().split()
    assert ann == again != ben


def test_a_test_that_hangs_first_is_not_run_twice(engine, tmp_path):
    log = tmp_path / "runs"
    suite = f"def test_hang(student):\n    open({str(log)!r}, 'a').write('run\\n')\n    student.one(1)\n"
    course = write_course(tmp_path / "c", suites={**SUITES, "q1": suite})
    with Grader(course, course.assignment(WEEK), engine) as patient, limited(patient, test_seconds=2) as grader:
        grader.grade(submission(q1="def one(x):\n    while True: pass"))
    assert log.read_text() == "run\n"


@pytest.mark.parametrize("engine", ["docker", "bwrap"], indirect=True)  # the plain engine hides no file, and says so
def test_hidden_files_and_secrets_are_out_of_reach(engine, tmp_path):
    canary = "CANARY-7a6f"
    course = write_course(tmp_path / "c", suites={**SUITES, "q1": SUITES["q1"] + f"\nSECRET = {canary!r}\n"})
    search = f"""
import gc, os, sys
found = []
for path in ({str(tmp_path)!r}, '/proc/1/root', '/run', '/box', '/tmp', '/srv'):
    for folder, _, names in os.walk(path):
        for name in names:
            try:
                text = open(os.path.join(folder, name), errors='replace').read(1 << 20)
                if {canary[:6]!r} + {canary[6:]!r} in text: found.append(name)
            except OSError: pass
found += [k for k in os.environ if 'SECRET' in k]
found += [m for m in sys.modules if m.startswith(('autograder.judge', 'autograder.course', 'pytest'))]
print(found)
"""
    with Grader(course, course.assignment(WEEK), engine) as grader:
        result = grader.grade(submission(first=search))
    assert result.cells[0].outputs[0]["text"] == "[]\n"


def test_concurrent_submissions_do_not_mix(grader):
    from concurrent.futures import ThreadPoolExecutor

    answers = [
        submission(f"s{i}", q1="def one(x):\n    return x" if i % 2 else "def one(x):\n    return x + 1")
        for i in range(8)
    ]
    with ThreadPoolExecutor(3) as pool:
        results = list(pool.map(grader.grade, answers))
    assert [r.student for r in results] == [s.student for s in answers]
    assert [scores(r)["q1"] for r in results] == [4, 0] * 4


@pytest.mark.parametrize(
    ("suite", "problem"),
    [
        ("import no_such_module\ndef test_x(student): pass", "no_such_module"),
        ("def test_x(student)\n    pass", "SyntaxError"),
        ("from autograder.judge import hint\ndef test_x(student): assert 0, hint('unknown')", "'unknown' is used"),
        ("import pytest\n@pytest.mark.visibility('nobody')\ndef test_x(student): pass", "visibility 'nobody'"),
        ("x = 1", "no test in it"),
    ],
)
def test_a_broken_suite_is_the_courses_fault_and_says_where(tmp_path, suite, problem):
    course = write_course(tmp_path, suites={**SUITES, "q2": suite})
    with (
        Grader(course, course.assignment(WEEK), "plain") as grader,
        pytest.raises(BrokenSuite, match=problem) as caught,
    ):
        grader.grade(submission())
    assert "test_q2.py" in str(caught.value)
    assert len(caught.value.problems) == 1


def test_a_module_that_does_not_import_is_one_problem_with_its_line(tmp_path):
    course = write_course(tmp_path, suites={**SUITES, "q2": "x = 1\ndef test_x(student)\n    pass"})
    with Grader(course, course.assignment(WEEK), "plain") as grader, pytest.raises(BrokenSuite) as caught:
        grader.grade(submission())
    suite = course.assignment(WEEK).question("q2").suite
    assert str(caught.value).startswith(f"{suite}:2: does not import: SyntaxError: ")
    assert str(caught.value).endswith(f"Mend it; `pytest {suite}` shows it whole.")


def test_all_broken_modules_are_named_at_once(tmp_path):
    course = write_course(tmp_path, suites={**SUITES, "q1": "import nope_a", "q3": "import nope_b"})
    with (
        Grader(course, course.assignment(WEEK), "plain") as grader,
        pytest.raises(BrokenSuite, match=r"(?s)nope_a.*nope_b"),
    ):
        grader.grade(submission())


def test_a_test_whose_own_fixture_fails_is_flagged_not_blamed(engine, tmp_path):
    suite = "import pytest\n@pytest.fixture\ndef bad(): raise OSError('disk')\ndef test_x(student, bad): pass"
    course = write_course(tmp_path, suites={**SUITES, "q1": suite})
    with Grader(course, course.assignment(WEEK), engine) as grader:
        result = grader.grade(submission())
    assert result.question("q1").flagged and result.question("q1").tests[0].cause == "suite-error"
    assert result.verdict == "flagged"


def test_a_changed_suite_limit_or_secret_changes_the_digests(tmp_path):
    course = write_course(tmp_path / "a")
    other = write_course(tmp_path / "b", manifest=MANIFEST.replace("test_seconds = 20", "test_seconds = 2"))
    made = []
    for c in (course, other):
        with Grader(c, c.assignment(WEEK), "plain") as grader:
            made.append(grader.digests(submission()))
    assert made[0].submission == made[1].submission
    assert made[0].suite != made[1].suite and made[0].seed != made[1].seed


def test_limits_have_one_meaning_in_manifest_and_records():
    assert json.loads(json.dumps(dataclasses.asdict(Limits()))) == dataclasses.asdict(Limits())


TENSORS = '''
import numpy as np
import torch
def test_tensor(student):
    """A tensor comes back as one"""
    found = student.two(torch.tensor([1.0, 2.0]))
    assert type(found) is torch.Tensor and found.tolist() == [2.0, 4.0] and not found.requires_grad
'''


def test_tensors_cross_where_the_suite_imports_torch_and_the_notebook_too(tmp_path):
    course = write_course(
        tmp_path,
        suites={**SUITES, "q2": TENSORS},
        manifest=MANIFEST.replace('["numpy"]', '["numpy", "torch"]').replace("memory_mb = 256", "memory_mb = 2048"),
    )
    with Grader(course, course.assignment(WEEK), PRESENT["plain"]) as grader:
        right = grader.grade(submission(q2="import torch\ndef two(x):\n    return x * torch.nn.Parameter(x * 0 + 2)"))
        wrong = grader.grade(submission(q2="def two(x):\n    return (x * 2).numpy()"))
    assert (right.question("q2").score, wrong.question("q2").score) == (4, 0), failures(right)
