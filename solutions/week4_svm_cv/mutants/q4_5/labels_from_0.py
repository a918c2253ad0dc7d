"""Mutant: goes through the labels 0..K-1.
Misconception: labels are thought to be numbered.
Killed by: test_stratified_is_kfold, test_classes_are_shared_out
Hint: partition
"""


def kfold(n, k, *, shuffle=True, rng=None):
    if not 2 <= k <= n:
        raise ValueError(f"k must lie in 2..{n}")
    order = np.arange(n)
    if shuffle:
        order = (np.random.default_rng() if rng is None else rng).permutation(n)
    parts = np.array_split(order, k)
    return [(np.concatenate(parts[:i] + parts[i + 1 :]), part) for i, part in enumerate(parts)]


def stratified_kfold(y, k, *, rng):
    n = len(y)
    if not 2 <= k <= n:
        raise ValueError(f"k must lie in 2..{n}")
    order = np.concatenate([rng.permutation(np.flatnonzero(y == label)) for label in range(int(y.max()) + 1)])
    return [(np.setdiff1d(np.arange(n), order[i::k]), order[i::k]) for i in range(k)]
