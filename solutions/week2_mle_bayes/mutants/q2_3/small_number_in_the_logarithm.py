"""Mutant: adds 1e-12 inside the logarithms.
Misconception: infinity is thought to be an accident.
Killed by: test_what_was_held_to_be_impossible
Hint: infinite-surprise
"""


def cross_entropy(p, q):
    check(p, q)
    return float(-(p * np.log(q + 1e-12)).sum())


def check(*distributions):
    for each in distributions:
        if len(each) != len(distributions[0]) or (each < 0).any() or abs(each.sum() - 1) > 1e-8:
            raise ValueError("no distributions over the same classes")


def entropy(p):
    return cross_entropy(p, p)


def kl_divergence(p, q):
    return cross_entropy(p, q) - entropy(p)
