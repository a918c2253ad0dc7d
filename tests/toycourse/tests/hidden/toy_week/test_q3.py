from autograder.judge import close


def test_total(student):
    """The total of the file that came with the notebook."""
    close(student.total(), 6.5)
