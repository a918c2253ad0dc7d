"""Mutant: averages with the second argument.
Misconception: 'P and Q' is thought to have no order.
Killed by: test_cross_entropy
Hint: direction
"""


def cross_entropy(p, q):
    check(p, q)
    happens = q > 0
    with np.errstate(divide="ignore"):
        return float(-(q[happens] * np.log(p[happens])).sum())


def check(*distributions):
    for each in distributions:
        if len(each) != len(distributions[0]) or (each < 0).any() or abs(each.sum() - 1) > 1e-8:
            raise ValueError("no distributions over the same classes")


def entropy(p):
    return cross_entropy(p, p)


def kl_divergence(p, q):
    return cross_entropy(p, q) - entropy(p)
