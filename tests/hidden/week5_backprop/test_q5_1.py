"""Hidden suite of Q5.1: the affine layer."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.judge import close, hint

HINTS = {
    "shape": "The output has shape (n, h), and each gradient the shape of what it belongs to: dX as X, dW as W, db as "
    "b.",
    "float64": "Everything is float64, also when the samples are integers.",
    "purity": "Your code changed an array that it was given (X, W, b or dout): += and *= work in place. Make a new "
    "one.",
    "forward": "The output is not x W + b for each row x. Is b added, to every row?",
    "dX": "dX is not the upstream gradient carried back through W: which product of dout and W has the shape of X, "
    "without any reshape?",
    "dW": "dW is not the product of X and dout that the formula asks for: every sample adds x_i times dout_j.",
    "db": "db should be the sum of dout over the samples: each row moves the loss, and the slopes add up.",
    "adjoint": "For a small change of an input, the change of the output weighted by dout should equal the change of "
    "the input weighted by its gradient. Does your backward step use dout at all?",
    "one": "One sample, one feature or one output is legal: every result keeps its axes. Do not squeeze.",
    "square": "With as many outputs as inputs a transposed matrix has the right shape and the wrong numbers.",
    "cache": "A backward step after two forward steps used what the wrong one left: the cache belongs to its own "
    "call. Return it; do not keep it in a global name.",
}


def layer(draw, n=None, d=None, h=None):
    """Inputs of a layer and an upstream gradient; n, d and h all different unless they are given."""
    sizes = draw.rng.permutation([3, 4, 5, 6, 7])[:3]
    n, d, h = (int(size) if wanted is None else wanted for size, wanted in zip(sizes, (n, d, h), strict=True))
    return draw.matrix(n, d), draw.matrix(d, h), draw.vector(h), draw.matrix(n, h)


def forward_and_back(student, X, W, b, dout):
    out, cache = student.affine_forward(X, W, b)
    return out, student.affine_backward(dout, cache)


@pytest.mark.weight(1)
def test_types_and_shapes(student, draw):
    """Output and gradients are float64 and have the right shapes; integers are welcome"""
    X, W, b, dout = layer(draw)
    for given in (X, draw.rng.integers(-4, 5, size=X.shape)):
        out, (dX, dW, db) = forward_and_back(student, given, W, b, dout)
        for result, shape in ((out, dout.shape), (dX, X.shape), (dW, W.shape), (db, b.shape)):
            assert result.shape == shape, hint("shape")
            assert result.dtype == np.float64, hint("float64")
    whole = [draw.rng.integers(-4, 5, size=part.shape) for part in (X, W, b)]
    out, _ = student.affine_forward(*whole)
    assert out.dtype == np.float64, hint("float64")


@pytest.mark.weight(1)
def test_arguments_stay_as_they_are(student, draw):
    """Your arguments are not modified"""
    given = layer(draw)
    kept = [student.put(part) for part in given]
    _, cache = student.affine_forward(*kept[:3])
    student.affine_backward(kept[3], cache)
    for part, after in zip(given, kept, strict=True):
        assert np.array_equal(after.get(), part), hint("purity")


@pytest.mark.weight(2)
def test_forward(student, draw):
    """The output is x W + b, row by row"""
    for _ in range(4):
        X, W, b, _ = layer(draw)
        with hint("forward"):
            out, _ = student.affine_forward(X, W, b)
            close(out, np.array([[sum(x * W[:, j]) + b[j] for j in range(len(b))] for x in X]))


@pytest.mark.weight(4)
def test_gradients(student, draw):
    """All three gradients, for any upstream gradient"""
    for _ in range(4):
        X, W, b, dout = layer(draw)
        _, (dX, dW, db) = forward_and_back(student, X, W, b, dout)
        with hint("dX"):
            close(dX, np.einsum("ij,kj->ik", dout, W))
        with hint("dW"):
            close(dW, np.einsum("ik,ij->kj", X, dout))
        with hint("db"):
            close(db, np.einsum("ij->j", dout))


@pytest.mark.weight(2)
def test_small_changes_are_predicted(student, draw):
    """The gradients predict what a change of the inputs does to your own output"""
    for _ in range(3):
        X, W, b, dout = layer(draw)
        out, gradients = forward_and_back(student, X, W, b, dout)
        for place, gradient in enumerate(gradients):
            moved = [X, W, b]
            change = draw.rng.normal(size=moved[place].shape)
            moved[place] = moved[place] + change  # the layer is linear in each of its inputs: no small step is needed
            after, _ = student.affine_forward(*moved)
            with hint("adjoint"):
                close(np.sum(gradient * change), np.sum(dout * (after - out)), rtol=1e-8, atol=1e-9)


@pytest.mark.weight(1)
def test_one_sample_one_feature_one_output(student, draw):
    """One sample, one feature, one output: the axes stay"""
    for sizes in ((1, 4, 3), (5, 1, 3), (5, 4, 1), (1, 1, 1)):
        X, W, b, dout = layer(draw, *sizes)
        with hint("one"):
            out, (dX, dW, db) = forward_and_back(student, X, W, b, dout)
            close(out, X @ W + b)
            close([dX, dW, db], [dout @ W.T, X.T @ dout, dout.sum(axis=0)])


@pytest.mark.weight(1)
def test_square_layer(student, draw):
    """As many samples as inputs as outputs: shapes tell nothing"""
    X, W, b, dout = layer(draw, 4, 4, 4)
    with hint("square"):
        _, (dX, dW, _) = forward_and_back(student, X, W, b, dout)
        close([dX, dW], [dout @ W.T, X.T @ dout])


@pytest.mark.weight(2)
def test_two_forward_steps_before_a_backward_step(student, draw):
    """Each backward step uses the cache of its own forward step"""
    first, second = layer(draw, 5, 3, 4), layer(draw, 5, 3, 4)
    caches = [student.affine_forward(*given[:3])[1] for given in (first, second)]
    for (X, W, _, dout), cache in zip((first, second), caches, strict=True):
        with hint("cache"):
            close(student.affine_backward(dout, cache)[:2], [dout @ W.T, X.T @ dout])
