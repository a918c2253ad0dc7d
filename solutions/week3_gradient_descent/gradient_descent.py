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
# # Week 3: gradient descent
#
# The lecture turned learning into a landscape: every choice of parameters is a place, its height is the loss, and to
# learn is to walk downhill. Some landscapes are so simple that we can jump straight to the lowest point: that is
# *least squares*. Already for *logistic regression* no such formula exists, and we have to walk. This week you write
# the walk: how to measure the slope, how large a step to take, when to stop, what curvature tells us, and what
# changes when we look at only a handful of samples at a time. It is the engine of everything that follows: the SVM
# of week 4 and the networks of weeks 5 and 6 are trained by the loop that you write in Q3.7.
#
# | question | points | comes back in |
# | --- | --- | --- |
# | Q3.1 Central-difference gradient | 10 | week 5 |
# | Q3.2 Least squares with optional ridge | 14 | week 4 |
# | Q3.3 Logistic loss and gradient, *vectorised* | 18 | weeks 4, 5 |
# | Q3.4 Gradient descent with an honest stopping rule | 18 | weeks 4, 5 |
# | Q3.5 Classify a critical point | 10 | |
# | Q3.6 Newton's method for logistic regression | 14 | |
# | Q3.7 Minibatch SGD | 16 | weeks 4, 5, 6 |
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
# 4. Do not set or use the global random state (`np.random.seed`, `np.random.rand`). Randomness comes from the
#    argument `rng`.
# 5. Invalid input that the docstring names raises `ValueError` with a message.
# 6. *Vectorised* marks the question with a speed test: no Python loop over samples. The size is in the text.
#
# NumPy and SciPy are allowed everywhere. `log` is the natural logarithm. Parameters are written as one vector: first
# the weights $w_1, \dots, w_d$ of the features, and the **intercept last**.
#
# Where a question takes a *function* as an argument (`f`, `grad`, `grad_batch`, `lr`), call it with nothing but what
# the docstring says, and expect nothing of it but its value.

# %% nbgrader={"grade": false, "grade_id": "setup", "locked": true, "schema_version": 3, "solution": false, "task": false}
from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from numpy.typing import NDArray

F = NDArray[np.float64]
I = NDArray[np.int64]

# %% [markdown]
# ## Q3.1 Central-difference gradient (10 points)
#
# The gradient is the vector of slopes, one for each coordinate. Before you trust a gradient that you derived on
# paper, measure it: take a small step $h$ to either side and divide the change of $f$ by the distance between the
# two points,
#
# $$\frac{\partial f}{\partial x_i} \approx \frac{f(x + h e_i) - f(x - h e_i)}{2h}.$$
#
# Why both sides? The one-sided quotient $(f(x + h) - f(x))/h$ has an error proportional to $h$. The errors of the
# two sides are opposite and cancel; what is left is proportional to $h^2$. Ten times smaller $h$, a hundred times
# smaller error. (Until rounding takes over: see the example.)
#
# Four things to get right:
#
# * `x` may have any shape, for example that of a weight matrix. `f` takes an array of that shape, and the gradient
#   has it too.
# * `f` may be expensive: call it exactly `2 * x.size` times.
# * `x` belongs to the caller. It must be unchanged afterwards, to the last bit, *also when `f` raises an exception*
#   (which you should let through).
# * `x` may hold integers. `x + h` does not.

# %%
# Worked example: the slope of exp at 0, which is 1. How far off are the two quotients?
print("     h     one side    both sides")
for step in (1e-1, 1e-2, 1e-3, 1e-5, 1e-9, 1e-13):
    one_sided = (np.exp(step) - np.exp(0)) / step
    two_sided = (np.exp(step) - np.exp(-step)) / (2 * step)
    print(f"{step:7.0e}   {abs(one_sided - 1):.1e}      {abs(two_sided - 1):.1e}")

# A matrix need not lie in memory row by row (a transposed one lies there column by column): then .ravel() is a copy.
by_rows, by_columns = np.ones((2, 3)), np.ones((3, 2)).T
for matrix in (by_rows, by_columns):
    print("is .ravel() a view of the same memory?", np.shares_memory(matrix, matrix.ravel()))


# %% nbgrader={"grade": false, "grade_id": "q3_1_solution", "locked": false, "schema_version": 3, "solution": true, "task": false}
def numerical_gradient(f: Callable[[F], float], x: F, h: float = 1e-5) -> F:
    """Gradient of ``f`` at ``x`` by central differences.

    Parameters
    ----------
    f : callable
        Takes a float64 array of the shape of ``x`` and returns a number. Called ``2 * x.size`` times.
    x : ndarray, any shape with at least one entry
        Where the slope is measured. Integers are welcome. Not modified, even if ``f`` raises.
    h : float
        The step to either side of each coordinate, in the units of ``x``.

    Returns
    -------
    ndarray, the shape of ``x``, float64
        Entry ``i`` is the slope of ``f`` along coordinate ``i``.
    """
    ### BEGIN SOLUTION
    x = np.array(x, dtype=np.float64)
    slopes = np.empty(x.shape)
    for index in np.ndindex(x.shape):
        ahead, behind = x.copy(), x.copy()
        ahead[index] += h
        behind[index] -= h
        slopes[index] = (f(ahead) - f(behind)) / (2 * h)
    return slopes
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q3_1", "locked": true, "points": 10, "schema_version": 3, "solution": false, "task": false}
corner = np.array([1.0, -2.0, 0.5])
slope = numerical_gradient(lambda v: v[0] ** 2 + 3 * v[1] + v[1] * v[2], corner)
assert slope.shape == (3,), f"the gradient has the shape of x: expected (3,), got {slope.shape}"
assert np.allclose(slope, [2.0, 3.5, -2.0]), "compare with the derivatives on paper: 2 x0, 3 + x2, x1"
assert np.array_equal(corner, [1.0, -2.0, 0.5]), "x belongs to the caller: it changed"
assert np.allclose(numerical_gradient(lambda v: float(v @ v), np.array([1, 2])), [2, 4]), "x may hold integers"
of_a_matrix = numerical_gradient(lambda M: float((M**2).sum()), np.ones((2, 3)))
assert of_a_matrix.shape == (2, 3), "the gradient at a matrix is a matrix"
error = abs(numerical_gradient(lambda v: float(np.exp(v[0])), np.zeros(1), h=1e-2)[0] - 1)
assert error < 1e-4, "with h = 0.01 the error on exp should be 2e-5: do you step to both sides, and divide by 2h?"
print("Q3.1: the checks in this notebook pass")

# %% [markdown]
# ## Q3.2 Least squares with optional ridge (14 points)
#
# The lecture's first loss: fit $\hat y = x^\top w + b$ so that the squared errors are as small as possible,
#
# $$\min_{w,\, b}\ \frac1n \sum_i (y_i - x_i^\top w - b)^2 + \lambda \lVert w \rVert^2 .$$
#
# This landscape is a bowl, and its lowest point has a formula: no walk is needed. With $\lambda > 0$ (*ridge*, `l2`
# in the code) large weights cost extra. The **intercept $b$ is not penalised**: whether we measure temperatures in
# Celsius or in Kelvin should not change the slope.
#
# That suggests the way to solve it. Setting the derivative by $b$ to zero gives $b = \bar y - \bar x^\top w$ with
# the means $\bar y$ and $\bar x$ of the data; put in, it leaves a problem in $w$ alone for *centred* data. Mind the
# $1/n$ in front of the squares when you weigh them against $\lambda$.
#
# Three things to get right:
#
# * **Columns that repeat each other** (`l2 = 0`). Then many $w$ have the same smallest error. Return the one with
#   the smallest $\lVert w \rVert$, without an exception.
# * **Columns that nearly repeat each other** (`l2 = 0`). $X^\top X$ has the *square* of the condition number of $X$:
#   of 16 digits none may be left. Solvers for least squares (`np.linalg.lstsq`, or the SVD) work on $X$ itself and
#   keep half of them.
# * With $\lambda > 0$ there may be fewer samples than features.

# %%
# Worked example: one feature. The best slope is covariance / variance, with ridge covariance / (variance + l2).
hours = np.array([1.0, 2.0, 3.0, 6.0])  # of practice
score = np.array([2.0, 3.0, 5.0, 10.0])
deviation = hours - hours.mean()
for penalty in (0.0, 1.0, 10.0):
    slope = np.mean(deviation * (score - score.mean())) / (np.mean(deviation**2) + penalty)
    intercept = score.mean() - hours.mean() * slope
    print(f"l2 = {penalty:4.1f}: slope {slope:.3f} points an hour, intercept {intercept:.3f}")

# Why the condition number matters: powers 1, t, ..., t^10 of numbers in [0, 1] nearly repeat each other.
powers = np.vander(np.linspace(0, 1, 40), 11)
print(f"condition number of X: {np.linalg.cond(powers):.1e}, of X^T X: {np.linalg.cond(powers.T @ powers):.1e}")


# %% nbgrader={"grade": false, "grade_id": "q3_2_solution", "locked": false, "schema_version": 3, "solution": true, "task": false}
def least_squares(X: F, y: F, l2: float = 0.0) -> F:
    """Weights and intercept that minimise ``mean((y - X w - b)**2) + l2 * sum(w**2)``.

    Parameters
    ----------
    X : ndarray, shape (n, d)
    y : ndarray, shape (n,)
    l2 : float
        Strength of the penalty on the weights, >= 0. The intercept is not penalised.

    Returns
    -------
    ndarray, shape (d + 1,), float64
        ``w_1, ..., w_d`` and, **last**, the intercept b. If columns of ``X`` repeat each other and
        ``l2`` is 0, the minimiser with the smallest norm of w.
    """
    ### BEGIN SOLUTION
    X, y = np.asarray(X, dtype=np.float64), np.asarray(y, dtype=np.float64)
    n, d = X.shape
    x_mean, y_mean = X.mean(axis=0), y.mean()
    rows, targets = X - x_mean, y - y_mean
    if l2 > 0:  # d more rows of data, which ask for w = 0: their squares are n times the penalty
        rows = np.vstack([rows, np.sqrt(n * l2) * np.eye(d)])
        targets = np.concatenate([targets, np.zeros(d)])
    w = np.linalg.lstsq(rows, targets, rcond=None)[0]
    return np.append(w, y_mean - x_mean @ w)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q3_2", "locked": true, "points": 14, "schema_version": 3, "solution": false, "task": false}
line = least_squares(hours[:, None], score)
assert line.shape == (2,), f"one weight and one intercept: expected shape (2,), got {line.shape}"
assert line.dtype == np.float64, f"expected float64, got {line.dtype}"
assert np.allclose(line, [5.75 / 3.5, 5 - 3 * 5.75 / 3.5]), "the worked example with l2 = 0; the intercept comes last"
assert np.allclose(least_squares(hours[:, None], score, 1.0), [5.75 / 4.5, 5 - 3 * 5.75 / 4.5]), "... and with l2 = 1"
raised = least_squares(hours[:, None], score + 273.15, 1.0)
moved = raised - least_squares(hours[:, None], score, 1.0)
assert np.allclose(moved, [0, 273.15]), "adding a constant to y moves only the intercept"
twins = least_squares(np.column_stack([hours, hours]), score)
assert np.allclose(twins[:2], 5.75 / 7), "equal columns: the smallest weights share the work equally"
print("Q3.2: the checks in this notebook pass")

# %% [markdown]
# **On real data.** The ten features of 442 patients (`data/diabetes.csv`) and how far their diabetes had progressed
# a year later. $R^2$ is the share of the variance that the fit explains; about half of it is all that a linear model
# can get here.

# %%
patients = np.loadtxt("data/diabetes.csv", delimiter=",", skiprows=1)
measured, progression = patients[:, :10], patients[:, 10]
try:
    fit = least_squares(measured, progression)
    residual = progression - measured @ fit[:10] - fit[10]
    print(f"R^2 = {1 - residual.var() / progression.var():.5f}")
except NotImplementedError:
    print("solve Q3.2 to see R^2")

# %% [markdown]
# ## Q3.3 Logistic loss and gradient, vectorised (18 points)
#
# Now the answer is 0 or 1. The score $z_i = x_i^\top w + b$ becomes a probability by the *sigmoid*,
# $p_i = 1 / (1 + e^{-z_i})$, and the loss is the negative log-likelihood that you know from week 2, **averaged**
# over the samples, plus a penalty on the weights, but not on the intercept:
#
# $$L(w, b) = \frac1n \sum_i \bigl[\log(1 + e^{z_i}) - y_i z_i\bigr] + \frac\lambda2 \lVert w \rVert^2 ,$$
# $$\frac{\partial L}{\partial w} = \frac1n \sum_i (p_i - y_i)\, x_i + \lambda w, \qquad
# \frac{\partial L}{\partial b} = \frac1n \sum_i (p_i - y_i) .$$
#
# (Note the $\frac12$ here and not in Q3.2: both conventions are in use, and half of all disagreements between two
# programs come from it. This one makes the gradient pretty.)
#
# **Without overflow.** A sample that is misclassified with $z = 1000$ has the loss 1000, a perfectly good number. But
# $e^{1000}$ is infinite, and $\log p$ of a probability that was rounded to 0 is $-\infty$. Clipping $p$ hides the
# problem and gives wrong losses. What helps is
#
# $$\log(1 + e^z) = \max(z, 0) + \log(1 + e^{-|z|}), \qquad
# \frac{1}{1 + e^{-z}} = \frac{e^{z}}{1 + e^{z}} \ \text{ for } z < 0 ,$$
#
# in which no exponent is positive; NumPy and SciPy have functions for both. (`np.where(z < 0, a, b)` computes `a`
# *and* `b` for all entries, and then chooses: what overflows in `a` has overflowed.) The grader treats every
# overflow, invalid value and division by zero as an error (an *underflow*, a tiny number rounded to 0, is harmless).
#
# **Speed.** The grader calls your function with `n = 200_000`, `d = 5` and wants an answer within half a second of
# processor time. A loop over samples takes about one second, two matrix products take 10 ms.

# %%
# Worked example: three samples, each with its own problem.
scores = np.array([-1000.0, 0.0, 1000.0])
truth = np.array([0.0, 1.0, 0.0])  # the third is badly wrong: its loss should be 1000
with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
    p = 1 / (1 + np.exp(-scores))
    print("as in the textbook:", -(truth * np.log(p) + (1 - truth) * np.log(1 - p)))
print("by the formula:    ", np.maximum(scores, 0) + np.log1p(np.exp(-np.abs(scores))) - truth * scores)


# %% nbgrader={"grade": false, "grade_id": "q3_3_solution", "locked": false, "schema_version": 3, "solution": true, "task": false}
def logistic_loss_grad(w: F, X: F, y: F, l2: float) -> tuple[float, F]:
    """Mean logistic loss with an L2 penalty, and its gradient.

    Parameters
    ----------
    w : ndarray, shape (d + 1,)
        Weights of the features and, last, the intercept, which is not penalised.
    X : ndarray, shape (n, d)
    y : ndarray, shape (n,)
        Labels 0 and 1, as floats or as integers.
    l2 : float
        Strength of the penalty ``l2 / 2 * sum(w[:d]**2)``, >= 0.

    Returns
    -------
    loss : float
        In nats a sample.
    gradient : ndarray, shape (d + 1,), float64
        In the order of ``w``.

    Raises
    ------
    ValueError
        If a label is neither 0 nor 1.
    """
    ### BEGIN SOLUTION
    w, X, y = np.asarray(w, dtype=np.float64), np.asarray(X, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if not ((y == 0) | (y == 1)).all():
        raise ValueError("labels must be 0 or 1")
    z = X @ w[:-1] + w[-1]
    small = np.exp(-np.abs(z))  # the exponent is never positive
    p = np.where(z >= 0, 1.0, small) / (1.0 + small)
    loss = np.mean(np.maximum(z, 0.0) + np.log1p(small) - y * z) + l2 / 2 * (w[:-1] @ w[:-1])
    gradient = np.append(X.T @ (p - y) / len(y) + l2 * w[:-1], np.mean(p - y))
    return float(loss), gradient
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q3_3", "locked": true, "points": 18, "schema_version": 3, "solution": false, "task": false}
passed = np.array([0, 0, 1, 1])
zero_loss, zero_gradient = logistic_loss_grad(np.zeros(2), hours[:, None], passed, 0.1)
assert isinstance(zero_loss, float), f"the loss is a float, got {type(zero_loss).__name__}"
assert np.isclose(zero_loss, np.log(2)), "without any knowledge p = 1/2, and the loss is log 2"
assert zero_gradient.shape == (2,), f"one weight and one intercept: expected shape (2,), got {zero_gradient.shape}"
assert np.allclose(zero_gradient, [-0.75, 0.0]), "at w = 0 the residuals p - y are 1/2, 1/2, -1/2, -1/2: take means"
tilted = np.array([1.0, -3.0])
measured_slope = [
    (logistic_loss_grad(tilted + e, hours[:, None], passed, 0.1)[0]
     - logistic_loss_grad(tilted - e, hours[:, None], passed, 0.1)[0]) / 2e-5
    for e in 1e-5 * np.eye(2)
]
own_slope = logistic_loss_grad(tilted, hours[:, None], passed, 0.1)[1]
assert np.allclose(own_slope, measured_slope), "your gradient is not the slope of your loss, as Q3.1 measures it"
with np.errstate(over="raise", divide="raise", invalid="raise"):
    far_off, _ = logistic_loss_grad(np.array([1.0, 0.0]), scores[:, None], truth, 0.0)
assert np.isclose(far_off, (1000 + np.log(2)) / 3), "the worked example: losses 0, log 2 and 1000"
try:
    logistic_loss_grad(np.zeros(2), hours[:, None], np.array([-1, 1, -1, 1]), 0.1)
except ValueError:
    pass
else:
    raise AssertionError("labels -1 and 1 should raise ValueError")
print("Q3.3: the checks in this notebook pass")

# %% [markdown]
# ## Q3.4 Gradient descent with an honest stopping rule (18 points)
#
# Now walk: from $x_0$ repeat
#
# $$x_{k+1} = x_k - \eta\, \nabla f(x_k)$$
#
# with a fixed learning rate $\eta$ (`lr`). Two questions remain: how large may $\eta$ be, and when are we there?
#
# **How large.** In a bowl with the curvatures $\mu \le \dots \le L$ (the eigenvalues of the Hessian), every step
# multiplies the distance to the minimum along a curvature $c$ by $1 - \eta c$. It shrinks for all of them if
# $\eta < 2/L$; above that, the steepest direction overshoots further each time, and the walk explodes. The flattest
# direction needs about $L/\mu$ steps: the *condition number* decides how long the walk is.
#
# **When to stop.** At a minimum the gradient is zero; so stop when $\lVert \nabla f(x) \rVert_2 \le$ `tol`. It is
# tempting to stop when the *step* $\eta \lVert \nabla f \rVert$ or the *change of $f$* is small, but with a small
# learning rate every step is small, wherever you are. An optimiser that says "converged" when it only got tired is
# worse than one that says nothing.
#
# The order of things, at each point $x_k$, $k = 0, 1, \dots$:
#
# 1. append $f(x_k)$ to the history; raise `FloatingPointError` if it is infinite or NaN;
# 2. if $\lVert \nabla f(x_k) \rVert_2 \le$ `tol`, return with `converged=True`;
# 3. if `max_iter` steps have been made, return with `converged=False`;
# 4. else make a step.

# %%
# Worked example: f(x) = 3/2 x^2 has the curvature L = 3, so the border is at 2/3. Start at x = 1, make ten steps.
for rate in (0.1, 1 / 3, 0.6, 2 / 3, 0.7):
    position, path = 1.0, []
    for _ in range(10):
        position = position - rate * 3 * position
        path.append(position)
    print(f"lr = {rate:.3f}: each step multiplies by {1 - 3 * rate:+.2f};", np.round(path, 3))


# %% nbgrader={"grade": false, "grade_id": "q3_4_given", "locked": true, "schema_version": 3, "solution": false, "task": false}
class GDResult(NamedTuple):
    """Where a walk ended, and how it got there."""

    x: F  # (d,), the last point
    history: list[float]  # f at every point, the first and the last included: n_iter + 1 numbers
    n_iter: int  # steps made
    converged: bool  # is the gradient at x small?


# %% nbgrader={"grade": false, "grade_id": "q3_4_solution", "locked": false, "schema_version": 3, "solution": true, "task": false}
def gradient_descent(
    f: Callable[[F], float], grad: Callable[[F], F], x0: F, lr: float, max_iter: int = 1000, tol: float = 1e-6
) -> GDResult:
    """Minimise ``f`` by steps of fixed learning rate against its gradient.

    Parameters
    ----------
    f : callable
        Takes a point, shape (d,), and returns a number.
    grad : callable
        Takes a point, shape (d,), and returns the gradient of ``f``, shape (d,).
    x0 : ndarray, shape (d,)
        Where the walk starts. Integers are welcome. Not modified.
    lr : float
        Learning rate: a step is ``-lr * grad(x)``.
    max_iter : int
        Most steps to make, >= 0.
    tol : float
        The walk has converged where the Euclidean norm of the gradient is at most ``tol``. Tested
        before every step, and once more after the last.

    Returns
    -------
    GDResult
        The last point; f at all points, in order (``n_iter + 1`` floats); the number of steps; whether
        the gradient at the last point is at most ``tol``.

    Raises
    ------
    FloatingPointError
        As soon as ``f`` is infinite or NaN at a point of the walk.
    """
    ### BEGIN SOLUTION
    x = np.array(x0, dtype=np.float64)
    history: list[float] = []
    while True:
        history.append(float(f(x)))
        if not np.isfinite(history[-1]):
            raise FloatingPointError(f"f is {history[-1]} after {len(history) - 1} steps; try a smaller lr")
        slope = grad(x)
        n_iter = len(history) - 1
        converged = bool(np.linalg.norm(slope) <= tol)
        if converged or n_iter >= max_iter:
            return GDResult(x, history, n_iter, converged)
        x = x - lr * slope
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q3_4", "locked": true, "points": 18, "schema_version": 3, "solution": false, "task": false}
bowl = np.array([3.0, 1.0])  # curvatures
start = np.array([1.0, 1.0])
walk = gradient_descent(lambda v: bowl @ v**2 / 2, lambda v: bowl * v, start, lr=0.5, max_iter=2)
assert isinstance(walk, GDResult), "return GDResult(x=..., history=..., n_iter=..., converged=...)"
assert np.allclose(walk.x, [0.25, 0.25]), "two steps multiply the coordinates by (1 - 3/2)^2 and (1 - 1/2)^2"
assert np.allclose(walk.history, [2.0, 0.5, 0.125]), "f at the start, after one step, and after two"
assert walk.n_iter == 2, f"two steps were made, you count {walk.n_iter}"
assert not walk.converged, "after two steps the gradient is still large"
assert np.array_equal(start, [1.0, 1.0]), "x0 belongs to the caller: it changed"
arrived = gradient_descent(lambda v: bowl @ v**2 / 2, lambda v: bowl * v, start, lr=0.5)
assert arrived.converged, "with 1000 steps the walk gets there"
assert np.linalg.norm(bowl * arrived.x) <= 1e-6, "converged means: the gradient is at most tol"
try:
    with np.errstate(over="ignore", invalid="ignore"):  # the function below overflows, as it should
        gradient_descent(lambda v: bowl @ v**2 / 2, lambda v: bowl * v, start, lr=1000.0)
except FloatingPointError:
    pass
else:
    raise AssertionError("with lr = 1000 the walk explodes: raise FloatingPointError")
print("Q3.4: the checks in this notebook pass")

# %% [markdown]
# **Look at it.** Twenty steps in a long valley, curvatures 1 and 10, so that the border is at $2/L = 0.2$. Before
# you scroll: which of the three rates gets nearest to the middle?

# %%
across, up = np.meshgrid(np.linspace(-10.5, 10.5, 30), np.linspace(-4, 4, 30))
valley = np.array([1.0, 10.0])
fig, panels = plt.subplots(1, 3, figsize=(9, 1.8), sharey=True)
for axes, rate in zip(panels, (0.03, 0.17, 0.203), strict=True):
    axes.contour(across, up, (across**2 + 10 * up**2) / 2, levels=8, colors="lightsteelblue", linewidths=0.8)
    points = [np.array([10.0, 2.0])]
    try:
        for _ in range(20):  # one step at a time, to see all points
            points.append(gradient_descent(lambda v: valley @ v**2 / 2, lambda v: valley * v, points[-1], rate, 1).x)
        axes.set_title(f"lr = {rate}: ends {np.linalg.norm(points[-1]):.2f} away")
    except NotImplementedError:
        axes.set_title(f"lr = {rate}: solve Q3.4")
    axes.plot(*np.array(points).T, ".-", color="crimson", linewidth=0.8, markersize=4)
    axes.set(xlim=(-10.5, 10.5), ylim=(-4, 4), xticks=[], yticks=[], aspect="equal")
plt.show()

# %% [markdown]
# ## Q3.5 Classify a critical point (10 points)
#
# Where the gradient is zero, the walk stops; but not every such place is a minimum. To second order the landscape
# around a critical point $x$ is
#
# $$f(x + v) \approx f(x) + \tfrac12\, v^\top H v ,$$
#
# with the *Hessian* $H$, the matrix of second derivatives. Along an eigenvector of $H$ the curvature is the
# eigenvalue. So the eigenvalues decide, and nothing else does. Neither the diagonal (which looks along the axes
# only), nor the trace (an average), nor the determinant (a product, in which two minus signs cancel) is enough:
#
# | eigenvalues | answer |
# | --- | --- |
# | at least one positive **and** at least one negative | `"saddle"`, whatever the others are |
# | otherwise, at least one zero | `"degenerate"`: second order cannot tell |
# | all positive | `"minimum"` |
# | all negative | `"maximum"` |
#
# On a computer "zero" is a range: count an eigenvalue with $|\lambda| \le$ `tol` as zero, one above as positive, one
# below $-$`tol` as negative. A measured Hessian (say, from differences of gradients) need not be quite symmetric;
# only its symmetric part $(H + H^\top)/2$ matters in $v^\top H v$: use the eigenvalues of that.

# %%
# Worked example: f(x, y) = x^2 + y^2 + 3xy. The diagonal of its Hessian says minimum; walk along (1, -1) instead.
hessian = np.array([[2.0, 3.0], [3.0, 2.0]])
for direction in (np.array([1.0, 0.0]), np.array([0.0, 1.0]), np.array([1.0, -1.0]) / np.sqrt(2)):
    print("curvature along", np.round(direction, 2), "is", round(float(direction @ hessian @ direction), 6))

# A matrix and its symmetric part bend alike in every direction v.
lopsided = np.array([[2.0, 5.0], [1.0, 2.0]])
v = np.array([0.6, -0.8])
print(v @ lopsided @ v, v @ hessian @ v)


# %% nbgrader={"grade": false, "grade_id": "q3_5_solution", "locked": false, "schema_version": 3, "solution": true, "task": false}
def classify_critical_point(H: F, tol: float = 1e-8) -> Literal["minimum", "maximum", "saddle", "degenerate"]:
    """Say what kind of critical point a Hessian describes.

    Parameters
    ----------
    H : ndarray, shape (d, d), d >= 1
        Second derivatives; only the symmetric part ``(H + H.T) / 2`` counts.
    tol : float
        An eigenvalue of the symmetric part counts as zero if its absolute value is at most ``tol``,
        in the units of ``H``: not relative to the other eigenvalues.

    Returns
    -------
    str
        "saddle" if there are positive and negative eigenvalues; else "degenerate" if one is zero;
        else "minimum" (all positive) or "maximum" (all negative).
    """
    ### BEGIN SOLUTION
    H = np.asarray(H, dtype=np.float64)
    curvatures = np.linalg.eigvalsh((H + H.T) / 2)
    rises, falls = (curvatures > tol).any(), (curvatures < -tol).any()
    if rises and falls:
        return "saddle"
    if (np.abs(curvatures) <= tol).any():
        return "degenerate"
    return "minimum" if rises else "maximum"
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q3_5", "locked": true, "points": 10, "schema_version": 3, "solution": false, "task": false}
assert classify_critical_point(np.eye(3)) == "minimum", "all curvatures are 1"
assert classify_critical_point(-np.eye(2)) == "maximum", "all curvatures are -1 (and their product is 1)"
assert classify_critical_point(hessian) == "saddle", "the worked example: 5 along (1, 1), -1 along (1, -1)"
assert classify_critical_point(lopsided) == "saddle", "the same after taking the symmetric part"
assert classify_critical_point(np.ones((2, 2))) == "degenerate", "along (1, -1) there is no curvature"
assert classify_critical_point(np.diag([1, 0, -1])) == "saddle", "up and down: a saddle, whatever the third one is"
assert classify_critical_point(np.array([[0.5]]), tol=1.0) == "degenerate", "tol decides what counts as zero"
print("Q3.5: the checks in this notebook pass")

# %% [markdown]
# **Look at it.** Three surfaces around a critical point at their middle, as heights (dark is low), and what your
# function says about each.

# %%
side_x, side_y = np.meshgrid(np.linspace(-1, 1, 40), np.linspace(-1, 1, 40))
surfaces = (np.array([[2.0, 0.6], [0.6, 1.0]]), np.array([[0.4, 2.0], [2.0, 0.4]]), np.ones((2, 2)))
fig, panels = plt.subplots(1, 3, figsize=(7.5, 2.5))
for axes, surface in zip(panels, surfaces, strict=True):
    height = (surface[0, 0] * side_x**2 + 2 * surface[0, 1] * side_x * side_y + surface[1, 1] * side_y**2) / 2
    axes.imshow(height, origin="lower", cmap="viridis")
    try:
        axes.set_title(classify_critical_point(surface))
    except NotImplementedError:
        axes.set_title("solve Q3.5")
    axes.set(xticks=[], yticks=[])
plt.show()

# %% [markdown]
# ## Q3.6 Newton's method for logistic regression (14 points)
#
# Gradient descent knows the slope only. Newton's method also knows the curvature: at each point it puts a bowl with
# the same slope and the same Hessian under the landscape and jumps to the lowest point of that bowl,
#
# $$x_{k+1} = x_k - H(x_k)^{-1}\, \nabla f(x_k).$$
#
# Near the minimum the number of correct digits *doubles* with every step, and the condition number plays no role.
# The price: a matrix of $(d+1)^2$ numbers, and a linear system to solve at each step (solve it; there is no need for
# the inverse).
#
# With the column of ones appended, $\tilde X = (X, 1)$, and $p_i$ as in Q3.3, the Hessian of the logistic loss is
#
# $$H = \frac1n\, \tilde X^\top \mathrm{diag}\bigl(p_i (1 - p_i)\bigr)\, \tilde X + \lambda\, \mathrm{diag}(1, \dots, 1, 0) .$$
#
# $\mathrm{diag}$ is how one writes it, not how one computes it: that matrix has $n^2$ entries, and all but $n$ are
# zero.
#
# * `logistic_hessian` must not overflow for large scores (as in Q3.3). The grader calls it with `n = 20_000`,
#   `d = 10` and wants an answer within two seconds of processor time and 1 GiB of memory: a loop over samples
#   passes, an `(n, n)` matrix does not.
# * `newton_logistic` starts at $w = 0$, makes full steps, and stops by the same rule as Q3.4: the gradient's norm is
#   tested before every step and once more after the last; the history holds the loss at every point.
#
# You may use `logistic_loss_grad`; the grader then puts a right one in its place, so that a mistake in Q3.3 costs
# nothing here.

# %%
# Worked example: f(x) = x - log x has its minimum at 1, slope 1 - 1/x and curvature 1/x^2.
guess = 0.5
for _ in range(6):
    print(f"x = {guess:.16f}   error = {abs(guess - 1):.1e}")
    guess = guess - (1 - 1 / guess) / (1 / guess**2)

# Multiplying the rows of a matrix by numbers, with and without the diagonal matrix.
rows, factors = np.arange(6.0).reshape(3, 2), np.array([1.0, 10.0, 100.0])
print(np.array_equal(np.diag(factors) @ rows, factors[:, None] * rows))


# %% nbgrader={"grade": false, "grade_id": "q3_6_solution", "locked": false, "schema_version": 3, "solution": true, "task": false}
def logistic_hessian(w: F, X: F, l2: float) -> F:
    """Second derivatives of the loss of ``logistic_loss_grad``; they do not depend on the labels.

    Parameters
    ----------
    w : ndarray, shape (d + 1,)
        Weights of the features and, last, the intercept, which is not penalised.
    X : ndarray, shape (n, d)
    l2 : float
        Strength of the penalty ``l2 / 2 * sum(w[:d]**2)``, >= 0.

    Returns
    -------
    ndarray, shape (d + 1, d + 1), float64
        Symmetric, and no eigenvalue is negative (up to rounding).
    """
    ### BEGIN SOLUTION
    w, X = np.asarray(w, dtype=np.float64), np.asarray(X, dtype=np.float64)
    small = np.exp(-np.abs(X @ w[:-1] + w[-1]))
    spread = small / (1.0 + small) ** 2  # p (1 - p), the same for z and -z
    with_ones = np.column_stack([X, np.ones(len(X))])
    hessian = with_ones.T @ (spread[:, None] * with_ones) / len(X)
    return hessian + l2 * np.diag(np.append(np.ones(X.shape[1]), 0.0))
    ### END SOLUTION


def newton_logistic(X: F, y: F, l2: float, max_iter: int = 50, tol: float = 1e-10) -> GDResult:
    """Minimise the logistic loss by Newton's method, from ``w = 0``.

    Parameters
    ----------
    X : ndarray, shape (n, d)
    y : ndarray, shape (n,)
        Labels 0 and 1.
    l2 : float
        Strength of the penalty ``l2 / 2 * sum(w[:d]**2)``, > 0.
    max_iter : int
        Most steps to make.
    tol : float
        The method has converged where the Euclidean norm of the gradient is at most ``tol``.

    Returns
    -------
    GDResult
        As in ``gradient_descent``: ``x`` are the d weights and, last, the intercept; ``history`` is the
        loss at every point, the first and the last included.
    """
    ### BEGIN SOLUTION
    w = np.zeros(np.shape(X)[1] + 1)
    history: list[float] = []
    while True:
        loss, slope = logistic_loss_grad(w, X, y, l2)
        history.append(loss)
        n_iter = len(history) - 1
        converged = bool(np.linalg.norm(slope) <= tol)
        if converged or n_iter >= max_iter:
            return GDResult(w, history, n_iter, converged)
        w = w - np.linalg.solve(logistic_hessian(w, X, l2), slope)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q3_6", "locked": true, "points": 14, "schema_version": 3, "solution": false, "task": false}
passed = np.array([0, 0, 1, 1])
bend = logistic_hessian(np.zeros(2), hours[:, None], 0.1)
assert bend.shape == (2, 2), f"one weight and one intercept: expected shape (2, 2), got {bend.shape}"
assert np.allclose(bend, [[12.5 / 4 + 0.1, 3 / 4], [3 / 4, 1 / 4]]), "at w = 0 every p (1 - p) is 1/4; take means"
jump = newton_logistic(hours[:, None], passed, 0.1)
assert isinstance(jump, GDResult), "return GDResult(x=..., history=..., n_iter=..., converged=...)"
assert jump.converged, "Newton's method should converge here"
assert jump.n_iter <= 8, f"a handful of steps is enough; you need {jump.n_iter}"
assert len(jump.history) == jump.n_iter + 1, "the history holds the loss at every point: n_iter + 1 of them"
p_end = 1 / (1 + np.exp(-(hours * jump.x[0] + jump.x[1])))
assert abs(np.mean(p_end - passed)) < 1e-8, "at the minimum the slope along the intercept, the mean of p - y, is 0"
print("Q3.6: the checks in this notebook pass")

# %% [markdown]
# **Look at it.** Ten measurements of the cell nuclei in 569 biopsies (`data/breast_cancer.csv`): is the tumour
# malignant? The raw columns range from hundredths to thousands, and the Hessian at the start has the condition number
# $10^8$; standardised (week 1!) it is 137. Blue is gradient descent with the learning rate $1/L$, red is Newton's
# method.

# %%
table = np.loadtxt("data/breast_cancer.csv", delimiter=",", skiprows=1)
raw, malignant = table[:, :10], table[:, 10]
standard = (raw - raw.mean(axis=0)) / raw.std(axis=0)
fig, panels = plt.subplots(1, 2, figsize=(8, 2.6), sharey=True)
for axes, features, what in zip(panels, (raw, standard), ("raw", "standardised"), strict=True):
    try:
        best = newton_logistic(features, malignant, 0.01)
        # p (1 - p) is at most 1/4, so this is the largest curvature anywhere
        steepest = np.linalg.eigvalsh(logistic_hessian(np.zeros(11), features, 0.01))[-1]
        slow = gradient_descent(
            lambda v, X=features: logistic_loss_grad(v, X, malignant, 0.01)[0],
            lambda v, X=features: logistic_loss_grad(v, X, malignant, 0.01)[1],
            np.zeros(11),
            1 / steepest,
            max_iter=150,
        )
        for run, style in ((slow.history, "steelblue"), (best.history[:-1], "crimson")):
            axes.plot(np.log10(np.maximum(np.array(run) - best.history[-1], 1e-12)), color=style)
        axes.set_title(f"{what}: Newton {best.n_iter} steps")
    except NotImplementedError:
        axes.set_title(f"{what}: solve Q3.3, 3.4, 3.6")
    axes.set(xlabel="steps", xticks=[0, 50, 100, 150], ylim=(-10, 0.5), yticks=[-9, -6, -3, 0])
panels[0].set_ylabel("loss above the minimum")
panels[0].set_yticklabels(["1e-9", "1e-6", "0.001", "1"])
plt.show()

# %% [markdown]
# ## Q3.7 Minibatch SGD (16 points)
#
# The loss is a mean over samples, and so is its gradient. The mean over a random handful of samples, a *minibatch*,
# is a noisy estimate of it, at a fraction of the price. *Stochastic gradient descent* takes many cheap noisy steps
# instead of few exact ones:
#
# * An **epoch** is one pass over all samples: shuffle the indices $0, \dots, n-1$ and deal them out in batches.
#   Every index comes up exactly once an epoch; the last batch may be smaller, but it is not dropped. The next epoch
#   is shuffled anew.
# * **Step** number $k = 0, 1, 2, \dots$ (counted through *all* epochs) is $x \leftarrow x - \eta_k\, g$ with
#   $\eta_k =$ `lr(k)` and $g =$ `grad_batch(x, indices)`. The batch's mean is already taken in `grad_batch`: use its
#   value as it is.
#
# Why does the rate depend on $k$? With a constant rate the noise never ends: the walk hovers around the minimum at a
# distance that depends on $\eta$. A rate that decays like $1/k$ averages the noise away. (For a network the exact
# minimum is not what we want anyway, said the lecture; a good place, found fast, is.)
#
# All randomness comes from `rng`: pass it on, draw from it, but do not make a generator of your own and do not seed
# one. Then the same `rng` gives the same walk, and a second epoch with the same `rng` gives another order.

# %%
# Worked example: two epochs of five samples in batches of two, shuffled by hand.
for epoch, deck in enumerate(([3, 0, 4, 1, 2], [2, 4, 0, 3, 1])):
    print("epoch", epoch, "deals", [deck[first : first + 2] for first in range(0, 5, 2)])

# The mean is where the sum of squares is least. SGD with one sample a step and lr(k) = 1/(k + 1) *is* the running mean.
estimate = 0.0
for k, sample in enumerate([4.0, 8.0, 3.0, 9.0]):
    estimate = estimate - 1 / (k + 1) * (estimate - sample)
    print("after step", k, "the estimate is", estimate)


# %% nbgrader={"grade": false, "grade_id": "q3_7_solution", "locked": false, "schema_version": 3, "solution": true, "task": false}
def minibatches(n: int, batch_size: int, rng: np.random.Generator) -> Iterator[I]:
    """Deal the indices 0..n-1 in random order: one epoch.

    Parameters
    ----------
    n : int
        Number of samples.
    batch_size : int
        Indices in a batch, >= 1; the last batch holds what is left. May be larger than n.
    rng : numpy.random.Generator
        Where the order comes from.

    Returns
    -------
    iterator (or list) of ndarray, shape (batch_size,) or smaller, int64
    """
    ### BEGIN SOLUTION
    order = rng.permutation(n)
    for first in range(0, n, batch_size):
        yield order[first : first + batch_size]
    ### END SOLUTION


def sgd(
    grad_batch: Callable[[F, I], F],
    x0: F,
    n: int,
    *,
    batch_size: int,
    epochs: int,
    lr: Callable[[int], float],
    rng: np.random.Generator,
) -> F:
    """Minimise a mean over n samples by minibatch stochastic gradient descent.

    Parameters
    ----------
    grad_batch : callable
        ``grad_batch(x, indices)`` is the mean gradient over those samples, shape (d,). Called once a step.
    x0 : ndarray, shape (d,)
        Where the walk starts. Integers are welcome. Not modified.
    n : int
        Number of samples.
    batch_size : int
        Samples a step; the last step of an epoch may have fewer.
    epochs : int
        Passes over all samples, >= 1.
    lr : callable
        ``lr(k)`` is the learning rate of step k = 0, 1, 2, ..., counted through all epochs.
    rng : numpy.random.Generator
        Where every epoch's order comes from.

    Returns
    -------
    ndarray, shape (d,), float64
        The last point.
    """
    ### BEGIN SOLUTION
    x = np.array(x0, dtype=np.float64)
    step = 0
    for _ in range(epochs):
        for indices in minibatches(n, batch_size, rng):
            x = x - lr(step) * grad_batch(x, indices)
            step += 1
    return x
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q3_7", "locked": true, "points": 16, "schema_version": 3, "solution": false, "task": false}
epoch = [np.asarray(batch) for batch in minibatches(10, 4, np.random.default_rng(1))]
assert [len(batch) for batch in epoch] == [4, 4, 2], "10 samples in batches of 4: two full ones and a smaller last one"
assert sorted(np.concatenate(epoch).tolist()) == list(range(10)), "every index comes up exactly once an epoch"
assert np.concatenate(epoch).tolist() != list(range(10)), "shuffle the indices"
shared = np.random.default_rng(1)
both = [np.concatenate(list(minibatches(50, 7, shared))).tolist() for _ in range(2)]
assert both[0] != both[1], "the second epoch is shuffled anew"
samples = np.array([4.0, 8.0, 3.0, 9.0])


def mean_gradient(x, indices):
    """Of the mean of (x - sample)^2 / 2."""
    return x - samples[indices].mean()


running = sgd(mean_gradient, np.zeros(1), 4, batch_size=1, epochs=1, lr=lambda k: 1 / (k + 1), rng=shared)
assert np.allclose(running, samples.mean()), "in whichever order: the running mean ends at the mean"
twice = sgd(mean_gradient, np.zeros(1), 4, batch_size=1, epochs=2, lr=lambda k: 1 / (k + 1), rng=shared)
assert np.allclose(twice, samples.mean()), "the step counter goes on in the second epoch: lr(4), lr(5), ..."
print("Q3.7: the checks in this notebook pass")

# %% [markdown]
# **Look at it.** The mean of 2000 noisy numbers (grey line) by SGD, ten samples a step, two epochs: a constant rate
# against one that decays.

# %%
noisy = 3 + np.random.default_rng(8).normal(size=2000)
walks = {"steelblue": [], "crimson": []}


def noisy_gradient(x, indices, seen):
    """Of the mean of (x - sample)^2 / 2; notes where x is."""
    seen.append(x[0])
    return x - noisy[indices].mean()


fig, axes = plt.subplots(figsize=(6, 2.4))
try:
    for seen, rate in ((walks["steelblue"], lambda k: 0.5), (walks["crimson"], lambda k: 1 / (k + 1))):
        watched = lambda x, indices, seen=seen: noisy_gradient(x, indices, seen)
        sgd(watched, np.zeros(1), 2000, batch_size=10, epochs=2, lr=rate, rng=np.random.default_rng(5))
    axes.set_title("lr(k) = 1/2 (blue) and 1/(k + 1) (red)")
except NotImplementedError:
    axes.set_title("solve Q3.7 to see the noise")
for colour, seen in walks.items():
    axes.plot(seen, color=colour, linewidth=0.8)
axes.axhline(noisy.mean(), color="grey", linewidth=0.8)
axes.set(xlabel="steps", ylabel="estimate", xticks=[0, 200, 400], ylim=(2, 4), yticks=[2, 3, 4])
plt.show()

# %% [markdown]
# ## Looking back (4 extra points; a person reads your answer)
#
# Look once more at the two panels below Q3.6, at the loss of gradient descent on the raw columns. A fellow student
# says: *"The curve is flat after a few steps, so it has converged; and the loss is small enough anyway."*
#
# Answer in five to eight sentences:
#
# 1. Is the fellow right that it has converged? Name an observation that decides it.
# 2. Why is the raw run so slow and the standardised one is not? Use the curvatures, and the largest learning rate
#    that is safe.
# 3. Why does Newton's method not care, and what does it pay for that?
# 4. For a network with a million parameters neither cure is quite available. What would you do, and what do you give
#    up?

# %% [markdown] nbgrader={"grade": true, "grade_id": "reflection", "locked": false, "points": 4, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# **Model answer.** No: converged means that the gradient is small, and on the raw columns its norm is still about
# 0.3 or more after thousands of steps (print it, or look at `converged`); the loss lies well above Newton's minimum
# of 0.22. A curve looks flat when the steps are small, wherever one is. The learning rate must stay below 2/L, and L
# is set by the column with the largest numbers (area, in the thousands; L is about 140,000), so that the step along
# all the other columns, whose curvature is 100 million times smaller, is next to nothing: the number of steps grows
# like L/mu. Standardised columns have curvatures of one size (condition number 137). Newton's method divides each
# direction by its own curvature, so that a rescaling of a column cancels out (exactly so without the penalty); it
# pays with a (d+1) x (d+1) matrix and a linear system a step. With a million parameters that matrix has 10^12
# entries: one would normalise inputs and layers, use minibatches with a decaying rate (or momentum, or a diagonal
# rescaling as in Adam), and give up the exact minimum, which is not what we want anyway.
#
# **Mark scheme, one point each.**
#
# 1. Says "no" *and* names the gradient's norm, the field `converged` or the gap to Newton's loss. No point for "the
#    curve is flat" alone.
# 2. Links the learning rate to the largest curvature (2/L) *and* the slowness to the smallest (condition number).
#    Half a point for "the columns have different sizes" without curvature.
# 3. Newton rescales by the inverse Hessian (each direction by its own curvature), *and* a cost: the matrix, or
#    solving the system.
# 4. Any sensible pair of remedy and price: standardise or normalise; SGD, momentum, Adam; a stop by validation loss;
#    the price is noise, one more setting to tune, or no exact minimum.
# ### END SOLUTION
