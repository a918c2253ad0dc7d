"""Mutant: replaces NaN and infinity by numbers.
Misconception: nan_to_num is thought to touch NaN only.
Killed by: test_what_was_held_to_be_impossible
Hint: infinite-surprise
"""


def cross_entropy(p, q):
    check(p, q)
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.nan_to_num(-p * np.log(q)).sum())


def check(*distributions):
    for each in distributions:
        if len(each) != len(distributions[0]) or (each < 0).any() or abs(each.sum() - 1) > 1e-8:
            raise ValueError("no distributions over the same classes")


def entropy(p):
    return cross_entropy(p, p)


def kl_divergence(p, q):
    return cross_entropy(p, q) - entropy(p)
