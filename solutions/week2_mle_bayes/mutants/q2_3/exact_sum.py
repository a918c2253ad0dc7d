"""Mutant: wants the sum to be exactly 1.
Misconception: rounded numbers are compared with ==.
Killed by: test_rounded_probabilities
Hint: tolerance
"""


def check(*distributions):
    for each in distributions:
        if len(each) != len(distributions[0]) or (each < 0).any() or round(each.sum(), 12) != 1:
            raise ValueError("no distributions over the same classes")


def entropy(p):
    return cross_entropy(p, p)


def cross_entropy(p, q):
    check(p, q)
    happens = p > 0
    with np.errstate(divide="ignore"):
        return float(-(p[happens] * np.log(q[happens])).sum())


def kl_divergence(p, q):
    return cross_entropy(p, q) - entropy(p)
