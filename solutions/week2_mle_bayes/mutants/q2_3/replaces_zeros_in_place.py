"""Mutant: replaces zeros of p by ones in place, so that the logarithm is 0.
Misconception: an array is thought to be copied on its way into a function.
Killed by: test_types_and_shapes
Hint: purity
"""


def entropy(p):
    check(p)
    p[p == 0] = 1
    return float(-(p * np.log(p)).sum())


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
