from __future__ import annotations

import struct

import pytest

from autograder.guest import landlock


@pytest.mark.parametrize(
    ("version", "words"),
    [
        (1, (0x1FFF,)),
        (2, (0x3FFF,)),
        (3, (0x7FFF,)),
        (4, (0x7FFF, 3)),
        (5, (0xFFFF, 3)),
        (6, (0xFFFF, 3, 3)),
        (9, (0xFFFF, 3, 3)),
    ],
)
def test_no_kernel_is_asked_for_rights_that_it_does_not_know(version, words):
    raw = landlock.ruleset_attributes(version)
    assert struct.unpack(f"={len(raw) // 8}Q", raw) == words


def test_rights_on_files_are_a_part_of_all_rights():
    assert landlock.ON_FILES & ~landlock.handled_rights(5) == 0
