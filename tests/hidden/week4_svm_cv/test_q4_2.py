"""Hidden suite of Q4.2: train a linear SVM.

The measure is the objective, divided by the least one, which LIBSVM finds.
Ratios of the notebook's recipe with 2000 steps: breast cancer 1.072 (its draws are symmetries, which change nothing);
over 59 draws at most 1.000002 for the clouds at C = 0.01, and at most 1.005 for those far from the origin. The
thresholds are 1.25 and 1.10.
"""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer
from sklearn.svm import SVC

from autograder.judge import StudentError, close, hint, probe

HINTS = {
    "types": "svm_fit returns two things: w, a float64 vector of shape (d,), and b, one number.",
    "purity": "Your code changed an array that it was given: X -= ... works in place. Make a new array.",
    "diverged": "Your w or b is not finite, or so large that the objective is beyond all bounds. The steps are too "
    "long.",
    "accuracy-only": "The training accuracy is fine, the margin is not: the objective is more than 1.25 times the "
    "least possible. Look at what your loop makes small: is it ||w||^2 / 2 plus C times the *sum* of the slacks? Do "
    "the steps shrink, and do you return the best iterate?",
    "objective": "Your objective is more than 1.25 times the least possible, and samples are on the wrong side that "
    "need not be. Is b learned? Is the sign of the subgradient right?",
    "last-mile": "You are near (within 1.25 times the least objective), but not within 1.10. Use all n_iter steps, "
    "shrink the steps more slowly, and return the best iterate that you have seen instead of the last.",
    "cheap-slack": "With C = 0.01 the penalty of w counts most, and your objective is too large there: does your "
    "method use the C that it is given, and the sum of the slacks instead of their mean?",
    "far-away": "Far from the origin your objective is too large, although the data are easy. b is not penalised, "
    "and it has to travel far: subtract the column means, fit, and correct b.",
    "separated": "Two clouds that lie well apart should be separated without an error, wherever they lie.",
    "flipped": "With every label turned round, the problem is the same, with -w and -b for w and b. Your objective "
    "is not as good then: does some line treat +1 and -1 differently?",
    "repeatable": "The same data (and the same state of rng) should give the same w and b, whatever was fitted "
    "before.",
    "global-state": "Your code sets or uses NumPy's global random state. Draw from `rng`, or from a generator of "
    "your own.",
}

ENOUGH, NEAR = 1.25, 1.10


def value_of(w, b, X, y, C):
    return 0.5 * float(w @ w) + C * float(np.maximum(0.0, 1.0 - y * (X @ w + b)).sum())


def least_value(X, y, C):
    """Objective at LIBSVM's optimum, which is within 1e-5 of the least value, and its accuracy."""
    machine = SVC(kernel="linear", C=C, tol=1e-5, random_state=0).fit(X, y)
    return value_of(machine.coef_[0], machine.intercept_[0], X, y, C), machine.score(X, y)


def standardised_breast_cancer():
    X, target = load_breast_cancer(return_X_y=True)
    return (X - X.mean(axis=0)) / X.std(axis=0), np.where(target == 1, 1, -1)


CANCER_X, CANCER_Y = standardised_breast_cancer()
CANCER_LEAST = least_value(CANCER_X, CANCER_Y, 1.0)


def clouds(draw, n, d, apart, away=0.0, share=0.5):
    """Two normal clouds at +-apart along a direction, moved along the same direction by ``away``."""
    direction = draw.vector(d)
    direction /= np.linalg.norm(direction)
    positive = round(share * n)
    y = draw.rng.permutation(np.repeat([1, -1], [positive, n - positive]))
    X = draw.matrix(n, d) + np.outer(apart * y, direction) + away * direction * draw.rng.choice([-1.0, 1.0])
    return X, y


def fitted(student, X, y, C, *args):
    """The student's (w, b), made flat: who returns a column has paid for it in the first test."""
    w, b = student.svm_fit(X, y, C, *args)
    with hint("types"):
        assert np.size(w) == X.shape[1]
        assert np.size(b) == 1
        return np.ravel(w), float(np.squeeze(b))


def check_ratio(student, X, y, C, least, threshold, name=""):
    """Fail with a fitting hint unless the student's objective is within ``threshold`` times the least one."""
    w, b = fitted(student, X, y, C)
    best, accuracy = least
    ratio = value_of(w, b, X, y, C) / best
    assert np.isfinite(ratio) and ratio < 1e6, hint("diverged")
    if name and ratio > threshold:
        reason = name
    elif threshold == NEAR and ratio <= ENOUGH:
        reason = "last-mile"
    else:
        same_accuracy = np.mean(np.where(X @ w + b > 0, 1, -1) == y) >= accuracy - 0.03
        reason = "accuracy-only" if same_accuracy else "objective"
    assert ratio <= threshold, hint(reason)


@pytest.fixture(autouse=True)
def right_objective(student, reference):
    """A mistake in Q4.1 is paid for there.

    Only a wrong function is replaced: a right one stays in the sandbox, which spares thousands of callbacks. (They are
    also why a call may take longer here than the 5 seconds of the text.)
    """
    X, y = np.array([[2.0, 0.0], [1.0, 1.5], [-0.5, 1.0], [4.0, 1.0]]), np.array([1, -1, -1, 1])
    given = np.array([0.8, -0.3]), 0.25, X, y, 1.7
    for name in ("svm_objective", "svm_subgradient"):
        right = getattr(reference, name)
        try:
            close(getattr(student, name)(*given), right(*given))
        except (StudentError, AssertionError, TypeError, ValueError):
            student.replace(name, right)


@pytest.mark.weight(1)
def test_types_and_shapes(student, draw):
    """w is a float64 vector, b a number; arguments are not modified"""
    X, y = clouds(draw, 30, 3, 1.0, away=2.0)
    w, b = student.svm_fit(X, y, 1.0, 50)
    with hint("types"):
        assert w.shape == (3,)
        assert w.dtype == np.float64
        assert np.ndim(b) == 0
        w, b = student.svm_fit(np.round(3 * X).astype(np.int64), y, 1.0, 50)
        assert w.shape == (3,)
        assert w.dtype == np.float64
    kept = [student.put(X), student.put(y)]
    student.svm_fit(*kept, 1.0, 50)
    for value, after in zip((X, y), kept, strict=True):
        assert np.array_equal(after.get(), value), hint("purity")


def cancer(draw):
    """Rows and columns in another order, signs of columns turned: the least value stays."""
    rows, columns = draw.rng.permutation(CANCER_X.shape[0]), draw.rng.permutation(CANCER_X.shape[1])
    return CANCER_X[rows][:, columns] * draw.rng.choice([-1.0, 1.0], len(columns)), CANCER_Y[rows]


@pytest.mark.weight(2)
@pytest.mark.limit(20)
@pytest.mark.callbacks(20_000)
def test_breast_cancer(student, draw):
    """Breast cancer data, C = 1: within 1.25 times the least objective"""
    check_ratio(student, *cancer(draw), 1.0, CANCER_LEAST, ENOUGH)


@pytest.mark.weight(2)
@pytest.mark.limit(20)
@pytest.mark.callbacks(20_000)
def test_breast_cancer_near(student, draw):
    """Breast cancer data, C = 1: within 1.10 times the least objective"""
    check_ratio(student, *cancer(draw), 1.0, CANCER_LEAST, NEAR)


@pytest.mark.weight(2)
@pytest.mark.limit(20)
@pytest.mark.callbacks(20_000)
def test_cheap_slack(student, draw):
    """Overlapping clouds, C = 0.01: within 1.25 times the least objective"""
    X, y = clouds(draw, 200, 4, 1.2)
    check_ratio(student, X, y, 0.01, least_value(X, y, 0.01), ENOUGH, "cheap-slack")


@pytest.mark.weight(2)
@pytest.mark.limit(20)
@pytest.mark.callbacks(20_000)
def test_cheap_slack_near(student, draw):
    """Overlapping clouds, C = 0.01: within 1.10 times the least objective"""
    X, y = clouds(draw, 200, 4, 1.2)
    check_ratio(student, X, y, 0.01, least_value(X, y, 0.01), NEAR, "cheap-slack")


@pytest.mark.weight(2)
@pytest.mark.limit(20)
@pytest.mark.callbacks(20_000)
def test_far_away(student, draw):
    """Clouds far from the origin, C = 1: within 1.25 times the least objective"""
    X, y = clouds(draw, 200, 4, 1.3, away=12.0)
    check_ratio(student, X, y, 1.0, least_value(X, y, 1.0), ENOUGH, "far-away")


@pytest.mark.weight(2)
@pytest.mark.limit(20)
@pytest.mark.callbacks(20_000)
def test_far_away_near(student, draw):
    """Clouds far from the origin, C = 1: within 1.10 times the least objective"""
    X, y = clouds(draw, 200, 4, 1.3, away=8.0)
    check_ratio(student, X, y, 1.0, least_value(X, y, 1.0), NEAR, "far-away")


@pytest.mark.weight(1)
@pytest.mark.limit(20)
@pytest.mark.callbacks(20_000)
def test_separable_clouds(student, draw):
    """Clouds that lie well apart are separated without an error"""
    X, y = clouds(draw, 60, 3, 5.0, away=8.0)
    w, b = fitted(student, X, y, 1.0)
    assert (y * (X @ w + b) > 0).all(), hint("separated")


@pytest.mark.weight(1)
@pytest.mark.limit(20)
@pytest.mark.callbacks(20_000)
def test_flipped_labels(student, draw):
    """With all labels turned round, the objective is as good"""
    X, y = clouds(draw, 120, 3, 1.2, share=0.7)
    least = least_value(X, y, 0.1)
    check_ratio(student, X, y, 0.1, least, ENOUGH)
    check_ratio(student, X, -y, 0.1, least, ENOUGH, "flipped")


@probe
def global_state(notebook):
    """NumPy's global random state, as plain data."""
    import numpy

    name, keys, position, has_gauss, cached = numpy.random.get_state()
    return name, keys, position, has_gauss, cached


@pytest.mark.weight(1)
@pytest.mark.limit(20)
@pytest.mark.callbacks(20_000)
def test_repeatable(student, draw):
    """The same data give the same result, and the global random state stays as it is"""
    X, y = clouds(draw, 40, 2, 1.2)
    other_X, other_y = clouds(draw, 40, 2, 1.2)
    seed = draw.integer(0, 2**32)
    before = student.probe(global_state)
    first = fitted(student, X, y, 1.0, 100, np.random.default_rng(seed))
    unseeded = fitted(student, X, y, 1.0, 100)
    fitted(student, other_X, other_y, 1.0, 100)
    after = student.probe(global_state)
    with hint("global-state"):
        assert before[0] == after[0] and np.array_equal(before[1], after[1]) and before[2:] == after[2:]
    with hint("repeatable"):
        close(fitted(student, X, y, 1.0, 100, np.random.default_rng(seed)), first)
        close(fitted(student, X, y, 1.0, 100), unseeded)
