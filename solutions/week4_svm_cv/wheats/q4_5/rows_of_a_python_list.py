"""Wheat: Python lists and slices, arrays at the end; larger folds last."""


def kfold(n, k, *, shuffle=True, rng=None):
    if k not in range(2, n + 1):
        raise ValueError(f"{k} folds of {n} rows")
    rows = list(range(n))
    if shuffle:
        if rng is None:
            rng = np.random.default_rng()
        rows = [int(i) for i in rng.permutation(n)]
    cuts = [i * n // k for i in range(k + 1)]
    return [
        (np.array(rows[:a] + rows[b:]), np.array(rows[a:b])) for a, b in zip(cuts[:-1], cuts[1:])
    ]


def stratified_kfold(y, k, *, rng):
    if k not in range(2, len(y) + 1):
        raise ValueError(f"{k} folds of {len(y)} rows")
    tests = [[] for _ in range(k)]
    following = 0
    for label in np.unique(y):
        for row in rng.permutation(np.nonzero(y == label)[0]):
            tests[following % k].append(row)
            following += 1
    return [(np.array([i for i in range(len(y)) if i not in test]), np.array(test)) for test in map(list, tests)]
