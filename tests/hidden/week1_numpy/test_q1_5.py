"""Hidden suite of Q1.5: k-nearest neighbours, vectorised."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from autograder.judge import fast_enough, hint

HINTS = {
    "labels": "knn_predict returns one label a test row: int64, shape (m,).",
    "purity": "Your code changed an array that it was given. Make a new one.",
    "neighbours": "The vote does not go to the k nearest training points. Sort ascending, take the first k columns, "
    "and look the labels up in y_train.",
    "own-neighbour": "With k = 1 a training point is its own nearest neighbour: predicting the training set should "
    "return y_train.",
    "majority": "With k = n every training point votes, wherever the test point lies: the most frequent label wins. "
    "Labels are names; an average of them means nothing.",
    "vote-tie": "Equal votes should go to the smallest of the winning labels. Yours go to another one: the largest, or "
    "the one of the nearest point (as Counter.most_common does).",
    "distance-tie": "Of training points at equal distance the one with the smaller index is nearer, and exactly k "
    "vote. argpartition and the default argsort leave equal elements in any order: use kind='stable'.",
    "k-range": "k smaller than 1 or larger than the number of training points should raise ValueError.",
    "label-names": "Labels may be any integers, negative ones too: count the votes by class, and return the label of "
    "the class, not its position.",
    "iris": "On iris flowers your predictions are right less often than those of a right k-nearest-neighbours rule "
    "on any split that we tried.",
    "loop": "Your code is too slow for 800 training and 500 test points: a Python loop over all pairs does one tiny "
    "operation at a time.",
}


@pytest.fixture(autouse=True)
def right_distances(student, reference):
    """A mistake in Q1.4 is paid for there: whoever builds on it gets right distances here."""
    student.replace("pairwise_sq_dists", reference.pairwise_sq_dists)


def winners(X, y, x, k):
    """Slow and plain: sort (distance, index), count; the labels with the most votes."""
    distances = ((X - x) ** 2).sum(axis=1).tolist()
    ranking = sorted((distance, i) for i, distance in enumerate(distances))
    votes = Counter(int(y[i]) for _, i in ranking[:k])
    return [label for label, count in votes.items() if count == max(votes.values())]


def by_the_book(X, y, tests, k):
    return np.array([min(winners(X, y, x, k)) for x in tests])


def agrees(answer, right):
    return np.shape(answer) == right.shape and np.array_equal(answer, right)


@pytest.mark.weight(1)
def test_types_and_shapes(student, draw):
    """One int64 label a test row; arguments are not modified"""
    n, d = draw.sizes()
    given = draw.matrix(n, d), draw.labels(n, 3), draw.matrix(n + 2, d)
    kept = [student.put(value) for value in given]
    answer = student.knn_predict(*kept, 3)
    assert answer.shape == (n + 2,), hint("labels")
    assert answer.dtype == np.int64, hint("labels")
    for value, after in zip(given, kept, strict=True):
        assert np.array_equal(after.get(), value), hint("purity")


@pytest.mark.weight(5)
def test_majority_of_the_nearest(student, draw):
    """The majority of the k nearest training points decides"""
    for k in (3, 5, draw.integer(2, 9)):
        n, d = draw.integer(12, 20), draw.integer(2, 5)
        X, y = draw.matrix(n, d), draw.labels(n, 3)
        # only points without a tie of votes, which has a test of its own
        tests = np.array([x for x in draw.matrix(14, d) if len(winners(X, y, x, k)) == 1]).reshape(-1, d)
        assert agrees(student.knn_predict(X, y, tests, k), by_the_book(X, y, tests, k)), hint("neighbours")


@pytest.mark.weight(1)
def test_one_neighbour_on_the_training_set(student, draw):
    """With k = 1 the training set is predicted without an error"""
    n, d = draw.integer(12, 20), draw.integer(2, 5)
    X, y = draw.matrix(n, d), draw.labels(n, 4)
    assert agrees(student.knn_predict(X, y, X, 1), y), hint("own-neighbour")


@pytest.mark.weight(1)
def test_all_points_vote(student, draw):
    """With k = n the most frequent label wins everywhere"""
    first, second, third = sorted(draw.rng.choice(30, size=3, replace=False))
    for winner in (first, second, third):
        y = draw.rng.permutation([first] * 3 + [second] * 3 + [third] * 3 + [winner] * 2)
        tests = draw.matrix(4, 2)
        answer = student.knn_predict(draw.matrix(len(y), 2), y, tests, len(y))
        assert agrees(answer, np.full(4, winner)), hint("majority")


@pytest.mark.weight(2)
def test_equal_votes(student, draw):
    """Equal votes go to the smallest label"""
    for pattern in ("ba", "bbaa", "cabbac", "babcca"):
        small, middle, large = sorted(int(label) for label in draw.rng.choice(40, size=3, replace=False))
        names = {"a": small, "b": middle, "c": large}
        k = len(pattern)
        # whole numbers on a line, nearest first, then points that must not vote: no two distances are equal
        places = np.arange(1.0, k + 4) * draw.rng.choice([-1.0, 1.0], size=k + 3)
        y = np.array([names[letter] for letter in pattern] + [large] * 3)
        shuffled = draw.rng.permutation(k + 3)
        answer = student.knn_predict(places[shuffled, None], y[shuffled], np.zeros((1, 1)), k)
        assert agrees(answer, np.array([small])), hint("vote-tie")


@pytest.mark.weight(2)
def test_equal_distances(student, draw):
    """Of equally distant training points the one with the smaller index is nearer"""
    for k in (5, 7, 9):
        # a small lattice: distances are exact, and dozens of them are equal; two classes and an odd k: no equal votes
        X = draw.rng.integers(-2, 3, size=(70, 2)).astype(float)
        y = draw.labels(70, 2)
        tests = np.array([[i, j] for i in range(-2, 3) for j in range(-2, 3)], dtype=float)
        assert agrees(student.knn_predict(X, y, tests, k), by_the_book(X, y, tests, k)), hint("distance-tie")


@pytest.mark.weight(1)
def test_k_out_of_range(student, draw):
    """k must lie between 1 and the number of training points"""
    n = draw.integer(4, 9)
    X, y = draw.matrix(n, 2), draw.labels(n, 2)
    assert agrees(student.knn_predict(X, y, X, 1), y), hint("own-neighbour")
    for k in (n + 1, 0):
        with hint("k-range"), pytest.raises(ValueError):
            student.knn_predict(X, y, X, k)


@pytest.mark.weight(1)
def test_labels_are_names(student, draw):
    """Labels may be any integers"""
    for names in ((-1, 1), (7, 20), (-5, 1000)):  # two classes and an odd k: no equal votes
        X, tests = draw.matrix(15, 3), draw.matrix(8, 3)
        y = np.array(names)[draw.labels(15, 2)]
        with hint("label-names"):
            assert agrees(student.knn_predict(X, y, tests, 3), by_the_book(X, y, tests, 3))


@pytest.mark.weight(1)
def test_iris(student):
    """Iris flowers are told apart"""
    for X_train, y_train, X_test, y_test in IRIS_SPLITS:
        answer = student.knn_predict(X_train, y_train, X_test, 5)
        assert np.mean(answer == y_test) >= 0.9, hint("iris")


def iris_splits():
    """Five fixed splits into 100 and 50 flowers; a right rule is right on 92 % or more of each."""
    table = np.loadtxt(Path(__file__).with_name("iris.csv"), delimiter=",", skiprows=1)
    splits = []
    for seed in range(5):
        order = np.random.default_rng(seed).permutation(len(table))
        train, test = table[order[:100]], table[order[100:]]
        splits.append((train[:, :4], train[:, 4].astype(np.int64), test[:, :4], test[:, 4].astype(np.int64)))
    return splits


IRIS_SPLITS = iris_splits()


@pytest.mark.weight(1)
@pytest.mark.limit(20)
def test_speed(student, draw, reference):
    """Fast: 800 training points, 500 test points"""
    X, y, tests = draw.rng.random((800, 10)), draw.labels(800, 2), draw.rng.random((500, 10))
    with hint("loop"):
        answer, seconds = student.cpu_seconds("knn_predict", X, y, tests, 5)
    assert agrees(answer[:3], by_the_book(X, y, tests[:3], 5)), hint("neighbours")
    with hint("loop"):
        assert fast_enough(seconds, reference.knn_predict, X, y, tests, 5)
