"""Mutant: forgets the minus sign of the entropy.
Misconception: log p is thought to be positive.
Killed by: test_entropy, test_functions_fit_together
Hint: entropy
"""


def entropy(p):
    return -cross_entropy(p, p)


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
