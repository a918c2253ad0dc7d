"""The regions that nbgrader takes out of a released notebook: lines between two marks.

As nbgrader has it, a mark is its words anywhere in a line, whatever stands before them.
"""

from __future__ import annotations

SOLUTION = ("BEGIN SOLUTION", "END SOLUTION")
HIDDEN_TESTS = ("BEGIN HIDDEN TESTS", "END HIDDEN TESTS")
MARKS = (*SOLUTION, *HIDDEN_TESTS)


def split_regions(text: str, *kinds: tuple[str, str]) -> tuple[list[str], list[str]]:
    """Lines outside of all regions of these kinds, and lines inside of one.

    The lines of the marks are in neither. A region that is never closed goes on to the end: nbgrader refuses to release
    it, and until then all of it counts as hidden.
    """
    outside: list[str] = []
    inside: list[str] = []
    end = ""
    for line in text.split("\n"):
        opened = next((last for first, last in kinds if first in line), "")
        if end and end in line:
            end = ""
        elif opened:
            end = end or opened
        else:
            (inside if end else outside).append(line)
    return outside, inside


def has_region(text: str, kind: tuple[str, str]) -> bool:
    """Whether a region of this kind begins in the text."""
    return kind[0] in text
