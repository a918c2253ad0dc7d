"""Mutant: computes KL(Q || P).
Misconception: KL is thought to be symmetric, like a distance.
Killed by: test_kl_divergence, test_functions_fit_together
Hint: direction
"""


def kl_divergence(p, q):
    return cross_entropy(q, p) - entropy(q)


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
