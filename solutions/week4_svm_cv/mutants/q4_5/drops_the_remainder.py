"""Mutant: gives every fold n // k rows and drops the rest.
Misconception: n is thought to be divisible by k.
Killed by: test_partition, test_train_is_the_rest
Hint: partition
"""


def kfold(n, k, *, shuffle=True, rng=None):
    if not 2 <= k <= n:
        raise ValueError(f"k must lie in 2..{n}")
    order = np.arange(n)
    if shuffle:
        order = (np.random.default_rng() if rng is None else rng).permutation(n)
    parts = list(order[: n // k * k].reshape(k, -1))
    return [(np.concatenate(parts[:i] + parts[i + 1 :]), part) for i, part in enumerate(parts)]


def stratified_kfold(y, k, *, rng):
    n = len(y)
    if not 2 <= k <= n:
        raise ValueError(f"k must lie in 2..{n}")
    order = rng.permutation(n)
    order = order[np.argsort(y[order], kind="stable")]
    return [(np.setdiff1d(order, order[i::k]), order[i::k]) for i in range(k)]
