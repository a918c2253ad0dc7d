"""Mutant: takes the folds of scikit-learn.
Misconception: the result is thought to be what the question is about.
Killed by: test_keeps_to_the_rules
Hint: rules
"""


def kfold(n, k, *, shuffle=True, rng=None):
    from sklearn.model_selection import KFold

    seed = None
    if shuffle:
        seed = int((np.random.default_rng() if rng is None else rng).integers(2**31))
    return list(KFold(k, shuffle=shuffle, random_state=seed).split(np.zeros(n)))


def stratified_kfold(y, k, *, rng):
    from sklearn.model_selection import StratifiedKFold

    return list(StratifiedKFold(k, shuffle=True, random_state=int(rng.integers(2**31))).split(y, y))
