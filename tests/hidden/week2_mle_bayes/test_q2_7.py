"""Hidden suite of Q2.7: Gaussian Naive Bayes in log space, vectorised."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.special import logsumexp
from scipy.stats import norm

from autograder.judge import close, fast_enough, hint

HINTS = {
    "model": "gnb_fit returns GaussianNB(classes, log_prior, mean, var): (K,) labels as int64, (K,) logarithms, and "
    "two tables (K, d), one row a class.",
    "results": "gnb_log_posterior returns float64 of shape (m, K), gnb_predict int64 of shape (m,).",
    "purity": "Your code changed an array that it was given: X -= ... works in place. Make a new array.",
    "classes": "classes holds every label that occurs, once, in ascending order; the rows of mean and var follow it.",
    "prior": "log_prior is the logarithm of the share of each class among the samples. Classes need not be equally "
    "frequent.",
    "mean": "Row c of mean is the mean over the samples of class c, feature by feature.",
    "ddof": "Your variances are too large by n_c / (n_c - 1): maximum likelihood divides by n_c.",
    "root": "Your var holds standard deviations; the question asks for variances.",
    "var": "Row c of var is the variance of each feature within class c, about the mean of that class.",
    "floor": "var is the larger one of variance and floor. A feature that is constant within a class gets the floor; "
    "all others stay as they are, nothing is added.",
    "posterior": "Some log probabilities are not those of the text. Check one sample, one feature, two classes by "
    "hand, as in the worked example, with different variances and different shares.",
    "width": "The term -1/2 log(2 pi var) seems to be missing. It is the same for all classes only if their variances "
    "are.",
    "shares": "The shares of the classes have no influence on your probabilities: log_prior belongs into the score.",
    "own-model": "gnb_log_posterior and gnb_predict should use the model that is passed in and nothing else.",
    "sum": "For each sample the probabilities of the classes should sum to 1: subtract the log-sum-exp over the "
    "classes.",
    "feature-order": "The order of the features should not matter if model and samples are reordered alike.",
    "labels": "Predictions are labels: those of model.classes with the largest log probability, not their positions.",
    "many-features": "With hundreds of features your result is NaN or infinite, or the wrong class wins: a product of "
    "so many densities leaves the range of floating point. Add logarithms.",
    "constant-feature": "A feature that is constant within a class makes your result NaN or wrong. Its variance is "
    "the floor.",
    "sample-by-sample": "The log probabilities of a sample should be the same, however many other samples are asked "
    "about.",
    "wine": "On wines that your classifier has not seen it is right less often than a right one on every split that "
    "we tried.",
    "loop": "Your code is too slow for 300,000 samples: a Python loop over samples does a few tiny operations at a "
    "time.",
}


def clouds(draw, k=None, sizes=None):
    """Classes of unequal sizes, places and widths; the first sample does not have the smallest label."""
    k = draw.integer(3, 5) if k is None else k
    d = int(draw.rng.choice([d for d in range(2, 7) if d != k]))
    sizes = draw.rng.permutation(np.arange(4, 4 + 3 * k, 3)) if sizes is None else sizes
    labels = np.sort(draw.rng.choice(np.arange(-20, 60), size=k, replace=False)).astype(np.int64)
    centres = draw.rng.normal(size=(k, d)) * 2.0
    widths = draw.rng.uniform(0.4, 3.0, (k, d))
    which = draw.rng.permutation(np.repeat(np.arange(k), sizes))
    first = int(np.argmax(which > 0))
    which[[0, first]] = which[[first, 0]]
    return centres[which] + widths[which] * draw.rng.normal(size=(len(which), d)), labels[which], labels


def fitted_by_hand(X, y, floor=1e-9):
    classes = sorted(set(y.tolist()))
    groups = [X[y == label] for label in classes]
    centres = np.array([group.sum(axis=0) / len(group) for group in groups])
    spreads = [((group - centre) ** 2).sum(axis=0) / len(group) for group, centre in zip(groups, centres, strict=True)]
    shares = np.array([len(group) for group in groups]) / len(y)
    return np.array(classes), np.log(shares), centres, np.maximum(spreads, floor)


def scores(model, X):
    _, log_prior, mean, var = model
    return log_prior + norm.logpdf(X[:, None, :], mean, np.sqrt(var)).sum(axis=2)


def log_posterior(model, X):
    joint = scores(model, X)
    return joint - logsumexp(joint, axis=1, keepdims=True)


def some_model(draw, k=None, d=None):
    """A model that no data were fitted to, with classes of unequal shares and widths."""
    k = draw.integer(3, 6) if k is None else k
    d = int(draw.rng.choice([d for d in range(2, 7) if d != k])) if d is None else d
    shares = draw.rng.dirichlet(np.full(k, 3.0)) + 0.03
    labels = np.sort(draw.rng.choice(np.arange(-20, 60), size=k, replace=False)).astype(np.int64)
    places = draw.rng.normal(size=(k, d))
    return labels, np.log(shares / shares.sum()), places, draw.rng.uniform(0.3, 4.0, (k, d))


def samples(draw, model):
    return draw.rng.normal(size=(draw.integer(7, 13), model[2].shape[1])) * 2.0


@pytest.mark.weight(1)
def test_types_and_shapes(student, draw):
    """A GaussianNB and arrays of the right kind come back; arguments are not modified"""
    X, y, labels = clouds(draw)
    kept = student.put(X), student.put(y)
    new = student.put(X[:9] + 0.5)
    with hint("model"):
        model = student.gnb_fit(*kept)
        k, d = len(labels), X.shape[1]
        assert (model.classes.shape, model.log_prior.shape) == ((k,), (k,))
        assert (model.mean.shape, model.var.shape) == ((k, d), (k, d))
        assert model.classes.dtype == np.int64
        assert model.log_prior.dtype == model.mean.dtype == model.var.dtype == np.float64
    with hint("results"):
        logs, predicted = student.gnb_log_posterior(model, new), student.gnb_predict(model, new)
        assert (logs.shape, logs.dtype) == ((9, k), np.float64)
        assert (predicted.shape, predicted.dtype) == ((9,), np.int64)
    for part, after in zip((X, y, X[:9] + 0.5), (*kept, new), strict=True):
        assert np.array_equal(after.get(), part), hint("purity")


@pytest.mark.weight(3)
def test_fit(student, draw):
    """Classes, shares, means and variances are those of maximum likelihood"""
    for _ in range(3):
        X, y, _ = clouds(draw)
        classes, log_prior, mean, var = fitted_by_hand(X, y)
        found_classes, found_log_prior, found_mean, found_var = student.gnb_fit(X, y)
        counts = np.array([np.sum(y == label) for label in classes])[:, None]
        with hint("classes"):
            close(found_classes, classes)
        with hint("prior"):
            close(found_log_prior, log_prior)
        with hint("mean"):
            close(found_mean, mean, atol=1e-10)
        with hint(slip(found_var, var, counts)):
            # generous: a floor that was added is paid for below
            close(found_var, var, rtol=1e-6)


def slip(found, var, counts):
    """Name of the hint for wrong variances."""
    if np.shape(found) != var.shape:
        return "model"
    if np.allclose(found, var * counts / (counts - 1)):
        return "ddof"
    return "root" if np.allclose(found, np.sqrt(var)) else "var"


@pytest.mark.weight(4)
def test_log_posterior(student, draw):
    """The log probability of each class, for a model that is passed in"""
    for _ in range(3):
        X, y, labels = clouds(draw)
        model = some_model(draw, len(labels), X.shape[1])
        student.gnb_fit(X, y)  # the last fit must not matter
        new = samples(draw, model)
        found = student.gnb_log_posterior(student.GaussianNB(*model), new)
        with hint(wrong_score(found, model, fitted_by_hand(X, y), new)):
            close(found, log_posterior(model, new), atol=1e-8)


def wrong_score(found, model, last_fit, X):
    """Name of the hint for wrong log probabilities."""
    classes, log_prior, _, var = model
    if np.shape(found) != (len(X), len(classes)):
        return "results"
    if np.allclose(found, log_posterior(last_fit, X)):
        return "own-model"
    relative = found - found[:, :1]
    for name, other in (
        ("shares", scores(model, X) - log_prior),
        ("width", scores(model, X) + 0.5 * np.log(var).sum(axis=1)),
    ):
        if np.allclose(relative, other - other[:, :1]):
            return name
    right = scores(model, X)
    return "sum" if np.allclose(relative, right - right[:, :1]) else "posterior"


@pytest.mark.weight(1)
def test_probabilities_sum_to_one(student, draw):
    """The probabilities of a sample sum to 1"""
    for _ in range(2):
        model = some_model(draw)
        new = samples(draw, model)
        with hint("sum"):
            logs = student.gnb_log_posterior(student.GaussianNB(*model), new)
            close(np.exp(logs).sum(axis=1), np.ones(len(new)))


@pytest.mark.weight(1)
def test_order_of_features(student, draw):
    """Reordered features lead to the same probabilities"""
    X, y, _ = clouds(draw)
    turned = np.roll(np.arange(X.shape[1]), 1)
    with hint("feature-order"):
        first = student.gnb_log_posterior(student.gnb_fit(X, y), X)
        second = student.gnb_log_posterior(student.gnb_fit(X[:, turned], y), X[:, turned])
        close(first, second, atol=1e-8)


@pytest.mark.weight(2)
def test_predictions_are_labels(student, draw):
    """The most probable class is returned by its label"""
    for _ in range(2):
        model = some_model(draw)
        given = student.GaussianNB(*model)
        new = np.vstack([samples(draw, model), model[2]])
        with hint("labels"):
            found = np.asarray(student.gnb_predict(given, new))
            # right, or right for the student's own log probabilities: what is wrong with those is paid for above
            candidates = log_posterior(model, new), student.gnb_log_posterior(given, new)
            assert any(np.array_equal(found, model[0][np.argmax(logs, axis=1)]) for logs in candidates)


def normalised(logs):
    return logs - logsumexp(logs, axis=1, keepdims=True)


@pytest.mark.weight(2)
def test_many_features(student, draw):
    """500 features are no problem

    Features are independent within a class: with equal shares the log probabilities of blocks of features add up to
    those of all. The blocks are small enough for any order of computing, so what is wrong elsewhere is not paid again.
    """
    for size in (1.0, 100.0):  # densities that are too small, and narrow classes with densities that are too large
        labels, log_prior, mean, var = some_model(draw, d=500)
        log_prior = np.full(len(labels), -np.log(len(labels)))
        mean, var = mean * 0.1 / size, var / size**2
        new = draw.rng.normal(size=(6, 500)) * 2.0 / size

        def logs_of(part, model=(labels, log_prior, mean, var), new=new):
            labels, log_prior, mean, var = model
            return student.gnb_log_posterior(
                student.GaussianNB(labels, log_prior, mean[:, part], var[:, part]), new[:, part]
            )

        with hint("many-features"):
            blocks = sum(logs_of(slice(start, start + 25)) for start in range(0, 500, 25))
            found = logs_of(slice(None))
            assert np.isfinite(found).all()
            close(normalised(found), normalised(blocks), rtol=1e-7, atol=1e-7)


@pytest.mark.weight(1)
def test_variance_floor(student, draw):
    """The floor is the least variance, and the other variances stay as they are"""
    X, y, _ = clouds(draw)
    free = np.asarray(student.gnb_fit(X, y)[3])  # the student's own: what is wrong with it has cost its points above
    floor = float(np.median(free))
    with hint("floor"):
        close(student.gnb_fit(X, y, floor)[3], np.maximum(free, floor))


@pytest.mark.weight(2)
def test_constant_feature(student, draw):
    """A feature that does not vary gets the floor as variance, and does no harm"""
    X, y, labels = clouds(draw)
    X[:, 0] = draw.rng.uniform(0.2, 1.0)  # constant everywhere: says nothing about the class
    X[y == labels[1], 1] = draw.rng.uniform(0.2, 1.0)  # constant within one class
    model = student.gnb_fit(X, y)
    with hint("constant-feature"):
        var = np.asarray(model[3])
        close(var[:, 0], np.full(len(labels), 1e-9), rtol=1e-6)
        close(var[1, 1], 1e-9, rtol=1e-6)
        logs = student.gnb_log_posterior(model, X)
        assert np.isfinite(logs).all()
        # without the constant feature the same: it is as probable in each class
        classes, log_prior, mean, var = (np.asarray(part) for part in model)
        rest = student.GaussianNB(classes, log_prior, mean[:, 1:], var[:, 1:])
        # the floor divides by 1e-9: what rounding leaves of a difference is multiplied by 1e9
        close(normalised(logs), normalised(student.gnb_log_posterior(rest, X[:, 1:])), rtol=1e-6, atol=1e-6)


@pytest.mark.weight(1)
def test_wine(student):
    """Wines that were not seen are recognised"""
    right = []
    for train, test in WINE_FOLDS:
        model = student.gnb_fit(WINE_X[train], WINE_Y[train])
        right.append(np.asarray(student.gnb_predict(model, WINE_X[test])) == WINE_Y[test])
    # fixed data and folds: a right classifier is right on 0.97 of them whatever the student's draws, so it never fails
    assert np.concatenate(right).mean() >= 0.93, hint("wine")


WINE = np.loadtxt(Path(__file__).with_name("wine.csv"), delimiter=",", skiprows=1)
WINE_X, WINE_Y = WINE[:, :13], WINE[:, 13].astype(np.int64)


def folds(n, k=5):
    order = np.random.default_rng(2).permutation(n)
    return [(np.setdiff1d(order, part), part) for part in np.array_split(order, k)]


WINE_FOLDS = folds(len(WINE))


@pytest.mark.weight(1)
@pytest.mark.limit(20)
def test_speed(student, draw, reference):
    """Fast: 300,000 samples"""
    model = some_model(draw, k=2, d=2)
    new = draw.rng.normal(size=(300_000, 2))
    given = student.GaussianNB(*model)
    few = student.gnb_log_posterior(given, new[:50])
    with hint("loop"):
        found, seconds = student.cpu_seconds("gnb_log_posterior", given, new)
    with hint("sample-by-sample"):
        assert np.shape(found) == (300_000, 2)
        close(found[:50], few, atol=1e-8)  # the same answer as for fewer samples
    with hint("loop"):
        assert fast_enough(seconds, reference.gnb_log_posterior, reference.GaussianNB(*model), new)
