"""Mutant: always shuffles with a generator of its own, default_rng(0).
Misconception: repeatable is thought to mean the same folds for everybody.
Killed by: test_shuffling
Hint: other-seed
"""


def kfold(n, k, *, shuffle=True, rng=None):
    if not 2 <= k <= n:
        raise ValueError(f"k must lie in 2..{n}")
    order = np.arange(n)
    if shuffle:
        order = np.random.default_rng(0).permutation(n)
    parts = np.array_split(order, k)
    return [(np.concatenate(parts[:i] + parts[i + 1 :]), part) for i, part in enumerate(parts)]


def stratified_kfold(y, k, *, rng):
    n = len(y)
    if not 2 <= k <= n:
        raise ValueError(f"k must lie in 2..{n}")
    order = rng.permutation(n)
    order = order[np.argsort(y[order], kind="stable")]
    return [(np.setdiff1d(order, order[i::k]), order[i::k]) for i in range(k)]
