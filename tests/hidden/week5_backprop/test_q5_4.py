"""Hidden suite of Q5.4: loss and gradients of the two-layer network."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.judge import close, fast_enough, hint

HINTS = {
    "shape": "mlp_forward returns logits of shape (n, K); the loss is a float; the gradients are a dictionary with "
    "the keys of params, each a float64 array with the shape of its parameter.",
    "purity": "Your code changed params, X or y. Gradients and updates need arrays of their own.",
    "logits": "The logits are relu(X W1 + b1) W2 + b2: a bend after the first layer, and none after the second.",
    "loss": "The loss is not the mean cross-entropy of the logits plus l2 / 2 times the sum of squares of W1 and W2.",
    "W1": "The gradient of W1 is wrong. It needs the slopes of the hidden layer *before* its bend: where does the "
    "ReLU's mask come from, and is it applied?",
    "b1": "The gradient of b1 is wrong. It is the sum over the samples of the slopes before the bend, and has no "
    "penalty.",
    "W2": "The gradient of W2 is wrong. It multiplies the hidden layer *after* its bend with the slopes of the "
    "logits; the penalty adds l2 W2, with no other factor.",
    "b2": "The gradient of b2 is wrong. It is the sum over the samples of the slopes of the logits, and has no "
    "penalty.",
    "dead": "A hidden unit that is 0 for every sample should have no gradient at all: nothing reaches the loss "
    "through it.",
    "decay": "With a penalty the gradient of a weight should grow by exactly l2 times the weight, and that of an "
    "offset not at all.",
    "one": "One sample, or one hidden unit, is legal: every result keeps its axes.",
    "twice": "A second call with other parameters gives the wrong gradients: something of the first call is left "
    "over.",
    "loop": "Your code is too slow for 120,000 samples: a Python loop over the samples does one tiny operation at a "
    "time. Let whole matrices go through the layers.",
}
NAMES = ("W1", "b1", "W2", "b2")


@pytest.fixture(autouse=True)
def right_layers(student, reference):
    """A mistake in Q5.1 to Q5.3 is paid for there: whoever builds on them gets right ones here."""
    for name in ("affine_forward", "affine_backward", "relu_forward", "relu_backward", "softmax_cross_entropy"):
        student.replace(name, getattr(reference, name))


def problem(draw, n=None, h=None):
    """Parameters, samples and labels; all sizes different unless they are given."""
    sizes = [int(size) for size in draw.rng.permutation([3, 4, 5, 6, 7])[:4]]
    d, K, n, h = sizes[0], sizes[1], n or sizes[2] + 3, h or sizes[3]
    params = {"W1": draw.matrix(d, h), "b1": draw.vector(h), "W2": draw.matrix(h, K), "b2": draw.vector(K)}
    X = draw.matrix(n, d)
    y = draw.rng.integers(0, K, size=n)
    return params, X, y


def logits_of(params, X):
    A = X @ params["W1"] + params["b1"]
    return (A * (A.real > 0)) @ params["W2"] + params["b2"]


def loss_of(params, X, y, l2):
    """The loss written down once more; it takes complex parameters too."""
    Z = logits_of(params, X)
    Z = Z - Z.real.max(axis=1, keepdims=True)
    surprise = np.log(np.exp(Z).sum(axis=1)) - Z[np.arange(len(y)), y]
    return surprise.mean() + l2 / 2 * ((params["W1"] ** 2).sum() + (params["W2"] ** 2).sum())


def gradient_of(name, params, X, y, l2):
    """Slopes by a complex step: exact to rounding, and no difference is taken.

    W. Squire and G. Trapp, Using complex variables to estimate derivatives of real functions, SIAM Review 40 (1998).
    """
    slopes = np.zeros(params[name].shape)
    for place in np.ndindex(slopes.shape):
        moved = params[name].astype(complex)
        moved[place] += 1e-30j
        slopes[place] = loss_of({**params, name: moved}, X, y, l2).imag / 1e-30
    return slopes


def error(a, b):
    return np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b))


@pytest.mark.weight(1)
def test_types_keys_and_shapes(student, draw):
    """Logits, loss and gradients have the right types, keys and shapes"""
    params, X, y = problem(draw)
    assert student.mlp_forward(params, X).shape == (len(X), len(params["b2"])), hint("shape")
    loss, grads = student.mlp_loss_and_grads(params, X, y, 0.1)
    assert isinstance(loss, float), hint("shape")
    assert set(grads) == set(NAMES), hint("shape")
    for name in NAMES:
        assert grads[name].shape == params[name].shape and grads[name].dtype == np.float64, hint("shape")


@pytest.mark.weight(1)
def test_arguments_stay_as_they_are(student, draw):
    """Your arguments are not modified"""
    given = problem(draw)
    kept = [student.put(part) for part in given]
    student.mlp_forward(*kept[:2])
    student.mlp_loss_and_grads(*kept, 0.5)
    with hint("purity"):
        close([part.get() for part in kept], list(given), rtol=0, atol=0)


@pytest.mark.weight(2)
def test_logits(student, draw):
    """The forward pass"""
    for _ in range(3):
        params, X, _ = problem(draw)
        with hint("logits"):
            close(student.mlp_forward(params, X), logits_of(params, X))


@pytest.mark.weight(3)
def test_loss(student, draw):
    """Cross-entropy plus penalty"""
    for l2 in (0.0, 0.01, 0.7, draw.rng.uniform(0.1, 2)):
        params, X, y = problem(draw)
        with hint("loss"):
            close(student.mlp_loss_and_grads(params, X, y, l2)[0], float(loss_of(params, X, y, l2)))


@pytest.mark.weight(2)
@pytest.mark.parametrize("name", NAMES)
def test_gradient(student, draw, name):
    """The gradient of each parameter, on ten networks"""
    for number in range(10):
        params, X, y = problem(draw)
        l2 = (0.0, 0.3)[number % 2]
        with hint(name):
            grads = student.mlp_loss_and_grads(params, X, y, l2)[1]
            assert grads[name].shape == params[name].shape
            assert error(grads[name], gradient_of(name, params, X, y, l2)) < 1e-7


@pytest.mark.weight(1)
def test_dead_unit(student, draw):
    """A hidden unit that never fires has no gradient"""
    params, X, y = problem(draw)
    dead = draw.integer(0, len(params["b1"]))
    params["b1"][dead] = -1e3
    with hint("dead"):
        grads = student.mlp_loss_and_grads(params, X, y, 0.0)[1]
        for part in (grads["W1"][:, dead], grads["b1"][dead], grads["W2"][dead]):
            assert np.all(part == 0)
        assert np.abs(grads["W1"]).max() > 0


@pytest.mark.weight(2)
def test_weight_decay(student, draw):
    """The penalty adds l2 W to the gradient of each weight, and nothing to those of the offsets"""
    params, X, y = problem(draw)
    l2 = draw.rng.uniform(0.5, 2)
    without, within = (student.mlp_loss_and_grads(params, X, y, penalty)[1] for penalty in (0.0, l2))
    for name in NAMES:
        expected = l2 * params[name] if name.startswith("W") else np.zeros(params[name].shape)
        with hint("decay"):
            close(within[name] - without[name], expected, rtol=1e-9, atol=1e-11)


@pytest.mark.weight(1)
def test_one_sample_one_unit(student, draw):
    """One sample, or one hidden unit: the axes stay"""
    for n, h in ((1, None), (None, 1), (1, 1)):
        params, X, y = problem(draw, n, h)
        with hint("one"):
            assert student.mlp_forward(params, X).shape == (len(X), len(params["b2"]))
            _, grads = student.mlp_loss_and_grads(params, X, y, 0.2)
            for name in NAMES:
                close(grads[name], gradient_of(name, params, X, y, 0.2), rtol=1e-7, atol=1e-9)


@pytest.mark.weight(1)
def test_calls_do_not_remember(student, draw):
    """A second call knows nothing of the first"""
    params, X, y = problem(draw)
    student.mlp_loss_and_grads(params, X, y, 0.1)
    other = {name: value + draw.rng.normal(size=value.shape) for name, value in params.items()}
    with hint("twice"):
        grads = student.mlp_loss_and_grads(other, X, y, 0.1)[1]
        assert error(grads["W2"], gradient_of("W2", other, X, y, 0.1)) < 1e-7
        assert error(grads["b1"], gradient_of("b1", other, X, y, 0.1)) < 1e-7


@pytest.mark.weight(1)
@pytest.mark.limit(20)
@pytest.mark.callbacks(100_000)
def test_speed(student, draw, reference):
    """Fast: 120,000 samples, d = 5, h = 8, K = 3"""
    n, d, h, K = 120_000, 5, 8, 3
    params = {"W1": draw.matrix(d, h), "b1": draw.vector(h), "W2": draw.matrix(h, K), "b2": draw.vector(K)}
    X, y = draw.matrix(n, d), draw.rng.integers(0, K, size=n)
    with hint("loop"):
        (loss, _), seconds = student.cpu_seconds("mlp_loss_and_grads", params, X, y, 0.1)
    with hint("loss"):
        close(loss, float(loss_of(params, X, y, 0.1)))
    with hint("loop"):
        assert fast_enough(seconds, reference.mlp_loss_and_grads, params, X, y, 0.1, factor=10)
