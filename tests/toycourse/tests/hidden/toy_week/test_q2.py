import numpy as np

from autograder.judge import close, hint

HINTS = {"copy": "The argument was changed: work on a copy.", "bounds": "Each number must end between 0 and 1."}


def test_value(student, draw):
    """Random numbers end within [0, 1]."""
    x = 3 * draw.vector(20)
    with hint("bounds"):
        close(student.clip01(x), np.clip(x, 0, 1))


def test_argument_is_untouched(student, draw):
    """The argument keeps its numbers."""
    x = 3 * draw.vector(20)
    kept = student.put(x)
    student.clip01(kept)
    assert np.array_equal(kept.get(), x), hint("copy")
