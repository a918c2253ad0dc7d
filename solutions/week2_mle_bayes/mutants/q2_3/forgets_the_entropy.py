"""Mutant: returns the cross-entropy as divergence.
Misconception: the entropy of P is thought not to matter, as it does not in training.
Killed by: test_kl_divergence, test_divergence_is_positive
Hint: kl
"""


def kl_divergence(p, q):
    return cross_entropy(p, q)


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
