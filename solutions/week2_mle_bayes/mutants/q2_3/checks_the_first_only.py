"""Mutant: checks the first argument only, and lets lengths broadcast.
Misconception: an error in Q is thought to show by itself.
Killed by: test_what_is_no_distribution
Hint: no-distribution
"""


def cross_entropy(p, q):
    check(p)
    q = np.broadcast_to(q, p.shape) if len(q) == 1 else q
    happens = p > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(-(p[happens] * np.log(q[happens])).sum())


def check(*distributions):
    for each in distributions:
        if len(each) != len(distributions[0]) or (each < 0).any() or abs(each.sum() - 1) > 1e-8:
            raise ValueError("no distributions over the same classes")


def entropy(p):
    return cross_entropy(p, p)


def kl_divergence(p, q):
    return cross_entropy(p, q) - entropy(p)
