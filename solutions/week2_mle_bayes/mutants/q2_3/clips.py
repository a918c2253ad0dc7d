"""Mutant: clips both distributions to [1e-12, 1].
Misconception: probabilities are thought never to be 0.
Killed by: test_what_was_held_to_be_impossible
Hint: infinite-surprise
"""


def cross_entropy(p, q):
    check(p, q)
    return float(-(np.clip(p, 1e-12, 1) * np.log(np.clip(q, 1e-12, 1))).sum())


def check(*distributions):
    for each in distributions:
        if len(each) != len(distributions[0]) or (each < 0).any() or abs(each.sum() - 1) > 1e-8:
            raise ValueError("no distributions over the same classes")


def entropy(p):
    return cross_entropy(p, p)


def kl_divergence(p, q):
    return cross_entropy(p, q) - entropy(p)
