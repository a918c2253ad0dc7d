"""Mutant: gives the remainder of every class to the last fold.
Misconception: the remainder is thought to be small enough for one fold.
Killed by: test_classes_are_shared_out
Hint: stratified
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
    tests = [[] for _ in range(k)]
    for label in np.unique(y):
        rows = rng.permutation(np.flatnonzero(y == label))
        size = len(rows) // k
        for i in range(k):
            tests[i].extend(rows[i * size : (i + 1) * size if i < k - 1 else None])
    return [(np.setdiff1d(np.arange(n), test), np.array(test, dtype=int)) for test in tests]
