"""Mutant: sums p log(p / q) over all classes.
Misconception: 0 times anything is thought to be 0, also in floating point.
Killed by: test_what_never_happens
Hint: never-happens
"""


def kl_divergence(p, q):
    check(p, q)
    with np.errstate(divide="ignore", invalid="ignore"):
        return float((p * np.log(p / q)).sum())


def check(*distributions):
    for each in distributions:
        if len(each) != len(distributions[0]) or (each < 0).any() or abs(each.sum() - 1) > 1e-8:
            raise ValueError("no distributions over the same classes")


def entropy(p):
    return cross_entropy(p, p)


def cross_entropy(p, q):
    check(p, q)
    happens = p > 0
    with np.errstate(divide="ignore"):
        return float(-(p[happens] * np.log(q[happens])).sum())
