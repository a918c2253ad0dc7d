"""Hidden suite of Q5.8: a convolution, forward and back.

The oracle walks over output pixels and patches, as the formula is read; it is slow, so the images are small.
"""

from __future__ import annotations

import numpy as np
import pytest

from autograder.judge import close, hint

HINTS = {
    "shape": "The output has shape (n, f, height - kh + 1, width - kw + 1), and each gradient the shape of what it "
    "belongs to. Kernels and images need not be square: which of kh and kw belongs to which axis?",
    "float64": "Everything is float64, also when images or kernels hold integers.",
    "purity": "Your code changed an array that it was given (X, W, b or dout). Make a new one.",
    "forward": "The output is not the sum over channels and kernel entries, plus the filter's offset. Is the kernel "
    "used as it is, not flipped? Are all channels added up, and the offset once?",
    "dX": "dX is not what comes back to each pixel: every patch that contains it sends something, from every filter, "
    "and it adds up. Pixels at the border are in fewer patches, not in none.",
    "dW": "dW is not the sum over images and output pixels of dout times the pixel that the kernel entry looked at.",
    "db": "db should be the sum of dout over images and pixels, one number a filter.",
    "adjoint": "For a change of an input, the change of the output weighted by dout should equal the change of "
    "the input weighted by its gradient. Does your backward step use dout at all?",
    "edge": "A kernel of one pixel and a kernel as large as the image are legal, and so is a single image, channel or "
    "filter: every result keeps its axes.",
    "cache": "A backward step after two forward steps used what the wrong one left: the cache belongs to its own "
    "call. Return it; do not keep it in a global name.",
}


def layer(draw, n=None, c=None, f=None, image=(5, 7), kernel=(2, 3)):
    """Inputs of a layer and an upstream gradient; n, c and f all different unless they are given."""
    sizes = draw.rng.permutation([2, 3, 4])
    n, c, f = (int(size) if wanted is None else wanted for size, wanted in zip(sizes, (n, c, f), strict=True))
    out = image[0] - kernel[0] + 1, image[1] - kernel[1] + 1
    normal = draw.rng.normal
    return normal(size=(n, c, *image)), normal(size=(f, c, *kernel)), normal(size=f), normal(size=(n, f, *out))


def convolve(X, W, b):
    kh, kw = W.shape[2:]
    out = np.empty((len(X), len(W), X.shape[2] - kh + 1, X.shape[3] - kw + 1))
    for i, j in np.ndindex(out.shape[2:]):
        out[:, :, i, j] = np.einsum("ncpq,fcpq->nf", X[:, :, i : i + kh, j : j + kw], W) + b
    return out


def gradients(X, W, dout):
    kh, kw = W.shape[2:]
    dX, dW = np.zeros(X.shape), np.zeros(W.shape)
    for i, j in np.ndindex(dout.shape[2:]):
        dX[:, :, i : i + kh, j : j + kw] += np.einsum("nf,fcpq->ncpq", dout[:, :, i, j], W)
        dW += np.einsum("nf,ncpq->fcpq", dout[:, :, i, j], X[:, :, i : i + kh, j : j + kw])
    return dX, dW, np.einsum("nfij->f", dout)


def forward_and_back(student, X, W, b, dout):
    out, cache = student.conv2d_forward(X, W, b)
    return out, student.conv2d_backward(dout, cache)


@pytest.mark.weight(1)
def test_types_and_shapes(student, draw):
    """Output and gradients are float64 and have the right shapes; integers are welcome"""
    X, W, b, dout = layer(draw)
    for given in (X, draw.rng.integers(-4, 5, size=X.shape)):
        out, (dX, dW, db) = forward_and_back(student, given, W, b, dout)
        for result, shape in ((out, dout.shape), (dX, X.shape), (dW, W.shape), (db, b.shape)):
            assert result.shape == shape, hint("shape")
            assert result.dtype == np.float64, hint("float64")
    out, _ = student.conv2d_forward(*(draw.rng.integers(-4, 5, size=part.shape) for part in (X, W, b)))
    assert out.dtype == np.float64, hint("float64")


@pytest.mark.weight(1)
def test_arguments_stay_as_they_are(student, draw):
    """Your arguments are not modified"""
    given = layer(draw)
    kept = [student.put(part) for part in given]
    _, cache = student.conv2d_forward(*kept[:3])
    student.conv2d_backward(kept[3], cache)
    for part, after in zip(given, kept, strict=True):
        assert np.array_equal(after.get(), part), hint("purity")


@pytest.mark.weight(2)
def test_forward(student, draw):
    """Filters on images of several channels, a kernel without symmetry"""
    for kernel in ((2, 3), (3, 2), (3, 3)):
        X, W, b, _ = layer(draw, kernel=kernel)
        with hint("forward"):
            close(student.conv2d_forward(X, W, b)[0], convolve(X, W, b))


@pytest.mark.weight(4)
def test_gradients(student, draw):
    """All three gradients, for any upstream gradient"""
    for kernel in ((2, 3), (3, 2), (3, 3)):
        X, W, b, dout = layer(draw, kernel=kernel)
        _, (dX, dW, db) = forward_and_back(student, X, W, b, dout)
        right = gradients(X, W, dout)
        for name, found, expected in zip(("dX", "dW", "db"), (dX, dW, db), right, strict=True):
            with hint(name):
                close(found, expected)


@pytest.mark.weight(2)
def test_small_changes_are_predicted(student, draw):
    """The gradients predict what a change of the inputs does to your own output"""
    X, W, b, dout = layer(draw)
    out, found = forward_and_back(student, X, W, b, dout)
    for place, gradient in enumerate(found):
        moved = [X, W, b]
        change = draw.rng.normal(size=moved[place].shape)
        moved[place] = moved[place] + change  # linear in each of its inputs: no small step is needed
        after, _ = student.conv2d_forward(*moved)
        with hint("adjoint"):
            close(np.sum(gradient * change), np.sum(dout * (after - out)), rtol=1e-8, atol=1e-9)


@pytest.mark.weight(1)
def test_smallest_and_largest_kernels(student, draw):
    """A kernel of one pixel, one as large as the image, and one of everything"""
    cases = ({"kernel": (1, 1)}, {"kernel": (5, 7)}, {"n": 1, "c": 1, "f": 1}, {"image": (3, 1), "kernel": (2, 1)})
    for case in cases:
        X, W, b, dout = layer(draw, **case)
        with hint("edge"):
            out, found = forward_and_back(student, X, W, b, dout)
            close(out, convolve(X, W, b))
            close(list(found), list(gradients(X, W, dout)))


@pytest.mark.weight(1)
def test_two_forward_steps_before_a_backward_step(student, draw):
    """Each backward step uses the cache of its own forward step"""
    first, second = layer(draw, 2, 3, 4), layer(draw, 2, 3, 4)
    caches = [student.conv2d_forward(*given[:3])[1] for given in (first, second)]
    for (X, W, _, dout), cache in zip((first, second), caches, strict=True):
        with hint("cache"):
            close(list(student.conv2d_backward(dout, cache)[:2]), list(gradients(X, W, dout)[:2]))
