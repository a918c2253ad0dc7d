"""Hidden suite of Q4.5: k-fold and stratified k-fold."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.judge import hint, probe

HINTS = {
    "types": "The result is a list of k pairs (train, test) of integer arrays with one dimension: row numbers, not "
    "masks and not a generator.",
    "partition": "The test folds together should hold every row exactly once: none is dropped when k does not divide "
    "n, and none is tested twice. (k independent random splits are not k-fold; and each pair is train first, then "
    "test.)",
    "complement": "The training rows of a fold are exactly those that are not in its test fold. Is a row in both, or "
    "in neither?",
    "balance": "Fold sizes should differ by at most 1: deal the remainder out, one row to a fold.",
    "same-seed": "Two generators in the same state should give the same folds. Draw from rng, and from nothing else.",
    "other-seed": "Generators in different states should give different folds. Do you use the rng that you are "
    "given?",
    "shuffled": "By default the rows are shuffled: a test fold should not be a block of neighbouring rows.",
    "contiguous": "With shuffle=False the test folds are blocks of neighbouring rows, in the order of the rows: "
    "fold 0 starts at row 0.",
    "stratified": "For each class the counts in any two test folds should differ by at most 1. Labels may be any "
    "integers, in any order, and may come sorted.",
    "rare-class": "k may be larger than the smallest class: some folds then have none of it. That is no error.",
    "k-range": "k below 2 or above n should raise ValueError, in both functions.",
    "global-state": "Your code sets or uses NumPy's global random state. Draw from rng (or from a generator of your "
    "own, where rng is None).",
    "purity": "Your code changed y. rng.shuffle works in place; rng.permutation makes a new array.",
}


def folds_of(result, k):
    """The folds as pairs of sorted arrays, checked for kind."""
    with hint("types"):
        assert len(result) == k
        pairs = []
        for train, test in result:
            for rows in (train, test):
                assert np.ndim(rows) == 1
                assert np.asarray(rows).dtype.kind in "iu"
            pairs.append((np.sort(train), np.sort(test)))
    return pairs


def check_folds(pairs, n):
    """The test folds are a partition of the rows, and train is the rest."""
    tested = np.sort(np.concatenate([test for _, test in pairs]))
    assert np.array_equal(tested, np.arange(n)), hint("partition")
    for train, test in pairs:
        assert np.array_equal(train, np.setdiff1d(np.arange(n), test)), hint("complement")


def sizes(draw):
    """Rows and folds such that k does not divide n."""
    k = draw.integer(3, 8)
    return k * draw.integer(3, 7) + draw.integer(1, k), k


def class_labels(draw):
    """Labels of three classes, unequally many; names are any integers, one below 0."""
    names = draw.rng.permutation([draw.integer(-9, 0), *draw.rng.choice(30, size=2, replace=False)])
    return draw.rng.permutation(np.repeat(names, [draw.integer(12, 20), draw.integer(8, 12), draw.integer(7, 9)]))


@pytest.mark.weight(1)
def test_types(student, draw):
    """A list of k pairs of integer arrays; y is not modified"""
    n, k = sizes(draw)
    y = class_labels(draw)
    kept = student.put(y)
    for result in (
        student.kfold(n, k, rng=draw.generator()),
        student.stratified_kfold(kept, 3, rng=draw.generator()),
    ):
        with hint("types"):
            assert isinstance(result, list)
            for train, test in result:
                assert train.ndim == test.ndim == 1
                assert train.dtype.kind in "iu"
                assert test.dtype.kind in "iu"
    assert np.array_equal(kept.get(), y), hint("purity")


@pytest.mark.weight(2)
def test_partition(student, draw):
    """The test folds hold every row exactly once"""
    for n, k in (sizes(draw), sizes(draw), (12, 4), (5, 5)):
        for shuffle in (True, False):
            pairs = folds_of(student.kfold(n, k, shuffle=shuffle, rng=draw.generator()), k)
            tested = np.sort(np.concatenate([test for _, test in pairs]))
            assert np.array_equal(tested, np.arange(n)), hint("partition")


@pytest.mark.weight(2)
def test_train_is_the_rest(student, draw):
    """The training rows of a fold are exactly the rows that it does not test"""
    for n, k in (sizes(draw), sizes(draw), (8, 2)):
        for train, test in folds_of(student.kfold(n, k, rng=draw.generator()), k):
            assert np.array_equal(train, np.setdiff1d(np.arange(n), test)), hint("complement")


@pytest.mark.weight(1)
def test_balance(student, draw):
    """Fold sizes differ by at most 1"""
    for n, k in (sizes(draw), sizes(draw), (23, 6)):
        for shuffle in (True, False):
            counts = [len(test) for _, test in folds_of(student.kfold(n, k, shuffle=shuffle, rng=draw.generator()), k)]
            assert max(counts) - min(counts) <= 1, hint("balance")


def same(one, other):
    return all(np.array_equal(a[1], b[1]) for a, b in zip(one, other, strict=True))


@pytest.mark.weight(2)
def test_shuffling(student, draw):
    """The same seed gives the same folds, another seed others; blocks only without shuffling

    Two right shuffles of 30 rows into 5 folds agree with probability (6!)^5 / 30!, below 1e-18.
    """
    seed, n, k = draw.integer(0, 2**32), 30, 5
    folds = [
        folds_of(student.kfold(n, k, rng=np.random.default_rng(s)), k) for s in (seed, seed, seed + 1)
    ]
    assert same(folds[0], folds[1]), hint("same-seed")
    assert not same(folds[0], folds[2]), hint("other-seed")
    assert any(test.max() - test.min() >= len(test) for _, test in folds[0]), hint("shuffled")


@pytest.mark.weight(1)
def test_without_shuffling(student, draw):
    """Without shuffling the test folds are blocks, in the order of the rows"""
    for n, k in (sizes(draw), (12, 3)):
        start = 0
        for _, test in folds_of(student.kfold(n, k, shuffle=False), k):
            assert np.array_equal(test, np.arange(start, start + len(test))), hint("contiguous")
            start += len(test)


@pytest.mark.weight(1)
def test_stratified_is_kfold(student, draw):
    """Stratified test folds hold every row once, and train is the rest"""
    for y in (class_labels(draw), np.sort(class_labels(draw))):
        k = draw.integer(3, 7)
        check_folds(folds_of(student.stratified_kfold(y, k, rng=draw.generator()), k), len(y))


@pytest.mark.weight(2)
def test_classes_are_shared_out(student, draw):
    """For each class the counts in two test folds differ by at most 1"""
    for y in (class_labels(draw), np.sort(class_labels(draw)), class_labels(draw)):
        k = draw.integer(3, 7)
        pairs = folds_of(student.stratified_kfold(y, k, rng=draw.generator()), k)
        for label in np.unique(y):
            with hint("stratified"):
                counts = [int((y[test] == label).sum()) for _, test in pairs]
                assert max(counts) - min(counts) <= 1
                assert sum(counts) == (y == label).sum()


@pytest.mark.weight(1)
def test_stratified_shuffling(student, draw):
    """Stratified folds are shuffled with rng, and with nothing else

    Two right shuffles agree with probability below 1e-11: 12, 8 and 7 rows, the least there are of each class, can be
    dealt to 4 folds in 6e11 ways.
    """
    y, seed, k = np.sort(class_labels(draw)), draw.integer(0, 2**32), 4
    folds = [
        folds_of(student.stratified_kfold(y, k, rng=np.random.default_rng(s)), k) for s in (seed, seed, seed + 1)
    ]
    assert same(folds[0], folds[1]), hint("same-seed")
    assert not same(folds[0], folds[2]), hint("other-seed")


@pytest.mark.weight(1)
def test_rare_class(student, draw):
    """A class with fewer rows than there are folds is legal"""
    k = 5
    y = draw.rng.permutation(np.repeat([0, 1, 2], [14, 9, draw.integer(1, 4)]))
    with hint("rare-class"):
        result = student.stratified_kfold(y, k, rng=draw.generator())
    pairs = folds_of(result, k)
    check_folds(pairs, len(y))
    assert max((y[test] == 2).sum() for _, test in pairs) <= 1, hint("stratified")


@pytest.mark.weight(1)
def test_k_out_of_range(student, draw):
    """k must lie between 2 and the number of rows"""
    n = draw.integer(6, 12)
    y = np.arange(n) % 2
    folds_of(student.kfold(n, n, rng=draw.generator()), n)
    for k in (1, n + 1, 0):
        with hint("k-range"), pytest.raises(ValueError):
            student.kfold(n, k, rng=draw.generator())
        with hint("k-range"), pytest.raises(ValueError):
            student.stratified_kfold(y, k, rng=draw.generator())


@probe
def global_state(notebook):
    """NumPy's global random state, as plain data."""
    import numpy

    name, keys, position, has_gauss, cached = numpy.random.get_state()
    return name, keys, position, has_gauss, cached


@pytest.mark.weight(1)
def test_global_state(student, draw):
    """The global random state stays as it is; rng may be left out"""
    before = student.probe(global_state)
    n, k = sizes(draw)
    check_folds(folds_of(student.kfold(n, k), k), n)
    student.kfold(n, k, rng=draw.generator())
    student.stratified_kfold(class_labels(draw), 3, rng=draw.generator())
    after = student.probe(global_state)
    with hint("global-state"):
        assert before[0] == after[0] and np.array_equal(before[1], after[1]) and before[2:] == after[2:]
