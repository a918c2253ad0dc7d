"""Mutant: answers stratified_kfold with kfold.
Misconception: shuffling alone is thought to balance the classes.
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
    return kfold(n, k, rng=rng)
