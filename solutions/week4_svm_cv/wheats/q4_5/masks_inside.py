"""Wheat: a vector of fold numbers, shuffled; masks inside."""


def kfold(n, k, *, shuffle=True, rng=None):
    if k < 2 or k > n:
        raise ValueError("k is out of range")
    fold = np.sort(np.arange(n) % k)
    if shuffle:
        rng = rng or np.random.default_rng()
        rng.shuffle(fold)
    return [(np.where(fold != i)[0], np.where(fold == i)[0]) for i in range(k)]


def stratified_kfold(y, k, *, rng):
    y = np.asarray(y)
    if k < 2 or k > len(y):
        raise ValueError("k is out of range")
    fold = np.empty(len(y), dtype=int)
    for label in set(y.tolist()):
        rows = np.where(y == label)[0]
        fold[rows] = rng.permutation(np.arange(len(rows)) % k)
    return [(np.where(fold != i)[0], np.where(fold == i)[0]) for i in range(k)]
