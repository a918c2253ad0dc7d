"""What the daemon's events tell of a container's end."""

from __future__ import annotations

import pytest

from autograder.sandbox.docker import _tell_of_memory


def event(action, **attributes):
    return {"Action": action, "Actor": {"Attributes": attributes}}


OOM, KILLED, LEFT = event("oom"), event("die", exitCode="137"), event("die", exitCode="1")


@pytest.mark.parametrize(
    ("events", "told"),
    [
        ([OOM, KILLED], True),
        ([KILLED, event("destroy"), OOM], True),  # the word of the memory may be the later one
        ([OOM, LEFT], False),  # one of its processes was killed, and it ended by itself
        ([KILLED], False),
        ([OOM], False),
        ([], False),
    ],
)
def test_a_container_was_killed_for_its_memory_where_the_kernel_says_both(events, told):
    assert _tell_of_memory(iter(events)) is told


def test_nobody_waits_for_a_later_word_of_a_container_that_left_by_itself():
    events = iter([LEFT, OOM])
    assert _tell_of_memory(events) is False and next(events) is OOM
