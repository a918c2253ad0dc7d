"""Wheat: scipy's xlogy, and differences of its sums."""


from scipy.special import xlogy


def check(p):
    if p.min() < 0 or np.abs(p.sum() - 1) > 1e-8:
        raise ValueError("not a distribution")


def entropy(p):
    check(p)
    return -xlogy(p, p).sum()


def cross_entropy(p, q):
    check(p)
    check(q)
    if p.size != q.size:
        raise ValueError("two lengths")
    return -np.sum(xlogy(p, q))


def kl_divergence(p, q):
    return -entropy(p) + cross_entropy(p, q)
