import numpy as np

from autograder.judge import close, hint

HINTS = {"divide": "A mean is a sum divided by how many numbers there are."}


def test_value(student, draw):
    """The mean of a random vector."""
    x = draw.vector()
    with hint("divide"):
        close(student.mean(x), float(np.mean(x)))


def test_shift(student, draw):
    """Adding a constant to each number adds it to the mean."""
    x = draw.vector()
    with hint("divide"):
        close(student.mean(x + 3.0), float(np.mean(x)) + 3.0)
