"""Mutant: draws k independent random splits.
Misconception: repeated random splits are taken for k-fold.
Killed by: test_partition
Hint: partition
"""


def kfold(n, k, *, shuffle=True, rng=None):
    if not 2 <= k <= n:
        raise ValueError(f"k must lie in 2..{n}")
    order = np.arange(n)
    if shuffle:
        order = (np.random.default_rng() if rng is None else rng).permutation(n)
    rng = np.random.default_rng() if rng is None else rng
    tests = [rng.permutation(n)[: n // k] for _ in range(k)]
    return [(np.setdiff1d(order, test), test) for test in tests]


def stratified_kfold(y, k, *, rng):
    n = len(y)
    if not 2 <= k <= n:
        raise ValueError(f"k must lie in 2..{n}")
    order = rng.permutation(n)
    order = order[np.argsort(y[order], kind="stable")]
    return [(np.setdiff1d(order, order[i::k]), order[i::k]) for i in range(k)]
