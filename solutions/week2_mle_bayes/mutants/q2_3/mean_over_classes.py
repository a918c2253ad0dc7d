"""Mutant: takes the mean over the classes.
Misconception: 'average' is read as np.mean; but the average is weighted already.
Killed by: test_entropy, test_cross_entropy, test_independent_experiments
Hint: entropy
"""


def cross_entropy(p, q):
    check(p, q)
    terms = np.zeros(len(p))
    with np.errstate(divide="ignore"):
        terms[p > 0] = -p[p > 0] * np.log(q[p > 0])
    return float(terms.mean())


def check(*distributions):
    for each in distributions:
        if len(each) != len(distributions[0]) or (each < 0).any() or abs(each.sum() - 1) > 1e-8:
            raise ValueError("no distributions over the same classes")


def entropy(p):
    return cross_entropy(p, p)


def kl_divergence(p, q):
    return cross_entropy(p, q) - entropy(p)
