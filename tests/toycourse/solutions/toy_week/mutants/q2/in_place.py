"""Mutant: clips in place.
Misconception: changing the argument is the same as returning a new array.
Killed by: test_argument_is_untouched
Hint: copy
"""


def clip01(x):
    x[x < 0] = 0.0
    x[x > 1] = 1.0
    return x
