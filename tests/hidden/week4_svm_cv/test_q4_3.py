"""Hidden suite of Q4.3: kernels, vectorised."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import cdist
from sklearn.metrics import pairwise

from autograder.judge import close, fast_enough, hint

HINTS = {
    "types": "A kernel matrix is float64 of shape (n, m), also for integers; is_psd returns True or False.",
    "purity": "Your code changed an array that it was given. Make a new one.",
    "pairs": "Entry (i, j) belongs to row i of A and row j of B, and n need not be m. Try it with 7 rows against 5.",
    "rbf": "Some entries are not exp(-gamma ||a - b||^2). Check one pair by hand: the sum of squared differences, "
    "times gamma, with a minus.",
    "width": "You use gamma as a width (it stands below the fraction line). Here it is a factor of the squared "
    "distance.",
    "squared": "You use the distance; the kernel has its square.",
    "rbf-properties": "The kernel matrix of a set with itself should be symmetric with ones on the diagonal, all "
    "entries between 0 and 1, and positive semidefinite.",
    "polynomial": "Some entries are not (a.b + coef0)^degree. coef0 is added before the power is taken.",
    "scaled": "You multiply a.b with a factor such as 1/d, as some libraries do. Here there is none.",
    "features": "For degree 2 and two features the kernel should be the scalar product of the six features in the "
    "worked example.",
    "psd-yes": "You refuse a matrix that is positive semidefinite. Negative *entries* are no problem, and neither "
    "are eigenvalues that are zero up to rounding.",
    "psd-no": "You accept a matrix that has a negative eigenvalue. Positive entries, a positive diagonal or a "
    "positive determinant do not exclude one: look at the eigenvalues themselves.",
    "psd-symmetric": "A matrix that is not symmetric (beyond tol), or not square, is not positive semidefinite: "
    "False. eigvalsh and cholesky look at one triangle only, and do not notice.",
    "psd-tol": "tol is absolute, and whoever calls may change it: eigenvalues down to -tol pass, whatever the size "
    "of the largest one; below -tol they do not.",
    "loop": "Your code is too slow for 700 x 800 pairs: a Python loop over the pairs does one tiny operation at a "
    "time.",
}


def two_sets(draw):
    n, d = draw.sizes()
    m = int(draw.rng.choice([size for size in range(3, 11) if size not in (n, d)]))
    return draw.matrix(n, d), draw.matrix(m, d)


@pytest.mark.weight(1)
def test_types_and_shapes(student, draw):
    """Kernel matrices are float64 of shape (n, m), is_psd says True or False; arguments are not modified"""
    A, B = two_sets(draw)
    whole = [draw.rng.integers(-3, 4, size=part.shape) for part in (A, B)]
    for pair in ((A, B), whole):
        for K in (student.rbf_kernel(*pair, 0.3), student.polynomial_kernel(*pair, 2, 1)):
            assert K.shape == (len(A), len(B)), hint("pairs")
            assert K.dtype == np.float64, hint("types")
    kept = [student.put(part) for part in (A, B, A @ A.T)]
    student.rbf_kernel(*kept[:2], 0.3)
    student.polynomial_kernel(*kept[:2], 3)
    with hint("types"):
        assert isinstance(student.is_psd(kept[2]), (bool, np.bool_))
    for part, after in zip((A, B, A @ A.T), kept, strict=True):
        assert np.array_equal(after.get(), part), hint("purity")


@pytest.mark.weight(2)
def test_rbf(student, draw):
    """Every entry of the RBF kernel matrix is that of its pair"""
    for _ in range(3):
        A, B = two_sets(draw)
        gamma = float(draw.rng.uniform(0.1, 0.6))
        right = pairwise.rbf_kernel(A, B, gamma)
        K = student.rbf_kernel(A, B, gamma)
        with hint("pairs"):
            assert K.shape == right.shape
        slips = {
            "width": np.exp(-cdist(A, B, "sqeuclidean") / (2 * gamma**2)),
            "squared": np.exp(-gamma * cdist(A, B)),
        }
        with hint(next((name for name, slip in slips.items() if np.allclose(K, slip)), "rbf")):
            close(K, right)


@pytest.mark.weight(1)
def test_rbf_of_a_set_with_itself(student, draw):
    """The RBF kernel matrix of a set is symmetric with ones on the diagonal, and positive semidefinite"""
    for place in (0.0, 0.0, 100.0):  # away from the origin the squared lengths cancel, and their rounding shows
        A = draw.matrix(*draw.sizes()) + place
        K = student.rbf_kernel(A, A, float(draw.rng.uniform(0.1, 2.0)))
        with hint("rbf-properties"):
            assert K.shape == (len(A), len(A))
            close(np.diag(K), np.ones(len(A)), atol=1e-8)
            close(K, K.T, atol=1e-8)
            assert (K >= 0).all() and (K <= 1 + 1e-8).all()
            assert np.linalg.eigvalsh((K + K.T) / 2).min() > -1e-7


@pytest.mark.weight(2)
def test_polynomial(student, draw):
    """Every entry of the polynomial kernel matrix is that of its pair"""
    for degree in (1, 2, 3):
        A, B = two_sets(draw)
        coef0 = float(draw.rng.uniform(0.5, 2.0))
        right = pairwise.polynomial_kernel(A, B, degree=degree, gamma=1.0, coef0=coef0)
        K = student.polynomial_kernel(A, B, degree, coef0)
        with hint("pairs"):
            assert K.shape == right.shape
        per_feature = (A @ B.T / A.shape[1] + coef0) ** degree
        with hint("scaled" if np.allclose(K, per_feature) else "polynomial"):
            close(K, right, atol=1e-9)
            close(student.polynomial_kernel(A, B, degree), (A @ B.T + 1.0) ** degree, atol=1e-9)


@pytest.mark.weight(1)
def test_six_features(student, draw):
    """For degree 2 and two features the kernel is a scalar product of six features"""
    root = np.sqrt(2.0)
    A, B = draw.matrix(draw.integer(5, 9), 2), draw.matrix(4, 2)
    of_A, of_B = (
        np.column_stack([np.ones(len(X)), root * X, X**2, root * X[:, 0] * X[:, 1]]) for X in (A, B)
    )
    with hint("features"):
        close(student.polynomial_kernel(A, B, 2), of_A @ of_B.T, atol=1e-9)


def with_eigenvalues(draw, values):
    """A symmetric matrix with these eigenvalues."""
    turn, _ = np.linalg.qr(draw.matrix(len(values), len(values)))
    K = (turn * values) @ turn.T
    return (K + K.T) / 2


@pytest.mark.weight(1)
def test_psd_is_recognised(student, draw):
    """Positive semidefinite matrices are recognised, singular ones too"""
    for rank in (1, 2, 3, 8):
        G = draw.matrix(8, rank)
        assert student.is_psd(G @ G.T), hint("psd-yes")
    assert student.is_psd(np.zeros((3, 3))), hint("psd-yes")
    assert student.is_psd(np.diag([4.0, 0.0, 1.0])), hint("psd-yes")


@pytest.mark.weight(1)
def test_negative_eigenvalues_are_noticed(student, draw):
    """A matrix with a negative eigenvalue is not positive semidefinite"""
    n = draw.integer(4, 8)
    one, two = draw.rng.uniform(0.5, 2.0, n), draw.rng.uniform(0.5, 2.0, n)
    one[0] = -1e-3
    two[:2] = -1e-3, -2e-3  # an even number of them: the determinant is positive
    assert not student.is_psd(with_eigenvalues(draw, one)), hint("psd-no")
    assert not student.is_psd(with_eigenvalues(draw, two)), hint("psd-no")
    c = draw.rng.uniform(1.0, 3.0)
    # all entries positive, and n - 1 eigenvalues are -c / 2
    assert not student.is_psd(np.full((5, 5), c) - 0.5 * c * np.eye(5)), hint("psd-no")


@pytest.mark.weight(1)
def test_symmetry_is_asked_for(student, draw):
    """A matrix that is not symmetric, or not square, is not positive semidefinite"""
    for _ in range(2):
        K = with_eigenvalues(draw, draw.rng.uniform(0.5, 2.0, draw.integer(4, 8)))
        for i, j in ((0, 2), (3, 1)):  # once above and once below the diagonal
            skewed = K.copy()
            skewed[i, j] += 1e-3
            assert not student.is_psd(skewed), hint("psd-symmetric")
    with hint("psd-symmetric"):
        assert not student.is_psd(draw.matrix(4, 3))


@pytest.mark.weight(1)
def test_tolerance(student, draw):
    """The tolerance is absolute, and the caller's"""
    n = draw.integer(4, 8)
    values = draw.rng.uniform(0.5, 2.0, n)
    values[0] = -1e-6
    K = with_eigenvalues(draw, values)
    skewed = with_eigenvalues(draw, np.abs(values) + 0.1)
    skewed[0, 1] += 1e-5
    large = with_eigenvalues(draw, np.append(values[1:] * 1e5, -1e-5))
    with hint("psd-tol"):
        assert not student.is_psd(K)
        assert student.is_psd(K, 1e-4)
        assert not student.is_psd(skewed)
        assert student.is_psd(skewed, 1e-4)
        assert not student.is_psd(large, 1e-6)


@pytest.mark.weight(1)
@pytest.mark.limit(20)
def test_speed(student, draw, reference):
    """Fast: 700 x 800 pairs with d = 20"""
    A, B = draw.rng.random((700, 20)), draw.rng.random((800, 20))
    with hint("loop"):
        K, seconds = student.cpu_seconds("rbf_kernel", A, B, 0.5)
        assert fast_enough(seconds, reference.rbf_kernel, A, B, 0.5)
    with hint("rbf"):
        assert K.shape == (700, 800)
        close(K[:5], pairwise.rbf_kernel(A[:5], B, 0.5))
    with hint("loop"):
        K, seconds = student.cpu_seconds("polynomial_kernel", A, B, 3)
        assert fast_enough(seconds, reference.polynomial_kernel, A, B, 3)
    with hint("polynomial"):
        assert K.shape == (700, 800)
        close(K[:5], (A[:5] @ B.T + 1.0) ** 3)
