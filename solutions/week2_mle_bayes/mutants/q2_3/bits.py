"""Mutant: takes logarithms to base 2.
Misconception: information is measured in bits out of habit.
Killed by: test_entropy, test_cross_entropy, test_kl_divergence, test_most_and_least_entropy
Hint: units
"""


def cross_entropy(p, q):
    check(p, q)
    happens = p > 0
    with np.errstate(divide="ignore"):
        return float(-(p[happens] * np.log2(q[happens])).sum())


def check(*distributions):
    for each in distributions:
        if len(each) != len(distributions[0]) or (each < 0).any() or abs(each.sum() - 1) > 1e-8:
            raise ValueError("no distributions over the same classes")


def entropy(p):
    return cross_entropy(p, p)


def kl_divergence(p, q):
    return cross_entropy(p, q) - entropy(p)
