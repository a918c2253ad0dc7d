"""Mutant: returns the terms of the entropy without their sum.
Misconception: the surprise of each class is taken for the average surprise.
Killed by: test_types_and_shapes, test_entropy
Hint: types
"""


def entropy(p):
    check(p)
    return np.where(p > 0, -p * np.log(np.where(p > 0, p, 1.0)), 0.0)


def kl_divergence(p, q):
    return cross_entropy(p, q) - cross_entropy(p, p)


def check(*distributions):
    for each in distributions:
        if len(each) != len(distributions[0]) or (each < 0).any() or abs(each.sum() - 1) > 1e-8:
            raise ValueError("no distributions over the same classes")


def cross_entropy(p, q):
    check(p, q)
    happens = p > 0
    with np.errstate(divide="ignore"):
        return float(-(p[happens] * np.log(q[happens])).sum())
