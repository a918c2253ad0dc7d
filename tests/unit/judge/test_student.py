"""What a hidden test can do with a notebook, and what the notebook cannot do to the test."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.judge import StudentError, probe
from autograder.judge.student_errors import (
    BrokeProtocol,
    MissingName,
    OutOfMemory,
    OutOfTime,
    ProcessGone,
    ReturnedTooMuch,
    WrongKind,
)
from autograder.protocol import AnswerLimits
from autograder.protocol.structs import Record

BASICS = """
import numpy as np
from typing import NamedTuple
X = np.arange(3.)
class Fit(NamedTuple):
    slope: float
    points: np.ndarray
def double(x): return x * 2
def fit(x): return Fit(2.0, x)
def whose(f): return type(f) is Fit and f.slope
def spoil(a):
    a += 1
    return a
class Model:
    def __init__(self, k): self.k = k
    def grow(self): self.k += 1; return self
    def __call__(self, x): return self.k * x
    def __len__(self): return 3
    def __iter__(self): return iter([1, 2, 3])
    def __mul__(self, other): return Model(self.k * other)
    __rmul__ = __mul__
    def __eq__(self, other): return True
"""


def test_a_call_goes_in_by_value_and_comes_back_as_plain_data(make_student):
    student = make_student(BASICS)
    assert student.double(21) == 42
    np.testing.assert_array_equal(student.double(np.arange(3.0)), [0, 2, 4])
    np.testing.assert_array_equal(student.X, [0, 1, 2])


def test_a_missing_name_is_said_by_name(make_student):
    with pytest.raises(MissingName, match="'nothing'"):
        make_student(BASICS).nothing


def test_a_record_comes_back_readable_and_goes_in_as_the_students_own_object(make_student):
    student = make_student(BASICS)
    record = student.fit(np.ones(2))
    assert type(record) is Record and record.slope == 2.0
    assert student.whose(record) == 2.0


def test_a_kept_argument_shows_what_was_done_to_it(make_student):
    student = make_student(BASICS)
    kept = student.put(np.zeros(2))
    student.spoil(kept)
    np.testing.assert_array_equal(kept.get(), [1, 1])


def test_an_object_stays_inside_and_is_used_by_handle(make_student):
    student = make_student(BASICS)
    model = student.Model(2)
    assert (model.k, model.grow().k, model(10), len(model), list(model)) == (2, 3, 30, 3, [1, 2, 3])
    assert (2 * model).k == 6
    model.k = 9
    assert model.k == 9


@pytest.mark.parametrize("use", [lambda m: m == 1, bool, float, np.asarray, lambda m: m < 1, lambda m: np.add(m, 1)])
def test_an_object_is_never_asked_what_it_equals(make_student, use):
    model = make_student(BASICS).Model(2)
    with pytest.raises((WrongKind, TypeError)):
        use(model)


def test_the_students_exception_can_be_expected_by_its_builtin(make_student):
    student = make_student("def f(): raise ValueError('n must be positive')\ndef g(): raise SystemExit(3)")
    with pytest.raises(ValueError, match="must be positive") as caught:
        student.f()
    assert isinstance(caught.value, StudentError) and caught.value.frames[-1] == ("q", 1, "f")
    with pytest.raises(StudentError):
        student.g()


@pytest.mark.parametrize("name", ["AssertionError", "StopIteration", "KeyboardInterrupt", "GeneratorExit"])
def test_some_exceptions_never_pass_for_the_tests_own(make_student, name):
    with pytest.raises(StudentError) as caught:
        make_student(f"def f(): raise {name}('x')").f()
    assert type(caught.value) is StudentError and caught.value.kind == name


def test_an_exception_that_cannot_be_shown_is_reported_all_the_same(make_student):
    student = make_student("class E(Exception):\n    def __str__(self): raise KeyError\ndef f(): raise E")
    with pytest.raises(StudentError, match="cannot be shown"):
        student.f()


def test_callbacks_stay_with_the_judge_and_share_their_generator(make_student):
    student = make_student("def sample(draw, rng, n): return [draw(rng) for _ in range(n)]")
    rng, twin = np.random.default_rng(5), np.random.default_rng(5)
    seen = []

    def draw(r):
        assert r is rng
        seen.append(r.normal())
        return seen[-1]

    assert student.sample(draw, rng, 3) == seen
    np.testing.assert_array_equal(seen, twin.normal(size=3))
    assert rng.normal() == twin.normal(), "the judge's generator has advanced as the student's did"


def test_a_generator_used_inside_advances_the_judges(make_student):
    student = make_student("def f(rng): return rng.normal(size=2)")
    rng, twin = np.random.default_rng(5), np.random.default_rng(5)
    np.testing.assert_array_equal(student.f(rng), twin.normal(size=2))
    assert rng.normal() == twin.normal()


@pytest.mark.parametrize("kind", ["MT19937", "Philox", "SFC64", "PCG64DXSM"])
def test_every_bit_generator_travels(make_student, kind):
    student = make_student("def f(rng): return rng.integers(1 << 60), rng.spawn(1)[0].normal()")
    make = lambda: np.random.Generator(getattr(np.random, kind)(np.random.SeedSequence(3)))  # noqa: E731
    rng, twin = make(), make()
    assert student.f(rng) == (twin.integers(1 << 60), twin.spawn(1)[0].normal())
    assert rng.integers(1 << 60) == twin.integers(1 << 60)


def test_an_assertion_that_fails_in_a_callback_fails_the_test_whatever_is_caught(make_student):
    student = make_student("def f(g):\n    try: g(1)\n    except BaseException: pass\n    return 0")

    def g(x):
        assert x == 2, "seen"

    with pytest.raises(AssertionError, match="seen"):
        student.f(g)


def test_the_students_code_sees_the_type_of_a_callbacks_error_and_no_text(make_student):
    student = make_student("def f(g):\n    try: g()\n    except ValueError as e: return str(e)")

    def g():
        raise ValueError("the hidden value is 42")

    assert "42" not in student.f(g)


def test_of_an_exposed_object_only_the_named_methods_can_be_called(make_student):
    student = make_student(
        "def use(m): return m.fit(3).fit(4) is m\ndef pry(m): return m.secret\ndef deep(m): return m.__dict__"
    )

    class Spy:
        secret = 7

        def __init__(self):
            self.calls = []

        def fit(self, x):
            self.calls.append(x)
            return self

    spy = Spy()
    student.use(student_spy := student.expose(spy, "fit"))
    assert spy.calls == [3, 4]
    with pytest.raises(AttributeError):
        student.pry(student_spy)
    assert "7" not in repr(student.deep(student_spy))


def test_a_replaced_name_is_the_judges(make_student):
    student = make_student("def p(x): return 0\ndef q(x): return p(x) + 1")
    student.replace("p", lambda x: x * 10)
    assert student.q(4) == 41


@probe
def count_names(notebook, prefix):
    return sorted(name for name in vars(notebook) if name.startswith(prefix))


def test_a_probe_runs_beside_the_students_code(make_student):
    assert make_student("abc1 = abc2 = 0").probe(count_names, "abc") == ["abc1", "abc2"]


def test_a_probe_that_needs_something_from_outside_is_refused():
    with pytest.raises(TypeError, match="np"):

        @probe
        def bad(notebook):
            return np.pi


def test_warnings_are_errors_only_where_asked(make_student):
    student = make_student("import numpy as np\ndef f(): return float(np.log(np.zeros(1))[0])")
    with student.warnings_are_errors("RuntimeWarning"), pytest.raises(RuntimeWarning):
        student.f()
    with student.errstate(divide="raise"), pytest.raises(FloatingPointError):
        student.f()
    assert student.f() == -np.inf


def test_a_call_that_does_not_return_ends_at_its_limit(make_student):
    with pytest.raises(OutOfTime, match=r"0\.2 s"):
        make_student("def f():\n    while True: pass", limit=0.2).f()


def test_callbacks_count_against_the_same_limit(make_student):
    with pytest.raises(OutOfTime):
        make_student("def f(g):\n    while True: g()", limit=0.2, callbacks=10**9).f(lambda: None)


def test_too_many_callbacks_are_the_students_error(make_student):
    with pytest.raises(RecursionError):
        make_student("def f(g):\n    for _ in range(100): g()", callbacks=10).f(lambda: None)


def test_a_process_that_ends_itself_is_gone(make_student):
    with pytest.raises(ProcessGone):
        make_student("import os\ndef f(): os._exit(0)").f()


@pytest.mark.parametrize(
    ("allowed", "too_much", "said"),
    [
        ("[[1], (2,)]", "[[[1]]]", "2 levels"),
        ("{'a': [1]}", "{'a': {'b': {}}}", "2 levels"),
        ("(1, P(1, 2))", "[P(1, [2])]", "2 levels"),
        ("'x' * 60_000", "'x' * 70_000", "64 KiB"),
        ("[0] * 60_000", "[0] * 70_000", "64 KiB"),
    ],
)
def test_depth_and_small_objects_have_limits_of_their_own(make_student, allowed, too_much, said):
    make = "import collections\nP = collections.namedtuple('P', 'a b')\n"
    student = make_student(
        f"{make}def f(): return {allowed}\ndef g(): return {too_much}",
        answers=AnswerLimits(object_bytes=64 << 10, depth=2),
    )
    student.f()
    with pytest.raises(ReturnedTooMuch, match=said):
        student.g()


def test_a_value_fetched_by_its_name_may_be_as_deep_as_an_answer(make_student):
    student = make_student("a, b = [[1]], [[[1]]]", answers=AnswerLimits(depth=2))
    assert student.a == [[1]]
    with pytest.raises(ReturnedTooMuch, match="2 levels"):
        student.b


def test_a_guest_that_no_longer_counts_levels_breaks_the_protocol(make_student):
    patched = "from autograder.guest import serve\nserve.deeper_than = lambda *a: False\ndef f(): return [[[[[[1]]]]]]"
    with pytest.raises(BrokeProtocol, match="2 levels"):
        make_student(patched, answers=AnswerLimits(depth=2)).f()


@pytest.mark.parametrize("value", ["np.broadcast_to(1., (20000, 20000))", "np.zeros(1 << 22)", "'x' * (9 << 20)"])
def test_returning_too_much_is_said_so(make_student, value):
    with pytest.raises(ReturnedTooMuch, match="limit"):
        make_student(f"import numpy as np\ndef f(): return {value}").f()


@pytest.mark.parametrize(
    "value",
    ["10**5000", "'\\ud800'", "[1, [2, (3,)]]", "float('nan')", "{1: {2}}", "np.float32(3)", "np.array('x')"],
)
def test_odd_plain_values_arrive(make_student, value):
    got = make_student(f"import numpy as np\ndef f(): return {value}").f()
    expected = eval(value)
    assert type(got) is type(expected) and (got == expected or got != got)


def test_a_memory_error_is_told_from_others(make_student):
    with pytest.raises(OutOfMemory):
        make_student("def f(): raise MemoryError").f()


def test_frames_that_are_no_answers_end_the_fork_not_the_judge(make_student):
    source = """
import gc, struct
from autograder.guest.serve import GuestPeer
def f():
    peer = next(o for o in gc.get_objects() if isinstance(o, GuestPeer))
    peer.channel.sock.sendall(struct.pack("<II", 5, 0) + b"\\xc1\\xc1\\xc1\\xc1\\xc1")
"""
    with pytest.raises(ProcessGone, match="protocol"):
        make_student(source).f()


def test_a_forged_reference_names_nothing(make_student):
    source = """
import gc
from autograder.guest.serve import GuestPeer
def f(g):
    peer = next(o for o in gc.get_objects() if isinstance(o, GuestPeer))
    g._number = 999
    return g()
"""
    with pytest.raises(ProcessGone, match="names nothing"):
        make_student(source).f(lambda: 1)


def test_processor_time_is_measured_from_outside(make_student):
    source = """
import time
def slow(x):
    end = time.process_time() + 0.1
    while time.process_time() < end: pass
    return x + 1
def quick(x): return x + 1
time.perf_counter = lambda: 0.0
"""
    student = make_student(source)
    value, seconds = student.cpu_seconds("quick", 1)
    assert value == 2 and seconds < 0.05


def test_what_was_replaced_comes_back(make_student):
    student = make_student("def p(x): return 0\ndef q(x): return p(x) + 1")
    student.replace("p", lambda x: x * 10)
    student.replace("fresh", lambda x: x)
    student._restore()
    assert student.q(4) == 1
    with pytest.raises(MissingName):
        student.fresh
