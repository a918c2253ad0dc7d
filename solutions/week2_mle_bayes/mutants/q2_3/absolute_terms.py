"""Mutant: sums the absolute values of p log(p / q).
Misconception: a sum that is never negative is thought to have no negative terms.
Killed by: test_kl_divergence, test_functions_fit_together
Hint: kl
"""


def kl_divergence(p, q):
    check(p, q)
    happens = p > 0
    with np.errstate(divide="ignore"):
        return float((p[happens] * np.abs(np.log(p[happens] / q[happens]))).sum())


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
