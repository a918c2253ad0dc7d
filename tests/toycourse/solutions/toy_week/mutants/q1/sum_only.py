"""Mutant: forgets to divide.
Misconception: a mean is a sum.
Killed by: test_value
Hint: divide
"""


def mean(x):
    return float(np.sum(x))
