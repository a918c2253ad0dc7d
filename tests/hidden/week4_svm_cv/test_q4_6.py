"""Hidden suite of Q4.6: cross-validation without leakage.

Steps are objects of this process, of which the student's code can call the named methods. They tell rows apart by a
number that travels as the first feature.
"""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.model_selection import cross_val_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from autograder.judge import close, hint

HINTS = {
    "types": "cross_val_scores returns a float64 array of shape (k,), one accuracy a fold; select_C returns two "
    "things: the best C, a number, and a float64 array with one mean a C.",
    "purity": "Your code changed an array that it was given. Make a new one.",
    "scores": "A score should be the share of the rows of *that* test fold that are predicted right, by a pipeline "
    "that was fitted on the training rows of that fold. One number a fold, in the order of the folds.",
    "training-score": "Your scores are better than any honest ones: are the predictions made for the training rows, "
    "or was the test fold among the rows that were fitted on?",
    "pooled": "Your scores are all the same, or made from all predictions together: each fold has its own accuracy.",
    "leak": "A step was fitted on rows of the test fold. Fit every step inside the fold, on the training rows only.",
    "test-refit": "A transformer was fitted on the test rows, or fitted anew before they were transformed. Test "
    "rows are transformed with what was learned from the training rows.",
    "train-rows": "A step was not fitted on exactly the training rows of its fold: some are missing, or come twice.",
    "labels": "A step's fit(X, y) did not get the labels that belong to its rows. Transformers may need them, too.",
    "chain": "Each step works on what the step before it made: what the classifier is fitted on, and what it "
    "predicts for, has gone through *all* transformers, in their order.",
    "test-rows": "The rows that a classifier predicts should be exactly the rows of its test fold.",
    "fresh": "Every fold needs a new pipeline: call make_pipeline() exactly once a fold. A pipeline that is fitted "
    "again may remember the rows of the fold before.",
    "returns-none": "With steps that keep to the table in the text, your code raises an error. fit may return None: "
    "call it on a line of its own, not as step.fit(X, y).transform(X). Every fit takes X and y, and there is no "
    "fit_transform.",
    "noise": "On pure noise your cross-validation finds something: an accuracy far above one half. A selection of "
    "features that has seen the labels of the test fold does that.",
    "means": "The mean scores should be those of cross_val_scores, one a value of C, in the order of Cs. Is each "
    "pipeline made with its own C, and are the given folds used?",
    "best": "The best C is the one with the highest *mean* score: its value, not its position.",
    "tie": "Several values of C have the same mean score: take the smallest of them, wherever it stands in Cs.",
}


def some_folds(draw, n, k):
    """Folds of unequal sizes, rows in any order."""
    cuts = np.sort(draw.rng.choice(np.arange(3, n - 3), size=k - 1, replace=False))
    parts = np.split(draw.rng.permutation(n), cuts)
    return [(draw.rng.permutation(np.setdiff1d(np.arange(n), part)), part) for part in parts]


def two_classes(draw, n, d):
    """Overlapping classes with any names, features of very different sizes."""
    y = draw.labels(n, 2)
    X = (draw.matrix(n, d) + 0.8 * y[:, None]) * 10.0 ** draw.rng.uniform(-1, 2, d)
    return X, np.sort(draw.rng.choice(np.arange(-5, 9), size=2, replace=False))[y]


class Quiet:
    """A step of scikit-learn whose fit returns None."""

    def __init__(self, step):
        self.step = step

    def fit(self, X, y):
        self.step.fit(X, y)

    def transform(self, X):
        return self.step.transform(X)

    def predict(self, X):
        return self.step.predict(X)


def quiet_neighbours(student):
    return [
        student.expose(Quiet(StandardScaler()), "fit", "transform"),
        student.expose(Quiet(KNeighborsClassifier(3)), "fit", "predict"),
    ]


@pytest.mark.weight(1)
def test_types_and_shapes(student, draw):
    """One accuracy a fold, one mean a value; arguments are not modified"""
    X, y = two_classes(draw, 24, 3)
    folds = some_folds(draw, 24, 4)
    kept = [student.put(value) for value in (X, y)]

    def make_pipeline(*_C):
        return [
            student.expose(StandardScaler(), "fit", "transform"),
            student.expose(KNeighborsClassifier(3), "fit", "predict"),
        ]

    scores = student.cross_val_scores(make_pipeline, *kept, folds)
    with hint("types"):
        assert scores.shape == (4,)
        assert scores.dtype == np.float64
        best, means = student.select_C([0.1, 1.0, 10.0], *kept, folds, make_pipeline)
        assert np.ndim(best) == 0
        assert means.shape == (3,)
        assert means.dtype == np.float64
    for value, after in zip((X, y), kept, strict=True):
        assert np.array_equal(after.get(), value), hint("purity")


@pytest.mark.weight(3)
def test_scores(student, draw):
    """The scores are those of scikit-learn's own cross-validation"""
    for d in (2, 4, 3):
        X, y = two_classes(draw, draw.integer(34, 44), d)
        folds = some_folds(draw, len(y), draw.integer(3, 6))
        pipeline = Pipeline([("scale", StandardScaler()), ("vote", KNeighborsClassifier(3))])
        right = cross_val_score(pipeline, X, y, cv=folds)
        with hint("returns-none"):
            scores = student.cross_val_scores(lambda: quiet_neighbours(student), X, y, folds)
        with hint("scores"):
            assert np.shape(scores) == right.shape
        name = "scores"
        if np.ptp(scores) == 0 and np.ptp(right) > 0:
            name = "pooled"
        elif np.mean(scores) > np.mean(right) + 0.05:
            name = "training-score"
        with hint(name):
            close(scores, right)


class Spy:
    """A step that notes the rows that it meets, and leaves its mark on what it transforms."""

    def __init__(self, column):
        self.column = column
        self.fitted, self.labels, self.marks, self.seen = [], [], [], []

    def fit(self, X, y=None):
        self.fitted.append(X[:, 0].astype(int))
        self.labels.append(y)
        self.marks.append(X[:, 1:])

    def transform(self, X):
        X = np.array(X)
        X[:, self.column] += 1000.0 * (1.0 + X[:, 1:].max(axis=1) // 1000.0)  # the second adds to what the first did
        return X

    def predict(self, X):
        self.seen.append(X[:, 0].astype(int))
        self.marks.append(X[:, 1:])
        return np.where(X[:, 0].astype(int) % 3 == 0, 1, 0)


def spied(student, draw):
    """Run cross_val_scores with spies; (pipelines, folds, labels, scores)."""
    n, k = draw.integer(17, 26), draw.integer(3, 5)
    X = np.column_stack([np.arange(n), draw.rng.random((n, 3))])
    y, folds = draw.labels(n, 2), some_folds(draw, n, k)
    pipelines = []

    def make_pipeline():
        spies = [Spy(1), Spy(2), Spy(3)]
        pipelines.append(spies)
        methods = ["transform", "transform", "predict"]
        return [student.expose(spy, "fit", method) for spy, method in zip(spies, methods, strict=True)]

    with hint("returns-none"):
        scores = student.cross_val_scores(make_pipeline, X, y, folds)
    return pipelines, folds, y, scores


def rows(parts):
    """Row numbers of several calls, sorted."""
    return np.sort(np.concatenate(parts)) if parts else np.zeros(0, dtype=int)


def fold_of(pipeline, folds):
    """The fold whose test rows this pipeline predicted."""
    predicted = rows(pipeline[-1].seen)
    for train, test in folds:
        if np.array_equal(predicted, np.sort(test)):
            return np.sort(train), np.sort(test)
    return None


@pytest.mark.weight(3)
def test_every_step_learns_from_the_training_rows(student, draw):
    """Every step is fitted on the training rows of its fold, with their labels, and on no others"""
    for _ in range(2):
        pipelines, folds, y, _ = spied(student, draw)
        for pipeline in pipelines:
            for step in pipeline:
                found = [np.sort(ids) for ids in step.fitted]
                whole = any(np.array_equal(ids, np.arange(len(y))) for ids in found)
                assert not whole, hint("leak")
            assert fold_of(pipeline, folds) is not None, hint("test-rows")
            train, test = fold_of(pipeline, folds)
            for step in pipeline:
                found = [np.sort(ids) for ids in step.fitted]
                assert not any(np.array_equal(ids, test) for ids in found), hint("test-refit")
                assert not any(np.isin(ids, test).any() for ids in found), hint("leak")
                assert found and all(np.array_equal(ids, train) for ids in found), hint("train-rows")
                for ids, labels in zip(step.fitted, step.labels, strict=True):
                    assert np.shape(labels) == ids.shape and np.array_equal(labels, y[ids]), hint("labels")


@pytest.mark.weight(2)
def test_steps_are_chained(student, draw):
    """What a step sees has gone through all steps before it; the score belongs to the test rows"""
    pipelines, folds, y, scores = spied(student, draw)
    for first, second, last in pipelines:
        for marks, wanted in ((first.marks, (0, 0, 0)), (second.marks, (1, 0, 0)), (last.marks, (1, 2, 0))):
            assert marks, hint("chain")
            for features in marks:
                assert (features // 1000 == wanted).all(), hint("chain")
    right = [np.mean((test % 3 == 0) == y[test]) for _, test in folds]
    with hint("scores"):
        close(scores, np.array(right))


@pytest.mark.weight(2)
def test_fresh_pipelines(student, draw):
    """make_pipeline is called exactly once a fold"""
    pipelines, folds, _, _ = spied(student, draw)
    assert len(pipelines) == len(folds), hint("fresh")
    assert all(pipeline[-1].seen for pipeline in pipelines), hint("fresh")


class KeepBest:
    """Keeps the 20 features most correlated with the labels."""

    def fit(self, X, y):
        self.columns = np.argsort(np.abs((y - y.mean()) @ (X - X.mean(axis=0)) / X.std(axis=0)))[-20:]

    def transform(self, X):
        return X[:, self.columns]


class NearestRow:
    """The label of the nearest training row."""

    def fit(self, X, y):
        self.X, self.y = X, y

    def predict(self, X):
        return self.y[((X[:, None] - self.X) ** 2).sum(axis=2).argmin(axis=1)]


@pytest.mark.weight(1)
def test_pure_noise(student, draw):
    """On pure noise a pipeline with a selection of features is right about half of the time

    Mean accuracy of 4 data sets (n = 50, d = 1500, 20 features kept, 5 folds). Over 3101 such data sets an honest score
    has mean 0.481 and standard deviation 0.085, so a mean of 4 has 0.042: the threshold 0.70 is 5.2 standard deviations
    away, a false failure has probability 1.1e-7. Selection before the folds gives 0.854 with standard deviation 0.058.
    """
    means = []
    for _ in range(4):
        X, y = draw.rng.normal(size=(50, 1500)), draw.rng.permutation(np.repeat([0, 1], 25))
        folds = [(np.setdiff1d(np.arange(50), part), part) for part in np.split(draw.rng.permutation(50), 5)]
        scores = student.cross_val_scores(
            lambda: [student.expose(KeepBest(), "fit", "transform"), student.expose(NearestRow(), "fit", "predict")],
            X,
            y,
            folds,
        )
        means.append(np.mean(scores))
    assert np.mean(means) < 0.70, hint("noise")


class Above:
    """Predicts 1 where the first feature is greater than C; learns nothing."""

    def __init__(self, C):
        self.C = C

    def fit(self, X, y):
        pass

    def predict(self, X):
        return (X[:, 0] > self.C).astype(int)


def right_scores(reference):
    """The reference's cross_val_scores; steps that come back through the student's code are this process's own."""

    def cross_val_scores(make_pipeline, X, y, folds):
        return reference.cross_val_scores(lambda: [step.target for step in make_pipeline()], X, y, folds)

    return cross_val_scores


def mean_scores(Cs, X, y, folds):
    return np.array([np.mean([np.mean((X[test, 0] > C) == y[test]) for _, test in folds]) for C in Cs])


@pytest.mark.weight(2)
def test_select_C(student, draw, reference):
    """The best C has the highest mean score; the means come in the order of Cs"""
    student.replace("cross_val_scores", right_scores(reference))
    done = 0
    while done < 3:
        X, Cs = draw.matrix(30, 2), [float(C) for C in draw.rng.permutation([0.02, 0.3, 0.7, 1.2, 2.0])]
        y = ((X[:, 0] > draw.rng.choice(Cs)) ^ (draw.rng.random(30) < 0.2)).astype(np.int64)
        folds = some_folds(draw, 30, 4)
        means = mean_scores(Cs, X, y, folds)
        if np.sort(means)[-1] - np.sort(means)[-2] < 1e-6 or Cs[int(means.argmax())] == min(Cs):
            continue  # ties have a test of their own, and the smallest C is what a wrong rule might always take
        done += 1
        best, found = student.select_C(Cs, X, y, folds, lambda C: [student.expose(Above(C), "fit", "predict")])
        with hint("means"):
            close(found, means)
        with hint("best"):
            close(best, Cs[int(means.argmax())])


@pytest.mark.weight(2)
def test_ties(student, draw, reference):
    """Of several best values the smallest is chosen"""
    student.replace("cross_val_scores", right_scores(reference))
    for order in ([0.9, 0.2, 0.6, 0.4, -0.7], [0.6, 0.9, -0.7, 0.4, 0.2], [-0.7, 0.4, 0.9, 0.2, 0.6]):
        # no feature lies between 0.1 and 1: the thresholds in between predict alike, and all rows right
        y = draw.labels(24, 2)
        X = np.column_stack([np.where(y == 1, 1.0 + draw.rng.random(24), 0.1 - draw.rng.random(24)), draw.vector(24)])
        X[np.flatnonzero(y == 0)[:2], 0] = -0.5  # so that -0.7 is worse
        folds = some_folds(draw, 24, 3)
        best, _ = student.select_C(order, X, y, folds, lambda C: [student.expose(Above(C), "fit", "predict")])
        with hint("tie"):
            close(best, 0.2)
