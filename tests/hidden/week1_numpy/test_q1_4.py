"""Hidden suite of Q1.4: pairwise squared distances, vectorised."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from autograder.judge import close, fast_enough, hint, probe

HINTS = {
    "float64": "The result is a float64 array of shape (n, m), also when the coordinates are integers.",
    "purity": "Your code changed an array that it was given: A **= 2 works in place. Make a new array.",
    "pairs": "Entry (i, j) belongs to row i of A and row j of B, for all pairs: shape (n, m), and n need not be m. "
    "Which axis do the squared lengths of A vary along, and which those of B? If your code raises an error here, try "
    "it with 7 rows against 5.",
    "root": "Your result is the distance; the question asks for its square.",
    "value": "Some entries are not the squared distance. Check one pair by hand, and each of the three terms of the "
    "formula for itself, with its sign and its factor 2.",
    "metric": "Distances of a set of points from itself should be symmetric, with 0 on the diagonal.",
    "moved": "Moving all points of A and B by the same vector, or turning them all by the same rotation, should not "
    "change any distance. Look at the mixed term -2 a.b.",
    "sign": "A squared distance is negative (or NaN, if you took a root). Rounding in a^2 + b^2 - 2ab can do that; "
    "clip at 0.",
    "one-of-each": "One row, or one column, is legal: the result always has two axes, (n, m). Do not squeeze.",
    "loop": "Your code is too slow for 700 x 800 pairs: a Python loop over the pairs does one tiny operation at a "
    "time. All mixed terms together are one matrix product.",
    "memory": "With n = m = 400 and d = 1000 your code does not get done: A[:, None, :] - B[None, :, :] would take "
    "1.3 GB. The matrix product needs no array larger than (n, m).",
}


def points(draw):
    n, d = draw.sizes()
    m = int(draw.rng.choice([size for size in range(3, 11) if size not in (n, d)]))
    return draw.matrix(n, d), draw.matrix(m, d)


@pytest.mark.weight(1)
def test_types_and_shapes(student, draw):
    """The result is float64 of shape (n, m); integers are welcome; arguments are not modified"""
    A, B = points(draw)
    whole = [draw.rng.integers(-9, 10, size=part.shape) for part in (A, B)]
    for pair in ((A, B), whole):
        D = student.pairwise_sq_dists(*pair)
        assert D.shape == (len(A), len(B)), hint("pairs")
        assert D.dtype == np.float64, hint("float64")
    kept = [student.put(part) for part in (A, B)]
    student.pairwise_sq_dists(*kept)
    for part, after in zip((A, B), kept, strict=True):
        assert np.array_equal(after.get(), part), hint("purity")


@pytest.mark.weight(4)
def test_squared_distances(student, draw):
    """Every entry is the squared distance of its pair"""
    for _ in range(4):
        A, B = points(draw)
        right = cdist(A, B, "sqeuclidean")
        with hint("pairs"):
            D = student.pairwise_sq_dists(A, B)
            assert D.shape == right.shape
        with hint("root" if np.allclose(D, np.sqrt(right)) else "value"):
            close(D, right)


@pytest.mark.weight(2)
def test_distances_within_a_set(student, draw):
    """Distances within one set are symmetric, with a zero diagonal"""
    for _ in range(3):
        A, _ = points(draw)
        D = student.pairwise_sq_dists(A, A)
        with hint("metric"):
            assert D.shape == (len(A), len(A))
            close(np.diag(D), np.zeros(len(A)), atol=1e-9)
            close(D, D.T, atol=1e-9)
            assert (D[~np.eye(len(A), dtype=bool)] > 0).all()


@pytest.mark.weight(2)
def test_rigid_motions_change_nothing(student, draw):
    """A common shift and a common rotation change no distance"""
    for _ in range(3):
        A, B = points(draw)
        shift = draw.vector(A.shape[1])
        shift /= np.linalg.norm(shift)
        rotation, _ = np.linalg.qr(draw.matrix(A.shape[1], A.shape[1]))
        D = student.pairwise_sq_dists(A, B)
        with hint("moved"):
            assert D.shape == (len(A), len(B))
            close(student.pairwise_sq_dists(A + shift, B + shift), D, atol=1e-9)
            close(student.pairwise_sq_dists(A @ rotation, B @ rotation), D, atol=1e-9)


@pytest.mark.weight(3)
def test_far_from_the_origin(student, draw):
    """Equal rows far from the origin never have a negative squared distance"""
    A = draw.matrix(60, 3) + 1e6
    D = student.pairwise_sq_dists(A, A)
    assert D.shape == (60, 60), hint("pairs")
    assert (D >= 0).all(), hint("sign")
    B = draw.matrix(8, 3)
    with hint("value"):  # clipping must not cost small distances elsewhere
        close(student.pairwise_sq_dists(B, B + 1e-2), cdist(B, B + 1e-2, "sqeuclidean"), atol=1e-10)


@pytest.mark.weight(1)
def test_single_rows_and_columns(student, draw):
    """One row, one column, one pair: the result keeps its two axes"""
    n = draw.integer(3, 9)
    for shape_A, shape_B in (((n, 1), (n + 2, 1)), ((1, 3), (n, 3)), ((n, 4), (1, 4)), ((1, 1), (1, 1))):
        A, B = draw.matrix(*shape_A), draw.matrix(*shape_B)
        with hint("one-of-each"):
            close(student.pairwise_sq_dists(A, B), cdist(A, B, "sqeuclidean"))


@pytest.mark.weight(3)
@pytest.mark.limit(20)
def test_speed(student, draw, reference):
    """Fast: 700 x 800 pairs with d = 20"""
    A, B = draw.rng.random((700, 20)), draw.rng.random((800, 20))
    with hint("loop"):
        D, seconds = student.cpu_seconds("pairwise_sq_dists", A, B)
    with hint("value"):
        assert D.shape == (700, 800)
        close(D[:5], cdist(A[:5], B, "sqeuclidean"))
    with hint("loop"):
        assert fast_enough(seconds, reference.pairwise_sq_dists, A, B)


@probe
def ends_of_the_table(notebook, A, B):
    """First and last row of a table that is too large to send."""
    table = notebook.pairwise_sq_dists(A, B)
    return table.shape, table[0], table[-1]


@pytest.mark.weight(2)
@pytest.mark.limit(20)
def test_memory(student, draw):
    """Modest: n = m = 400 with d = 1000 within 1 GiB"""
    A, B = draw.rng.random((400, 1000)), draw.rng.random((400, 1000))
    with hint("memory"):
        shape, first, last = student.probe(ends_of_the_table, A, B)
    with hint("value"):
        assert shape == (400, 400)
        close(np.array([first, last]), cdist(A[[0, -1]], B, "sqeuclidean"))
