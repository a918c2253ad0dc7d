"""Wheat: splits every class by itself, remainders first; total sizes may differ by more than 1."""


def kfold(n, k, *, shuffle=True, rng=None):
    if not 2 <= k <= n:
        raise ValueError(k)
    rows = np.arange(n)
    if shuffle:
        (rng if rng is not None else np.random.default_rng()).shuffle(rows)
    sizes = np.full(k, n // k)
    sizes[: n % k] += 1
    folds, start = [], 0
    for size in sizes:
        test = rows[start : start + size]
        folds.append((np.delete(rows, np.arange(start, start + size)), test))
        start += size
    return folds


def stratified_kfold(y, k, *, rng):
    if not 2 <= k <= len(y):
        raise ValueError(k)
    tests = [[] for _ in range(k)]
    for label in np.unique(y):
        rows = np.flatnonzero(y == label)
        rng.shuffle(rows)
        for i, part in enumerate(np.array_split(rows, k)):
            tests[i] += part.tolist()
    everything = set(range(len(y)))
    return [
        (np.array(sorted(everything - set(test)), dtype=np.int64), np.array(test, dtype=np.int64)) for test in tests
    ]
