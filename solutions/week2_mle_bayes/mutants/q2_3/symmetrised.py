"""Mutant: returns the mean of both directions.
Misconception: a divergence is thought to be a distance, and is made into one.
Killed by: test_kl_divergence
Hint: kl
"""


def kl_divergence(p, q):
    return (cross_entropy(p, q) - entropy(p) + cross_entropy(q, p) - entropy(q)) / 2


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
