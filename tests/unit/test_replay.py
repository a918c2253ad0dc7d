from __future__ import annotations

import pytest

from autograder.records import TestResult
from autograder.replay import Replayed, clean_text, converse


class Prompt:
    """A shell that answers with what it was given."""

    def __init__(self, lines):
        self.alive, self.ran, self.said, self.prompts = True, [], [], []
        self._lines = iter(lines)

    def run(self, source):
        self.ran.append(source)
        self.alive = "die" not in source
        return f"ran {len(self.ran)}"

    def read(self, prompt):
        self.prompts.append(prompt)
        try:
            return next(self._lines)
        except StopIteration:
            raise EOFError from None


@pytest.mark.parametrize(
    ("lines", "ran"),
    [
        (["1 + 1", "x = 2"], ["1 + 1\n", "x = 2\n"]),
        (["for i in range(2):", "    print(i)", ""], ["for i in range(2):\n    print(i)\n\n"]),
        (["def f():", "    x = 1", "    return x", "", "f()"], ["def f():\n    x = 1\n    return x\n\n", "f()\n"]),
        (["", "  ", "1"], ["1\n"]),
        (["1", "exit", "2"], ["1\n"]),
        (["quit()"], []),
        (["die", "2"], ["die\n"]),
        (["%timeit 1", "f?"], ["%timeit 1\n", "f?\n"]),
    ],
)
def test_inputs_are_run_as_ipython_would_split_them(lines, ran):
    prompt = Prompt(lines)
    converse(prompt, prompt.read, prompt.said.append)
    assert prompt.ran == ran
    assert prompt.said == [f"ran {i + 1}" for i in range(len(ran))]


def test_text_of_a_student_cannot_steer_a_terminal():
    assert clean_text("a\x1b]0;title\x07b\x9b31m\tc\nd\r\x00") == "a]0;titleb31m\tc\nd"


TEST = TestResult("test_a", "Any", "failed", cause="assertion", hint="h", message="Add.", calls="f(\n)\n-> \x1b[2J1")


def test_a_replay_says_whether_it_is_as_before_and_what_is_not():
    same = Replayed("q1", TEST, TEST, 7, "local")
    other = Replayed("q1", TEST, TestResult("test_a", "Any", "passed"), 7, "local", ("the suite has changed.",))
    assert same.same and "As in the stored result." in same.to_text()
    assert not other.same and "The stored result says: passed" in other.to_text()
    assert "the suite has changed." in other.to_text() and "\x1b" not in other.to_text()
    assert not Replayed("q1", TEST, None, 7, "local").same
