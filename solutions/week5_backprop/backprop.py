# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Week 5: backpropagation by hand
#
# A network is a chain of simple steps: a linear map, a bend, a linear map, a loss. Last weeks you walked downhill with a
# gradient that you derived on paper. For a network nobody derives the whole gradient on paper, and nobody has to:
# the chain rule lets every step look after itself. On the way **forward** each step computes its output and keeps what it
# will need; on the way **back** it is told how much the loss changes with its output, and answers how much the loss changes
# with its inputs. That is all of backpropagation. This week you write the steps, put them together, build a tool that
# finds mistakes in them, then build the whole idea a second time for single numbers, and train a network on digits.
#
# | question | points | comes back in |
# | --- | --- | --- |
# | Q5.1 Affine layer | 12 | Q5.4, week 6 |
# | Q5.2 ReLU and inverted dropout | 10 | Q5.4, week 6 |
# | Q5.3 Softmax cross-entropy | 14 | Q5.4, week 6 |
# | Q5.4 Two-layer network: loss and gradients, *vectorised* | 20 | Q5.7 |
# | Q5.5 A gradient checker | 10 | |
# | Q5.6 A scalar autograd engine | 18 | |
# | Q5.7 Train on digits | 16 | week 6 |
# | Q5.8 A convolution, forward and back | 10 extra | week 6 |
# | Looking back (in words) | 4 extra | |
#
# Each question has the same four parts: why we want it, a small example that runs, **your function**, and a cell of
# checks. The checks here are a beginning; after you submit, the grader asks more questions of the same kind with
# inputs of its own. Run the notebook from top to bottom whenever you like: what you have not solved yet raises
# `NotImplementedError` and stops nothing else.

# %% [markdown]
# ## Rules for every question
#
# 1. Arrays are data matrices, one sample a row: `X` has shape `(n, d)`. A vector has shape `(n,)`, never `(n, 1)`.
# 2. Return `float64` unless the signature says otherwise, also when the input holds integers. A scalar is a `float`.
# 3. Do not modify your arguments. Do not print. Do not read or write files.
# 4. Do not set or use the global random state (`np.random.seed`, `np.random.rand`). Randomness comes from the argument `rng`.
# 5. Invalid input that the docstring names raises `ValueError` with a message.
# 6. *Vectorised* marks the question with a speed test: no Python loop over samples. The size is in the text.
#
# **NumPy and SciPy only.** `torch`, `tensorflow`, `jax`, `autograd` and `keras` cannot be imported while your answers are
# tested, and an answer that uses one gets no points; in Q5.7 the same holds for `sklearn`. `log` is the natural logarithm.
#
# Where a question builds on an earlier one, the grader puts right versions of the earlier functions in place of yours
# before it tests the later one. A mistake is paid for once.

# %% nbgrader={"grade": false, "grade_id": "setup", "locked": true, "schema_version": 3, "solution": false, "task": false}
from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from numpy.typing import NDArray

F = NDArray[np.float64]
I = NDArray[np.int64]
Params = dict[str, F]  # arrays by name, for example "W1", "b1", "W2", "b2"


def numerical_vjp(f: Callable[[F], F], x: F, dout: F, h: float = 1e-5) -> F:
    """Measure how ``sum(dout * f(x))`` changes with each entry of ``x``, by central differences.

    For checks of your own: this is what the backward step of ``f`` should return when it is told ``dout``.
    """
    x = np.array(x, dtype=np.float64)
    slopes = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        kept = x[place]
        x[place] = kept + h
        above = np.sum(dout * f(x))
        x[place] = kept - h
        below = np.sum(dout * f(x))
        x[place] = kept
        slopes[place] = (above - below) / (2 * h)
    return slopes


# %% [markdown]
# ## Q5.1 Affine layer (12 points)
#
# "The action of a layer is mostly linear": $Y = XW + b$, for all samples at once, with the vector $b$ added to each row.
#
# Let $L$ be the loss, a single number at the far end of the network. The layer does not know $L$. On the way back it is
# told the array `dout` of the slopes $\partial L / \partial Y_{ij}$, of the same shape as $Y$, and by the chain rule
#
# $$\frac{\partial L}{\partial X} = \mathtt{dout}\; W^\top, \qquad
# \frac{\partial L}{\partial W} = X^\top\, \mathtt{dout}, \qquad
# \frac{\partial L}{\partial b_j} = \sum_i \mathtt{dout}_{ij}.$$
#
# Two ways to remember them. *By shape*: a gradient has the shape of what it belongs to, and there is only one product that
# has it. *By paths*: $b_j$ reaches the loss through every row $i$, so the slopes of all rows **add up**; they are not averaged. (The
# average of the loss over samples is somebody else's business: Q5.3.)
#
# The forward step also returns a **cache**: whatever the backward step will need. It may be any object. It belongs to that
# one forward call: a network with two affine layers calls `affine_forward` twice before it calls `affine_backward` once.

# %%
# Worked example: one number in, one number out, y = 3 x + 1, followed by the loss L = y^2 at x = 2.
x_in, slope, offset = 2.0, 3.0, 1.0
y_out = slope * x_in + offset
dL_dy = 2 * y_out  # what the next step tells us: the loss changes by 14 for each unit of y
print("dL/dx =", dL_dy * slope, "  dL/dslope =", dL_dy * x_in, "  dL/doffset =", dL_dy)

# The same, measured: move x a little and look at the loss.
tiny = 1e-5
loss_at = lambda x: (slope * x + offset) ** 2
print("measured dL/dx:", (loss_at(x_in + tiny) - loss_at(x_in - tiny)) / (2 * tiny))


# %% nbgrader={"grade": false, "grade_id": "q5_1_solution", "locked": false, "schema_version": 3, "solution": true, "task": false}
def affine_forward(X: F, W: F, b: F) -> tuple[F, Any]:
    """Apply ``x -> x W + b`` to every row of ``X``.

    Parameters
    ----------
    X : ndarray, shape (n, d)
    W : ndarray, shape (d, h)
    b : ndarray, shape (h,)

    Returns
    -------
    out : ndarray, shape (n, h), float64
    cache
        What ``affine_backward`` needs for this call: any object.
    """
    ### BEGIN SOLUTION
    X, W = np.asarray(X, dtype=np.float64), np.asarray(W, dtype=np.float64)
    return X @ W + b, (X, W)
    ### END SOLUTION


def affine_backward(dout: F, cache: Any) -> tuple[F, F, F]:
    """Gradients of the loss with respect to the inputs of the affine layer.

    Parameters
    ----------
    dout : ndarray, shape (n, h)
        Gradient of the loss with respect to the layer's output.
    cache
        What ``affine_forward`` returned for that output.

    Returns
    -------
    dX : ndarray, shape (n, d), float64
    dW : ndarray, shape (d, h), float64
    db : ndarray, shape (h,), float64
    """
    ### BEGIN SOLUTION
    X, W = cache
    return dout @ W.T, X.T @ dout, np.sum(dout, axis=0, dtype=np.float64)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q5_1", "locked": true, "points": 12, "schema_version": 3, "solution": false, "task": false}
inputs = np.array([[1.0, 2.0], [0.0, -1.0], [3.0, 1.0]])
weights = np.array([[1.0, 0.0, 2.0, -1.0], [0.5, 1.0, -1.0, 0.0]])
offsets = np.array([0.1, 0.2, 0.3, 0.4])
upstream = np.array([[1.0, 0.0, -2.0, 1.0], [0.5, 1.0, 1.0, 0.0], [0.0, -1.0, 2.0, 3.0]])
layer_out, layer_cache = affine_forward(inputs, weights, offsets)
assert layer_out.shape == (3, 4), f"3 samples, 4 outputs: expected shape (3, 4), got {layer_out.shape}"
assert np.allclose(layer_out[1], [-0.4, -0.8, 1.3, 0.4]), "each row is x W + b"
dX_, dW_, db_ = affine_backward(upstream, layer_cache)
for name_, gradient_, owner_ in (("dX", dX_, inputs), ("dW", dW_, weights), ("db", db_, offsets)):
    assert gradient_.shape == owner_.shape, f"{name_} has the shape of what it belongs to: {owner_.shape}, not {gradient_.shape}"
assert np.allclose(dX_, numerical_vjp(lambda x: affine_forward(x, weights, offsets)[0], inputs, upstream)), "dX"
assert np.allclose(dW_, numerical_vjp(lambda w: affine_forward(inputs, w, offsets)[0], weights, upstream)), "dW"
assert np.allclose(db_, numerical_vjp(lambda v: affine_forward(inputs, weights, v)[0], offsets, upstream)), "db"
print("Q5.1: the checks in this notebook pass")

# %% [markdown]
# ## Q5.2 ReLU and inverted dropout (10 points)
#
# Without a bend between them, two linear layers are one linear layer. The most popular bend is the cheapest:
# $\mathrm{relu}(a) = \max(a, 0)$. Its slope is 1 where $a > 0$ and 0 where $a < 0$; **at exactly 0 we take 0**. So the backward
# step lets a slope pass where the *forward input* was positive, and stops it elsewhere. What `dout` itself looks like does not
# matter.
#
# **Dropout** is regularisation by sabotage: in training every entry is set to 0 with probability $p$, independently of all
# others, so that no unit can rely on a particular other one. What survives is divided by $1 - p$ (*inverted* dropout), so
# that the expected output is the input:
#
# $$M_{ij} = \begin{cases} 0 & \text{with probability } p \\ 1/(1-p) & \text{otherwise} \end{cases} \qquad
# \mathrm{out} = A \odot M, \qquad E[\mathrm{out}] = A .$$
#
# At test time nothing is dropped and nothing is scaled: the mask is all ones. The backward step is `dout * mask`, with the
# *same* mask, which is why the function returns it.

# %%
# Worked example: the slopes that pass a ReLU, entry by entry, written out by hand.
before = np.array([-1.5, 0.0, 0.2, 3.0])
told = np.array([10.0, 20.0, -30.0, 40.0])
print("passes back:", [float(t) if a > 0 else 0.0 for a, t in zip(before, told)])

# ... and why what survives a dropout is scaled: the average over many coins.
coins = np.random.default_rng(1).uniform(size=100_000)
print("share that survives p = 0.3:", np.mean(coins >= 0.3), "; times 1/0.7:", round(np.mean(coins >= 0.3) / 0.7, 3))


# %% nbgrader={"grade": false, "grade_id": "q5_2_solution", "locked": false, "schema_version": 3, "solution": true, "task": false}
def relu_forward(A: F) -> tuple[F, Any]:
    """Set the negative entries to 0.

    Parameters
    ----------
    A : ndarray, shape (n, h)

    Returns
    -------
    out : ndarray, shape (n, h), float64
    cache
        What ``relu_backward`` needs for this call: any object.
    """
    ### BEGIN SOLUTION
    A = np.asarray(A, dtype=np.float64)
    return np.maximum(A, 0.0), A
    ### END SOLUTION


def relu_backward(dout: F, cache: Any) -> F:
    """Gradient of the loss with respect to the input of the ReLU; its slope at exactly 0 is 0.

    Parameters
    ----------
    dout : ndarray, shape (n, h)
    cache
        What ``relu_forward`` returned.

    Returns
    -------
    ndarray, shape (n, h), float64
    """
    ### BEGIN SOLUTION
    return np.where(cache > 0, dout, 0.0)
    ### END SOLUTION


def dropout_forward(A: F, p_drop: float, rng: np.random.Generator, train: bool) -> tuple[F, F]:
    """Inverted dropout.

    Parameters
    ----------
    A : ndarray, shape (n, h)
    p_drop : float
        Probability with which an entry is dropped, 0 <= p_drop < 1.
    rng : numpy.random.Generator
        The only source of randomness.
    train : bool
        Nothing is dropped or scaled if it is False.

    Returns
    -------
    out : ndarray, shape (n, h), float64
    mask : ndarray, shape (n, h), float64
        ``out`` is ``A * mask``: entries 0 or ``1 / (1 - p_drop)``; all ones if ``train`` is False.

    Raises
    ------
    ValueError
        If ``p_drop`` is negative, or 1 or more.
    """
    ### BEGIN SOLUTION
    if not 0 <= p_drop < 1:
        raise ValueError(f"p_drop must lie in [0, 1), got {p_drop}")
    A = np.asarray(A, dtype=np.float64)
    mask = (rng.random(A.shape) >= p_drop) / (1 - p_drop) if train else np.ones(A.shape)
    return A * mask, mask
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q5_2", "locked": true, "points": 10, "schema_version": 3, "solution": false, "task": false}
bent, bend_cache = relu_forward(before[None, :])
assert np.array_equal(bent, [[0, 0, 0.2, 3]]), "negative entries become 0"
assert np.array_equal(relu_backward(told[None, :], bend_cache), [[0, 0, -30, 40]]), "this is the worked example"
dropped, mask_ = dropout_forward(np.full((50, 40), 2.0), 0.3, np.random.default_rng(0), True)
assert np.allclose(dropped, 2.0 * mask_), "out is A * mask, with the mask that is returned"
assert np.allclose(np.unique(mask_), [0, 1 / 0.7]), "the mask holds 0 and 1 / (1 - p_drop)"
assert 0.2 < np.mean(mask_ == 0) < 0.4, "about p_drop of the entries are dropped"
kept_, ones_ = dropout_forward(before[None, :], 0.3, np.random.default_rng(0), False)
assert np.array_equal(kept_, before[None, :]) and np.all(ones_ == 1), "at test time nothing happens"
try:
    dropout_forward(before[None, :], 1.0, np.random.default_rng(0), True)
except ValueError:
    pass
else:
    raise AssertionError("p_drop = 1 would drop everything: raise ValueError")
print("Q5.2: the checks in this notebook pass")

# %% [markdown]
# ## Q5.3 Softmax cross-entropy (14 points)
#
# The last step turns scores (*logits*) $z_{ik}$ into probabilities and asks how surprised we are by the right class $y_i$:
#
# $$P_{ik} = \frac{e^{z_{ik}}}{\sum_j e^{z_{ij}}}, \qquad
# L = -\frac1n \sum_i \log P_{i, y_i} = \frac1n \sum_i \Bigl( \log \sum_j e^{z_{ij}} - z_{i, y_i} \Bigr), \qquad
# \frac{\partial L}{\partial z_{ik}} = \frac{P_{ik} - [k = y_i]}{n}.$$
#
# What a gradient! *Probability minus truth*, shared out among the samples: the $1/n$ belongs to loss **and** gradient.
#
# Use the second form of the loss, with the maximum of each row subtracted first (week 1). A logit of 10,000 is then no problem at
# all (no warning either), and no small number has to be added inside of a logarithm: that would change the loss exactly where
# it matters most, at confident mistakes. With the right class 10,000 below the winner the loss is 10,000, not $-\log(10^{-12}) = 27.6$.

# %%
# Worked example: one sample, three classes, the right one is class 2.
logits_ = np.array([2.0, 1.0, 0.0])
shares_ = np.exp(logits_) / np.exp(logits_).sum()
print("probabilities:", shares_.round(4), " loss:", -np.log(shares_[2]).round(4))
print("gradient:     ", (shares_ - np.array([0.0, 0.0, 1.0])).round(4), " (sums to 0)")
# Stepping against the gradient raises the logit of class 2 and lowers the others, in proportion to their probability.


# %% nbgrader={"grade": false, "grade_id": "q5_3_solution", "locked": false, "schema_version": 3, "solution": true, "task": false}
def softmax_cross_entropy(Z: F, y: I) -> tuple[float, F]:
    """Mean cross-entropy of softmax probabilities, and its gradient.

    Parameters
    ----------
    Z : ndarray, shape (n, K)
        Logits, n >= 1: finite, of any size.
    y : ndarray of int64, shape (n,)
        The right classes, 0..K-1.

    Returns
    -------
    loss : float
        Mean over the samples, in nats.
    dZ : ndarray, shape (n, K), float64
        Gradient of ``loss`` with respect to ``Z``.
    """
    ### BEGIN SOLUTION
    Z = np.asarray(Z, dtype=np.float64)
    rows = np.arange(len(Z))
    shifted = Z - Z.max(axis=1, keepdims=True)
    exponentials = np.exp(shifted)
    totals = exponentials.sum(axis=1)
    loss = float(np.mean(np.log(totals) - shifted[rows, y]))
    dZ = exponentials / totals[:, None]
    dZ[rows, y] -= 1.0
    return loss, dZ / len(Z)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q5_3", "locked": true, "points": 14, "schema_version": 3, "solution": false, "task": false}
loss_, dZ_ = softmax_cross_entropy(logits_[None, :], np.array([2]))
assert isinstance(loss_, float), f"the loss is a float, got {type(loss_).__name__}"
assert np.isclose(loss_, 2.4076, atol=1e-4), "this is the worked example"
assert np.allclose(dZ_, [[0.6652, 0.2447, -0.91]], atol=1e-4), "probability minus truth"
two_, dtwo_ = softmax_cross_entropy(np.stack([logits_, logits_]), np.array([2, 2]))
assert np.isclose(two_, loss_), "the loss is a mean: a sample twice changes nothing"
assert np.allclose(dtwo_, np.vstack([dZ_, dZ_]) / 2), "the 1/n is in the gradient too"
huge_, _ = softmax_cross_entropy(np.array([[1e4, 0.0]]), np.array([1]))
assert huge_ == 1e4, "subtract the row's maximum first, and add nothing inside of the logarithm"
print("Q5.3: the checks in this notebook pass")

# %% [markdown]
# ## Q5.4 Two-layer network: loss and gradients (20 points)
#
# Now put the steps together:
#
# $$X \;\xrightarrow{\;W_1, b_1\;}\; A \;\xrightarrow{\;\mathrm{relu}\;}\; H \;\xrightarrow{\;W_2, b_2\;}\; Z
# \;\xrightarrow{\;y\;}\; \text{cross-entropy}, \qquad
# L = \text{cross-entropy} + \frac{\lambda}{2}\bigl(\lVert W_1 \rVert^2 + \lVert W_2 \rVert^2\bigr).$$
#
# The way back visits the same steps in the opposite order and hands `dout` from one to the next. The penalty $\lambda$
# (`l2`) is on the weights, never on the offsets, and adds exactly $\lambda W$ to a weight's gradient.
#
# You may use your functions of Q5.1 to Q5.3 or write everything anew; either way all four gradients come back in a
# dictionary with the keys of `params`.
#
# **Speed.** With `n = 120,000, d = 5, h = 8, K = 3` one call must be done in half a second of processor time (a loop over the
# samples needs more than two seconds; whole matrices need a tenth of one).

# %%
# Worked example: a network with one input, one hidden unit and two classes, forward and back, number by number.
x1, w1, c1 = 2.0, 0.5, 0.1  # the hidden unit: a = x1 * w1 + c1
w2, c2 = np.array([1.0, -1.0]), np.array([0.0, 0.0])
a1 = x1 * w1 + c1
h1 = max(a1, 0.0)
z1 = h1 * w2 + c2
p1 = np.exp(z1) / np.exp(z1).sum()
print(f"forward: a = {a1:.2f}, h = {h1:.2f}, z = {z1}, p = {p1.round(3)}")
dz1 = p1 - np.array([0.0, 1.0])  # the right class is class 1
dw2, dh1 = h1 * dz1, float(dz1 @ w2)
da1 = dh1 if a1 > 0 else 0.0
print(f"back:    dz = {dz1.round(3)}, dw2 = {dw2.round(3)}, dh = {dh1:.3f}, da = {da1:.3f}, dw1 = {da1 * x1:.3f}")


# %% nbgrader={"grade": false, "grade_id": "q5_4_solution", "locked": false, "schema_version": 3, "solution": true, "task": false}
def mlp_forward(params: Params, X: F) -> F:
    """Logits of the two-layer network.

    Parameters
    ----------
    params : dict
        "W1" (d, h), "b1" (h,), "W2" (h, K), "b2" (K,).
    X : ndarray, shape (n, d)

    Returns
    -------
    ndarray, shape (n, K), float64
    """
    ### BEGIN SOLUTION
    hidden, _ = relu_forward(affine_forward(X, params["W1"], params["b1"])[0])
    return affine_forward(hidden, params["W2"], params["b2"])[0]
    ### END SOLUTION


def mlp_loss_and_grads(params: Params, X: F, y: I, l2: float) -> tuple[float, Params]:
    """Loss of the network with weight decay, and its gradient for each parameter.

    Parameters
    ----------
    params : dict
        As in ``mlp_forward``; it and its arrays stay as they are.
    X : ndarray, shape (n, d)
    y : ndarray of int64, shape (n,)
        Classes 0..K-1.
    l2 : float
        The penalty: ``l2 / 2`` times the sum of squares of all entries of W1 and W2 is added to the loss.

    Returns
    -------
    loss : float
    grads : dict
        New arrays with the keys and shapes of ``params``.
    """
    ### BEGIN SOLUTION
    before_bend, cache1 = affine_forward(X, params["W1"], params["b1"])
    hidden, bend = relu_forward(before_bend)
    logits, cache2 = affine_forward(hidden, params["W2"], params["b2"])
    loss, dlogits = softmax_cross_entropy(logits, y)
    dhidden, dW2, db2 = affine_backward(dlogits, cache2)
    _, dW1, db1 = affine_backward(relu_backward(dhidden, bend), cache1)
    loss += l2 / 2 * float(np.sum(params["W1"] ** 2) + np.sum(params["W2"] ** 2))
    return loss, {"W1": dW1 + l2 * params["W1"], "b1": db1, "W2": dW2 + l2 * params["W2"], "b2": db2}
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q5_4", "locked": true, "points": 20, "schema_version": 3, "solution": false, "task": false}
toy_rng = np.random.default_rng(54)
toy_params = {
    "W1": toy_rng.normal(size=(3, 4)),
    "b1": toy_rng.normal(size=4),
    "W2": toy_rng.normal(size=(4, 2)),
    "b2": toy_rng.normal(size=2),
}
toy_X, toy_y = toy_rng.normal(size=(5, 3)), np.array([0, 1, 1, 0, 1])
assert mlp_forward(toy_params, toy_X).shape == (5, 2), "5 samples, 2 classes"
toy_loss, toy_grads = mlp_loss_and_grads(toy_params, toy_X, toy_y, 0.1)
assert isinstance(toy_loss, float), f"the loss is a float, got {type(toy_loss).__name__}"
assert set(toy_grads) == set(toy_params), "a gradient for each parameter, under the same name"
for name_, value_ in toy_params.items():
    assert toy_grads[name_].shape == value_.shape, f"the gradient of {name_} has the shape of {name_}"
    measured_ = numerical_vjp(lambda v, k=name_: np.array(mlp_loss_and_grads({**toy_params, k: v}, toy_X, toy_y, 0.1)[0]), value_, np.array(1.0))
    assert np.allclose(toy_grads[name_], measured_, atol=1e-7), f"the gradient of {name_} is not the slope of your loss"
tiny_ = {"W1": np.array([[0.5]]), "b1": np.array([0.1]), "W2": np.array([[1.0, -1.0]]), "b2": np.zeros(2)}
assert np.allclose(mlp_loss_and_grads(tiny_, np.array([[2.0]]), np.array([1]), 0.0)[1]["W1"], 3.6010, atol=1e-3), "the worked example"
print("Q5.4: the checks in this notebook pass")

# %% [markdown]
# ## Q5.5 Test the tester: a gradient checker (10 points)
#
# Backward code is easy to get almost right, and an almost right gradient still descends, only worse. So one measures:
# nudge each entry of each parameter by $\pm h$, and compare the slope of the loss with what backpropagation says. The checks
# in the cells above did that with `np.allclose`; a good checker says **how far off** each parameter is, on a scale on which its
# size plays no role. For a parameter with gradient $g$ (an array) and measured slopes $\hat g$ (central differences),
#
# $$\mathrm{error} = \frac{\lVert g - \hat g \rVert}{\lVert g \rVert + \lVert \hat g \rVert}, \qquad
# \lVert \cdot \rVert \text{ the root of the sum of squares of all entries.}$$
#
# If both are zero there is nothing wrong: the error is 0. A right gradient gives $10^{-7}$ or less with $h = 10^{-5}$; a wrong one almost always more
# than $10^{-2}$. One number **for each parameter**: in an average over all of them a forgotten offset hides.
#
# Your checker is code like any other, so it is tested too: the grader runs it on networks with right and with wrong gradients
# (which you do not see) and on losses whose slopes are known. An error of *exactly* some $10^{-11}$ is nothing to be proud of: it is
# rounding, and the next computer rounds otherwise. What counts is that right and wrong are told apart.

# %%
# Worked example: how far a measured slope is off, for sin at x = 1, one-sided and central.
steps = 10.0 ** np.arange(-12, 0)
one_sided = np.abs((np.sin(1 + steps) - np.sin(1)) / steps - np.cos(1))
central = np.abs((np.sin(1 + steps) - np.sin(1 - steps)) / (2 * steps) - np.cos(1))
fig, axes = plt.subplots(figsize=(5, 2.8))
axes.loglog(steps, one_sided, "o-", label="one-sided", markersize=3)
axes.loglog(steps, central, "s-", label="central", markersize=3)
axes.set(xlabel="h", ylabel="error of the slope")
axes.set_xticks([1e-11, 1e-8, 1e-5, 1e-2], minor=False)
axes.legend()
plt.show()
# Large h: the curve bends away from the line. Small h: the difference of two nearly equal numbers is mostly rounding.


# %% nbgrader={"grade": false, "grade_id": "q5_5_solution", "locked": false, "schema_version": 3, "solution": true, "task": false}
def gradient_check(loss: Callable[[Params], float], params: Params, grads: Params, h: float = 1e-5) -> dict[str, float]:
    """Compare gradients with central differences, parameter by parameter.

    Parameters
    ----------
    loss : callable
        The loss as a function of a dictionary like ``params``.
    params : dict of float64 arrays
        Where to measure. They may be changed on the way; at the end they hold the same numbers, to the last bit.
    grads : dict of arrays
        The gradients to check, with the same keys and shapes.
    h : float
        Half the distance of the two points of a difference.

    Returns
    -------
    dict of float
        For each parameter ``||g - m|| / (||g|| + ||m||)`` with the measured slopes m; 0 where both are zero.
    """
    ### BEGIN SOLUTION
    work = {name: np.array(value, dtype=np.float64) for name, value in params.items()}
    report = {}
    for name, value in work.items():
        slopes = np.zeros_like(value)
        for place in np.ndindex(value.shape):
            kept = value[place]
            value[place] = kept + h
            above = loss(work)
            value[place] = kept - h
            slopes[place] = (above - loss(work)) / (2 * h)
            value[place] = kept
        size = np.linalg.norm(grads[name]) + np.linalg.norm(slopes)
        report[name] = float(np.linalg.norm(slopes - grads[name]) / size) if size > 0 else 0.0
    return report
    ### END SOLUTION


def gradients_ok(report: dict[str, float], tol: float = 1e-6) -> bool:
    """Say whether every error of a report is below the tolerance.

    Parameters
    ----------
    report : dict of float
        What ``gradient_check`` returned.
    tol : float

    Returns
    -------
    bool
        True if each error is less than ``tol``. NaN is not.
    """
    ### BEGIN SOLUTION
    return all(bool(error < tol) for error in report.values())
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q5_5", "locked": true, "points": 10, "schema_version": 3, "solution": false, "task": false}
bowl = lambda p: float(np.sum(p["u"] ** 2) + 3 * np.sum(p["v"]))
spot = {"u": np.array([[1.0, -2.0], [0.5, 4.0]]), "v": np.array([0.3, 0.7])}
right_ = gradient_check(bowl, spot, {"u": 2 * spot["u"], "v": np.array([3.0, 3.0])})
assert set(right_) == {"u", "v"}, "one error for each parameter"
assert gradients_ok(right_), f"these gradients are right, your report says {right_}"
wrong_ = gradient_check(bowl, spot, {"u": 4 * spot["u"], "v": np.array([3.0, 3.0])})
assert np.isclose(wrong_["u"], 1 / 3), "twice the right gradient: ||2m - m|| / (||2m|| + ||m||) = 1/3"
assert not gradients_ok(wrong_), "one wrong parameter is enough"
print("Q5.5: the checks in this notebook pass")

# %% [markdown]
# ## Q5.6 A scalar autograd engine (18 points)
#
# Layers are a convenience. The same idea works for single numbers, and then for *any* formula: every operation makes a new
# node that remembers its operands and how its result changes with each of them. A few dozen lines, and you have the heart of the big
# libraries.
#
# A node `Value` holds `data` (a float) and `grad` (a float, 0 at first). Operators make new nodes: `+`, `-`, `*`, `/` between
# nodes, or between a node and a plain number **in either order** (for `2 * x` Python calls `x.__rmul__(2)`), `-x`, `x ** k` with a plain number k,
# and the methods `relu()`, `tanh()`, `exp()`. After `y.backward()` the `grad` of every node that `y` was made from is
# $\partial y / \partial \text{node}$.
#
# Three things to get right:
#
# * A node that is used twice gets a slope from **each** use: they add up. In $y = x \cdot x$ both factors are $x$.
# * A node passes its slope on only when it is complete, that is, after **all** nodes that use it. Sort the nodes first
#   (*topological order*), then walk from the result back.
# * A chain of 10,000 additions is an ordinary formula, and Python's limit of about 1,000 nested calls must not stop it: use a list of
#   nodes to visit, not recursion. And $x \to x + x$, forty times over, has $2^{40}$ paths but only 41 nodes: visit nodes, not paths.
#
# A second `backward` starts from slopes of 0: the user sets the `grad` of the leaves to 0 before it (or of all nodes); what
# the first one left in the *inner* nodes must not disturb it.

# %%
# Worked example by hand: y = x * x + 3 * x at x = 2, as nodes.
x_ = 2.0
square, triple = x_ * x_, 3 * x_
y_ = square + triple
# Back: y tells both of its operands 1. The product tells each factor the other one, and x hears from three places.
from_square, from_triple = 1.0, 1.0
print("dy/dx =", from_square * x_ + from_square * x_ + from_triple * 3, " by formula:", 2 * x_ + 3)


# %% nbgrader={"grade": false, "grade_id": "q5_6_solution", "locked": false, "schema_version": 3, "solution": true, "task": false}
class Value:
    """A number that remembers how it was made.

    Parameters
    ----------
    data : float
        A plain number; integers are welcome.
    made_from : tuple
        For your own use: change it or drop it. For example pairs of an operand and the slope with respect to it.

    Attributes
    ----------
    data : float
    grad : float
        After ``y.backward()``: the derivative of ``y`` with respect to this node. 0 at first.
    """

    def __init__(self, data: float, made_from: tuple = ()) -> None:
        """Make a leaf, or the result of an operation."""
        ### BEGIN SOLUTION
        self.data = float(data)
        self.grad = 0.0
        self._made_from = made_from
        ### END SOLUTION

    def __add__(self, other: Value | float) -> Value:
        """``self + other``."""
        ### BEGIN SOLUTION
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, ((self, 1.0), (other, 1.0)))
        ### END SOLUTION

    def __radd__(self, other: float) -> Value:
        """``other + self``, where ``other`` is a plain number."""
        ### BEGIN SOLUTION
        return self + other
        ### END SOLUTION

    def __mul__(self, other: Value | float) -> Value:
        """``self * other``."""
        ### BEGIN SOLUTION
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, ((self, other.data), (other, self.data)))
        ### END SOLUTION

    def __rmul__(self, other: float) -> Value:
        """``other * self``, where ``other`` is a plain number."""
        ### BEGIN SOLUTION
        return self * other
        ### END SOLUTION

    def __pow__(self, k: float) -> Value:
        """``self ** k`` with a plain number k."""
        ### BEGIN SOLUTION
        return Value(self.data**k, ((self, k * self.data ** (k - 1)),))
        ### END SOLUTION

    def __neg__(self) -> Value:
        """``-self``."""
        ### BEGIN SOLUTION
        return self * -1.0
        ### END SOLUTION

    def __sub__(self, other: Value | float) -> Value:
        """``self - other``."""
        ### BEGIN SOLUTION
        return self + -other
        ### END SOLUTION

    def __rsub__(self, other: float) -> Value:
        """``other - self``, where ``other`` is a plain number."""
        ### BEGIN SOLUTION
        return -self + other
        ### END SOLUTION

    def __truediv__(self, other: Value | float) -> Value:
        """``self / other``."""
        ### BEGIN SOLUTION
        return self * other**-1.0
        ### END SOLUTION

    def __rtruediv__(self, other: float) -> Value:
        """``other / self``, where ``other`` is a plain number."""
        ### BEGIN SOLUTION
        return self**-1.0 * other
        ### END SOLUTION

    def relu(self) -> Value:
        """The number if it is positive, else 0; the slope at 0 is 0."""
        ### BEGIN SOLUTION
        return Value(max(self.data, 0.0), ((self, 1.0 if self.data > 0 else 0.0),))
        ### END SOLUTION

    def tanh(self) -> Value:
        """Hyperbolic tangent."""
        ### BEGIN SOLUTION
        t = float(np.tanh(self.data))
        return Value(t, ((self, 1 - t * t),))
        ### END SOLUTION

    def exp(self) -> Value:
        """Exponential."""
        ### BEGIN SOLUTION
        e = float(np.exp(self.data))
        return Value(e, ((self, e),))
        ### END SOLUTION

    def backward(self) -> None:
        """Give every node that this one was made from its ``grad``, and this one the ``grad`` 1."""
        ### BEGIN SOLUTION
        order, waiting, seen = [], [(self, False)], set()
        while waiting:
            node, complete = waiting.pop()
            if complete:
                order.append(node)
            elif id(node) not in seen:
                seen.add(id(node))
                waiting.append((node, True))
                waiting += [(operand, False) for operand, _ in node._made_from]
        for node in order:
            if node._made_from:
                node.grad = 0.0
        self.grad = 1.0
        for node in reversed(order):
            for operand, slope in node._made_from:
                operand.grad += slope * node.grad
        ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q5_6", "locked": true, "points": 18, "schema_version": 3, "solution": false, "task": false}
u, v = Value(2), Value(-3.0)
assert isinstance(u.data, float) and u.grad == 0, "data is a float, grad starts at 0"
w = u * u + 3 * u
assert w.data == 10, "this is the worked example: 2 * 2 + 3 * 2"
w.backward()
assert u.grad == 7, f"x is used three times, and the slopes add up to 7; you have {u.grad}"
q = (u - v) / v**2 + (1 / u).tanh() + (-v).relu() + (v / 3).exp()
assert np.isclose(q.data, 5 / 9 + np.tanh(0.5) + 3 + np.exp(-1)), "the operations themselves"
u.grad = v.grad = 0.0
q.backward()
assert np.isclose(u.grad, 1 / 9 - 0.25 / np.cosh(0.5) ** 2), "the slope with respect to u"
assert np.isclose(v.grad, -1 / 9 + 10 / 27 - 1 + np.exp(-1) / 3), "the slope with respect to v"
long = Value(0.0)
for _ in range(10_000):
    long = long + 1.0
long.backward()
print("Q5.6: the checks in this notebook pass")

# %% [markdown]
# ## Q5.7 Train on digits (16 points)
#
# All that is left is the loop of week 3: shuffle, take minibatches, step against the gradient. The data are 1,797 digits,
# 8 x 8 pixels with values 0 to 1, written by 43 people.
#
# * **Initialisation.** With all weights zero every hidden unit computes the same and gets the same gradient: they never become
#   different. With large weights the softmax is certain of random answers, and the loss starts far above $\log 10$. Draw
#   $W_1$ with standard deviation $\sqrt{2/d}$ and $W_2$ with $\sqrt{1/h}$ or so; offsets start at 0. Before the first step the
#   loss should be within 30 % of $\log 10$ (*say nothing in particular*).
# * **Each epoch** visits all training samples once, in a new random order, in minibatches of `batch_size` (the last one may be smaller).
# * **The validation set** is for looking, not for learning: no gradient ever sees it.
# * **Record** the loss on the training set before the first step and after each epoch, and the accuracy on the validation set after
#   each epoch.
#
# Two ways to split, and they tell different stories. In the file the digits are ordered by writer. A *random* split
# puts every writer into both parts; a *contiguous* split tests on people whose handwriting was never seen. Which of the two is what
# you want to know?
#
# `mlp_forward` and `mlp_loss_and_grads` are yours to use; the grader puts right ones in their place. With 64 hidden units, 20
# epochs, `lr = 0.1` and `batch_size = 32` you should reach 0.93 on a random split and 0.88 on the contiguous one. A training of
# that size must be done in 20 seconds.

# %% nbgrader={"grade": false, "grade_id": "q5_7_given", "locked": true, "schema_version": 3, "solution": false, "task": false}
class TrainResult(NamedTuple):
    """What a training leaves behind."""

    params: Params
    loss: list[float]  # before the first step, then after each epoch: epochs + 1 numbers
    val_accuracy: list[float]  # after each epoch: epochs numbers


def load_digits() -> tuple[F, I]:
    """The digits, in the order of the file: X (1797, 64) with values in [0, 1], and y (1797,)."""
    with np.load("data/digits.npz") as file:
        return file["pixels"] / 16.0, file["labels"].astype(np.int64)


# %%
digits, digit_labels = load_digits()
fig, panels = plt.subplots(1, 8, figsize=(6, 1.1))
for axes, image, label in zip(panels, digits[::180], digit_labels[::180]):
    axes.imshow(image.reshape(8, 8), cmap="gray_r")
    axes.set_title(str(label), fontsize=8)
    axes.axis("off")
plt.show()

# Worked example: minibatches of a shuffled set of 7 samples, 3 at a time.
for start in range(0, 7, 3):
    print("batch:", np.random.default_rng(2).permutation(7)[start : start + 3])


# %% nbgrader={"grade": false, "grade_id": "q5_7_solution", "locked": false, "schema_version": 3, "solution": true, "task": false}
def train_mlp(
    X_train: F,
    y_train: I,
    X_val: F,
    y_val: I,
    *,
    hidden: int,
    epochs: int,
    batch_size: int,
    lr: float,
    l2: float,
    rng: np.random.Generator,
) -> TrainResult:
    """Train the two-layer network with minibatch SGD.

    Parameters
    ----------
    X_train, y_train : ndarrays, shapes (n, d) and (n,)
    X_val, y_val : ndarrays, shapes (m, d) and (m,)
        Only to measure the accuracy.
    hidden : int
        Units of the hidden layer.
    epochs, batch_size : int
    lr : float
        Learning rate, the same for every step.
    l2 : float
        Weight decay, as in ``mlp_loss_and_grads``.
    rng : numpy.random.Generator
        The only source of randomness: the same state gives the same result.

    Returns
    -------
    TrainResult
        ``loss[0]`` is the loss on the training set before any step, ``loss[e]`` after epoch e (on the whole training set, or
        the mean over the epoch's minibatches). ``params`` are those after the last epoch, or those of the epoch with the
        best validation accuracy.
    """
    ### BEGIN SOLUTION
    d, n_classes = X_train.shape[1], int(y_train.max()) + 1
    params = {
        "W1": rng.normal(size=(d, hidden)) * np.sqrt(2 / d),
        "b1": np.zeros(hidden),
        "W2": rng.normal(size=(hidden, n_classes)) * np.sqrt(1 / hidden),
        "b2": np.zeros(n_classes),
    }
    losses, accuracies = [mlp_loss_and_grads(params, X_train, y_train, l2)[0]], []
    for _ in range(epochs):
        order = rng.permutation(len(X_train))
        for start in range(0, len(order), batch_size):
            rows = order[start : start + batch_size]
            _, grads = mlp_loss_and_grads(params, X_train[rows], y_train[rows], l2)
            params = {name: value - lr * grads[name] for name, value in params.items()}
        losses.append(mlp_loss_and_grads(params, X_train, y_train, l2)[0])
        accuracies.append(float(np.mean(mlp_forward(params, X_val).argmax(axis=1) == y_val)))
    return TrainResult(params, losses, accuracies)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q5_7", "locked": true, "points": 16, "schema_version": 3, "solution": false, "task": false}
settings = {"hidden": 32, "epochs": 3, "batch_size": 32, "lr": 0.1, "l2": 1e-4}
few = slice(0, 600)
short = train_mlp(digits[few], digit_labels[few], digits[600:800], digit_labels[600:800], rng=np.random.default_rng(0), **settings)
assert isinstance(short, TrainResult), "train_mlp returns a TrainResult"
assert len(short.loss) == 4 and len(short.val_accuracy) == 3, "epochs + 1 losses, epochs accuracies"
assert abs(short.loss[0] / np.log(10) - 1) < 0.3, f"the first loss should be near log 10 = 2.30, yours is {short.loss[0]:.2f}"
assert short.loss[-1] < 0.7 * short.loss[0], "after three epochs the loss should have fallen"
again = train_mlp(digits[few], digit_labels[few], digits[600:800], digit_labels[600:800], rng=np.random.default_rng(0), **settings)
assert np.array_equal(short.params["W1"], again.params["W1"]), "the same generator should give the same network"
print("Q5.7: the checks in this notebook pass; validation accuracy:", np.round(short.val_accuracy, 3))

# %% [markdown]
# **Look at it.** Both splits, with the same settings. The gap between the curves is what new handwriting costs.

# %%
fig, (left, right) = plt.subplots(1, 2, figsize=(7.5, 2.8))
shuffled = np.random.default_rng(5).permutation(len(digits))
for title, order in (("random split", shuffled), ("contiguous split", np.arange(len(digits)))):
    train_rows, val_rows = order[:-500], order[-500:]
    try:
        run = train_mlp(
            digits[train_rows], digit_labels[train_rows], digits[val_rows], digit_labels[val_rows],
            hidden=64, epochs=8, batch_size=32, lr=0.1, l2=1e-4, rng=np.random.default_rng(1),
        )
    except NotImplementedError:
        left.set_title("solve Q5.7 to see the curves")
        break
    left.plot(run.loss, label=title)
    right.plot(range(1, 9), run.val_accuracy, label=f"{title}: {run.val_accuracy[-1]:.3f}")
    right.legend(fontsize=8)
left.set(xlabel="epoch", ylabel="training loss")
right.set(xlabel="epoch", ylabel="validation accuracy", ylim=(0.6, 1))
plt.show()

# %% [markdown]
# ## Q5.8 A convolution, forward and back (10 extra points)
#
# Your network saw an image as a list of 64 numbers. Next week's networks look at small patches instead, the same way everywhere. The
# step forward (stride 1, no padding), for image $n$, filter $f$ and output pixel $(i, j)$:
#
# $$y_{nfij} = b_f + \sum_{c, p, q} w_{fcpq}\; x_{n,c,\,i+p,\,j+q} .$$
#
# The kernel is **not** flipped, as in all libraries of deep learning. Nothing on the way back is new: every $w_{fcpq}$ reaches the loss
# through *all* images and output pixels, every $x_{nchw}$ through all filters and all patches that contain it, and what comes along several
# paths adds up:
#
# $$\frac{\partial L}{\partial w_{fcpq}} = \sum_{n, i, j} \mathtt{dout}_{nfij}\, x_{n,c,\,i+p,\,j+q}, \qquad
# \frac{\partial L}{\partial x_{nchw}} = \sum_{f, p, q} \mathtt{dout}_{n,f,\,h-p,\,w-q}\, w_{fcpq}, \qquad
# \frac{\partial L}{\partial b_f} = \sum_{n, i, j} \mathtt{dout}_{nfij},$$
#
# where `dout` counts as 0 outside of the output. A loop over the few entries of the kernel is fine; each entry adds a shifted copy. No loop over images or
# pixels is needed, and none is tested for. Images and kernels need not be square.

# %%
# Worked example: what a kernel entry sees. With a 2 x 3 kernel on 4 x 5 pixels, entry (1, 2) looks at the 3 x 3 pixels
# that begin one row and two columns further on; the other entries at shifted copies of the same size.
numbered = np.arange(20).reshape(4, 5)
print(numbered)
print("entry (1, 2) sees")
print(numbered[1 : 1 + 3, 2 : 2 + 3])


# %% nbgrader={"grade": false, "grade_id": "q5_8_solution", "locked": false, "schema_version": 3, "solution": true, "task": false}
def conv2d_forward(X: F, W: F, b: F) -> tuple[F, Any]:
    """Convolve images with filters, without padding, in steps of one.

    Parameters
    ----------
    X : ndarray, shape (n, c, height, width)
    W : ndarray, shape (f, c, kh, kw)
    b : ndarray, shape (f,)

    Returns
    -------
    out : ndarray, shape (n, f, height - kh + 1, width - kw + 1), float64
    cache
        What ``conv2d_backward`` needs for this call: any object.
    """
    ### BEGIN SOLUTION
    X, W = np.asarray(X, dtype=np.float64), np.asarray(W, dtype=np.float64)
    patches = np.lib.stride_tricks.sliding_window_view(X, W.shape[2:], axis=(2, 3))
    out = np.moveaxis(np.tensordot(patches, W, axes=((1, 4, 5), (1, 2, 3))), -1, 1)
    return out + np.asarray(b, dtype=np.float64)[:, None, None], (X, W)
    ### END SOLUTION


def conv2d_backward(dout: F, cache: Any) -> tuple[F, F, F]:
    """Gradients of the loss with respect to the inputs of the convolution.

    Parameters
    ----------
    dout : ndarray, shape (n, f, height', width')
        Gradient of the loss with respect to the output.
    cache
        What ``conv2d_forward`` returned for that output.

    Returns
    -------
    dX : ndarray, shape (n, c, height, width), float64
    dW : ndarray, shape (f, c, kh, kw), float64
    db : ndarray, shape (f,), float64
    """
    ### BEGIN SOLUTION
    X, W = cache
    rows, columns = dout.shape[2:]
    dX, dW = np.zeros(X.shape), np.zeros(W.shape)
    for p in range(W.shape[2]):
        for q in range(W.shape[3]):
            seen = slice(p, p + rows), slice(q, q + columns)
            dW[:, :, p, q] = np.tensordot(dout, X[:, :, *seen], axes=((0, 2, 3), (0, 2, 3)))
            dX[:, :, *seen] += np.moveaxis(np.tensordot(dout, W[:, :, p, q], axes=(1, 0)), -1, 1)
    return dX, dW, np.sum(dout, axis=(0, 2, 3), dtype=np.float64)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q5_8", "locked": true, "points": 10, "schema_version": 3, "solution": false, "task": false}
steps_ = np.zeros((1, 1, 3, 4))
steps_[..., 2:] = 1.0
edge_ = np.array([[[[-1.0, 1.0]]]])
edges_, _ = conv2d_forward(steps_, edge_, np.array([0.5]))
assert edges_.shape == (1, 1, 3, 3), f"3 x 4 pixels, kernel 1 x 2: expected (1, 1, 3, 3), got {edges_.shape}"
assert np.allclose(edges_[0, 0], [[0.5, 1.5, 0.5]] * 3), "the edge is found; the kernel is not flipped, and the offset is added once"
rng_ = np.random.default_rng(8)
images_, filters_, offsets_ = rng_.normal(size=(2, 2, 4, 5)), rng_.normal(size=(3, 2, 2, 3)), rng_.normal(size=3)
out_, conv_cache_ = conv2d_forward(images_, filters_, offsets_)
assert out_.shape == (2, 3, 3, 3), f"expected (2, 3, 3, 3), got {out_.shape}"
upstream_ = rng_.normal(size=out_.shape)
dX_, dW_, db_ = conv2d_backward(upstream_, conv_cache_)
assert np.allclose(dX_, numerical_vjp(lambda x: conv2d_forward(x, filters_, offsets_)[0], images_, upstream_)), "dX"
assert np.allclose(dW_, numerical_vjp(lambda w: conv2d_forward(images_, w, offsets_)[0], filters_, upstream_)), "dW"
assert np.allclose(db_, numerical_vjp(lambda v: conv2d_forward(images_, filters_, v)[0], offsets_, upstream_)), "db"
print("Q5.8: the checks in this notebook pass")

# %% [markdown]
# ## Looking back (4 extra points; a person reads your answer)
#
# A fellow student's network learns, but slowly. The gradient check of Q5.5 says 0.24 for `b1` and $10^{-10}$ for all other
# parameters. *"Four out of five numbers are perfect"*, they say, *"and the average over the whole gradient is fine, so I leave it."*
#
# Answer in five to eight sentences:
#
# 1. Where in the backward pass can the mistake be, and where can it **not** be? Argue with the order in which the gradients are made.
# 2. Their loss falls all the same. Why does a wrong gradient still descend, and why is that a reason to worry and not to relax?
# 3. Now suppose that the check says $10^{-10}$ for everything. Name a mistake that it still cannot see, and a test that would.
# 4. Why do we train with backpropagation and not with the central differences of the checker, which need no derivation at all?

# %% [markdown] nbgrader={"grade": true, "grade_id": "reflection", "locked": false, "points": 4, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# **Model answer.** The slopes of the logits, of W2 and b2 and of the hidden layer are right, else W1, which is made from the same
# `da` as b1, would be wrong too. So the mistake sits in the one line that makes db1 from `da`: an average instead of a
# sum, or a penalty on the offset. A wrong gradient descends as long as it has a positive inner product with the right one, and here three
# of four blocks are right; but it converges to another point or more slowly, nothing crashes, and so nobody looks for it. The check compares loss
# and gradient of the same code: if both are wrong together (the penalty on the offsets in both, logarithm to base 2 in both, the
# labels shifted) it says 1e-10. A test against an independent value sees that: zero logits must give log K, or a case computed
# by hand. Central differences cost two forward passes for each of the P parameters; backpropagation costs about two to three forward
# passes for all of them together.
#
# **Mark scheme, one point each.**
#
# 1. Names the line db1 (sum over the rows, or a penalty on b1) *and* excludes what comes before it, because dW1 uses the same `da`.
#    Half a point for the right line without the argument.
# 2. Says why it descends (positive inner product with the right gradient, or most blocks right) *and* why that is dangerous (it goes unnoticed; another
#    limit; slower).
# 3. A mistake that is in loss and gradient alike, *and* an independent value that shows it. Half a point for one of the two.
# 4. Two forward passes for each parameter against a constant multiple of one pass. "Too slow" without the count is half a point.
# ### END SOLUTION
