"""Mutant: divides by the sum instead of checking it.
Misconception: a wrong input is thought to be helped by mending it.
Killed by: test_what_is_no_distribution
Hint: no-distribution
"""


def check(*distributions):
    if any((each < 0).any() for each in distributions) or len({len(each) for each in distributions}) > 1:
        raise ValueError("no distributions over the same classes")


def cross_entropy(p, q):
    check(p, q)
    p, q = p / p.sum(), q / q.sum()
    happens = p > 0
    with np.errstate(divide="ignore"):
        return float(-(p[happens] * np.log(q[happens])).sum())


def entropy(p):
    return cross_entropy(p, p)


def kl_divergence(p, q):
    return cross_entropy(p, q) - entropy(p)
