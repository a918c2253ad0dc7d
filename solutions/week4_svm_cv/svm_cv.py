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
# # Week 4: SVM, cross-validation and boosting
#
# Three ideas of the lecture belong together this week. The **support vector machine** asks not only for a line that
# separates two classes, but for the one with the widest margin, and it makes do with the few points that lie at the
# margin. **Cross-validation** asks how well a method will do on data that it has not seen, without spending those
# data: each part of the data is the validation set once. **Boosting** builds a strong classifier out of many weak
# ones, each trained on what the ones before it got wrong.
#
# The second idea is the one that you will use in every project, and the one that goes wrong most often without
# anybody noticing: a number that is too good to be true *looks* like success. So a third of the points of this week
# are about folds and leakage.
#
# | question | points |
# | --- | --- |
# | Q4.1 Soft-margin objective and subgradient, *vectorised* | 16 |
# | Q4.2 Train a linear SVM | 16 |
# | Q4.3 Kernels, *vectorised* | 12 |
# | Q4.4 From the dual to the primal | 14 |
# | Q4.5 k-fold and stratified k-fold | 14 |
# | Q4.6 Cross-validation without leakage | 16 |
# | Q4.7 One round of AdaBoost | 12 |
# | Looking back: a written answer | 4 extra |
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
# 4. Do not set or use the global random state (`np.random.seed`, `np.random.rand`, ...). Where you need random
#    numbers you get a generator, `rng`.
# 5. Invalid input that the docstring names raises `ValueError` with a message.
# 6. *Vectorised* marks the questions with a speed test: no Python loop over samples. The sizes are in the text.
# 7. Two classes are called **-1 and +1** in all questions about SVM and boosting: the formulas need it.
#
# NumPy and SciPy are allowed everywhere. scikit-learn is installed, and an experiment below uses it. Where it has the
# answer to a question ready-made, the text of the question says that it is not allowed *there*: an answer that uses
# it all the same earns nothing. In experiments of your own you may use what you like.

# %% nbgrader={"grade": false, "grade_id": "setup", "locked": true, "schema_version": 3, "solution": false, "task": false}
from collections.abc import Callable, Sequence
from typing import NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from numpy.typing import NDArray

F = NDArray[np.float64]
I = NDArray[np.int64]

# %% [markdown]
# ## Q4.1 Soft-margin objective and subgradient, vectorised (16 points)
#
# A linear classifier says $+1$ where $f(x) = w \cdot x + b$ is positive and $-1$ where it is negative. Then
# $y_i f(x_i)$, the *margin* of sample $i$, is positive where the classifier is right. The SVM wants more: every
# margin should be at least **1**. What is missing is the *slack* or *hinge loss*, and it is paid for:
#
# $$J(w, b) = \underbrace{\tfrac12 \lVert w \rVert^2}_{\text{wide street}}
# + C \underbrace{\sum_{i=1}^n \max\bigl(0,\ 1 - y_i (w \cdot x_i + b)\bigr)}_{\text{few and small violations}} .$$
#
# The street between $f = -1$ and $f = +1$ has the width $2/\lVert w \rVert$: a small $w$ is a wide street. A large
# $C$ buys fewer violations with a narrower street. Mind: the loss is a **sum** (not a mean), and $b$ is **not**
# penalised.
#
# The hinge has a kink at margin 1, so $J$ has no gradient there. It has *subgradients*: slopes of lines that touch
# $J$ from below, $J(v) \ge J(u) + g \cdot (v - u)$ for all $v$. Any of them will do for a descent; we agree on the one
# that treats a sample at the kink as satisfied:
#
# $$g_w = w - C \sum_{i:\ y_i f(x_i) < 1} y_i x_i, \qquad g_b = - C \sum_{i:\ y_i f(x_i) < 1} y_i .$$
#
# **Speed.** The grader runs both functions at `n = 400 000, d = 5`; each must be done in half a second of processor
# time (a loop over the samples needs more than one, array operations about 20 ms).

# %%
# Worked example: three samples in one dimension, w = 2, b = -1, C = 10.
points = np.array([[2.0], [1.0], [0.25]])
sides = np.array([1, 1, -1])
for x, side in zip(points[:, 0], sides, strict=True):
    margin = side * (2.0 * x - 1.0)
    print(f"x = {x}, y = {side:+d}: margin {margin}, slack {max(0.0, 1 - margin)}")
print("J = 1/2 * 2^2 + 10 * (0 + 0 + 0.5) =", 0.5 * 2.0**2 + 10 * 0.5)
# The second sample is exactly at the kink: it has no slack, and no part in the subgradient.


# %% nbgrader={"grade": false, "grade_id": "q4_1_solution", "locked": false, "schema_version": 3, "solution": true, "task": false}
def svm_objective(w: F, b: float, X: F, y: I, C: float) -> float:
    """Objective of the soft-margin SVM.

    Parameters
    ----------
    w : ndarray, shape (d,)
    b : float
        Offset; not penalised.
    X : ndarray, shape (n, d)
        One sample a row. Integers are welcome.
    y : ndarray of int64, shape (n,)
        Labels -1 and +1.
    C : float
        Price of one unit of slack, C > 0.

    Returns
    -------
    float
        ``1/2 ||w||^2 + C * sum of the slacks``.
    """
    ### BEGIN SOLUTION
    slack = np.maximum(0.0, 1.0 - y * (X @ w + b))
    return float(0.5 * (w @ w) + C * slack.sum())
    ### END SOLUTION


def svm_subgradient(w: F, b: float, X: F, y: I, C: float) -> tuple[F, float]:
    """A subgradient of the soft-margin objective: samples at the kink (margin exactly 1) have no part in it.

    Parameters
    ----------
    w, b, X, y, C
        As in ``svm_objective``.

    Returns
    -------
    g_w : ndarray, shape (d,), float64
    g_b : float
    """
    ### BEGIN SOLUTION
    pull = np.where(y * (X @ w + b) < 1.0, y, 0.0)
    return w - C * (pull @ X), float(-C * pull.sum())
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q4_1", "locked": true, "points": 16, "schema_version": 3, "solution": false, "task": false}
value = svm_objective(np.array([2.0]), -1.0, points, sides, 10.0)
assert np.ndim(value) == 0, "the objective is one number"
assert np.isclose(value, 7.0), "the worked example above"
at_zero = svm_objective(np.zeros(1), 0.0, points, sides, 10.0)
assert np.isclose(at_zero, 30.0), "w = 0, b = 0: each of the three slacks is 1, and C = 10"
slope, slope_b = svm_subgradient(np.array([2.0]), -1.0, points, sides, 10.0)
assert np.shape(slope) == (1,), f"one feature: expected shape (1,), got {np.shape(slope)}"
assert np.allclose(slope, 2.0 + 10 * 0.25), "only the third sample has slack; the second is exactly at the kink"
assert np.isclose(slope_b, 10.0), "b is not penalised: its part comes from the third sample alone"
step = 1e-6
rise = svm_objective(np.array([2.0]), -1.0 + step, points, sides, 10.0) - value
assert np.isclose(rise / step, 10.0), "a small step along b changes J as the subgradient says (upwards, see the kink)"
print("Q4.1: the checks in this notebook pass")

# %% [markdown]
# ## Q4.2 Train a linear SVM (16 points)
#
# Find the $w$ and $b$ that make $J$ small. $J$ is convex: there is one lowest value, and downhill leads there. You may
# use any method that you can write with NumPy and SciPy. One that is enough, in five lines, is **subgradient
# descent** on $J/(nC)$:
#
# $$(w, b) \leftarrow (w, b) - \frac{1}{\sqrt k} \cdot \frac{1}{nC}\,(g_w, g_b),
# \qquad k = 1, 2, \dots, \texttt{n\_iter}.$$
#
# Three things that decide whether it works:
#
# * The step should shrink. At a kink the subgradient does not become small, so a constant step jumps to and fro: a
#   small one is slow, a large one never settles.
# * Even so $J$ goes up now and then. Keep the **best** iterate that you have seen and return that, not the last.
# * $b$ is free, and far from the origin a small change of $w$ needs a large change of $b$. Subtract the column means
#   $\mu$ first, fit $f(x) = w\cdot(x - \mu) + b'$, and return $b = b' - w \cdot \mu$: exactly the same $J$, because $b$
#   is not penalised. (*Scaling* the columns is another matter: it would change $\lVert w \rVert$, and so the problem.)
#
# **How it is graded.** Your $J$ is divided by the least possible one, which the grader has from LIBSVM, on three kinds
# of data with at most 600 samples and 30 features: the breast cancer data of scikit-learn, standardised, at `C = 1`
# (the least value there is 26.5255); two overlapping clouds at `C = 0.01`; and two clouds far from the origin at
# `C = 1`. A ratio of **1.25** earns half of the points for each, a ratio of **1.10** all. The recipe above reaches
# 1.07, 1.00 and 1.00 with 2000 steps. Clouds that can be separated with room to spare should end up separated.
# Training *accuracy* is not the measure: a perceptron has that, too. One call may take **5 seconds**.
#
# You may use `svm_objective` and `svm_subgradient`; if yours are wrong, the grader puts right ones in their place.
# **Not allowed here:** scikit-learn (`sklearn.svm` has the finished machine). `scipy.optimize` is allowed.

# %%
# Worked example: one step from (w, b) = (0, 0). Every margin is 0, so every sample pulls.
cloud_rng = np.random.default_rng(42)
cloud_y = np.repeat([-1, 1], 30)
cloud_X = cloud_rng.normal(size=(60, 2)) + np.outer(cloud_y, [1.3, 0.6]) + [6.0, 3.0]
cloud_mean = cloud_X.mean(axis=0)
pull_w = -(cloud_y @ (cloud_X - cloud_mean)) / 60  # the subgradient of J / (n C) at (0, 0)
first_w = 0.0 - 1.0 * pull_w  # k = 1: the step is 1
first_b = -first_w @ cloud_mean  # as many samples of one class as of the other: b' stays 0
says = np.sign(cloud_X @ first_w + first_b)
print(f"after one step w = {np.round(first_w, 2)}, b = {first_b:.2f}; right on {np.mean(says == cloud_y):.0%}")


# %% nbgrader={"grade": false, "grade_id": "q4_2_solution", "locked": false, "schema_version": 3, "solution": true, "task": false}
def svm_fit(
    X: F, y: I, C: float, n_iter: int = 2000, rng: np.random.Generator | None = None
) -> tuple[F, float]:
    """Train a linear soft-margin SVM: make ``svm_objective(w, b, X, y, C)`` small.

    Parameters
    ----------
    X : ndarray, shape (n, d)
        One sample a row; not standardised, and perhaps far from the origin.
    y : ndarray of int64, shape (n,)
        Labels -1 and +1, both present.
    C : float
        Price of slack, C > 0.
    n_iter : int
        Most steps (or passes over the data, whichever your method counts).
    rng : numpy.random.Generator, optional
        For methods that draw at random; the same generator state gives the same result.
        None: ``np.random.default_rng(0)``. A method without chance ignores it.

    Returns
    -------
    w : ndarray, shape (d,), float64
    b : float
        For the data as they were given.
    """
    ### BEGIN SOLUTION
    n = len(X)
    mean = X.mean(axis=0)
    Z = X - mean
    w, b = np.zeros(X.shape[1]), 0.0
    best = (np.inf, w, b)
    for k in range(1, n_iter + 1):
        slack = 1.0 - y * (Z @ w + b)
        violated = slack > 0
        value = 0.5 * (w @ w) + C * slack[violated].sum()
        if value < best[0]:
            best = (value, w, b)
        pull = np.where(violated, y, 0.0) / n
        step = 1.0 / np.sqrt(k)
        w, b = w - step * (w / (n * C) - pull @ Z), b + step * pull.sum()
    _, w, b = best
    return w, float(b - w @ mean)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q4_2", "locked": true, "points": 16, "schema_version": 3, "solution": false, "task": false}
found_w, found_b = svm_fit(cloud_X, cloud_y, 1.0)
assert np.shape(found_w) == (2,), f"two features: expected shape (2,), got {np.shape(found_w)}"
assert np.ndim(found_b) == 0, "b is one number"
assert np.mean(np.sign(cloud_X @ found_w + found_b) == cloud_y) > 0.8, "most samples should be on their side"
slack_sum = np.maximum(0, 1 - cloud_y * (cloud_X @ found_w + found_b)).sum()
reached = (0.5 * found_w @ found_w + slack_sum) / 11.5598
print(f"C = 1: your J is {reached:.3f} times the least possible")
assert reached < 1.25, "these clouds are easy: a ratio of 1.25 or less. Is the step shrinking? Is b free?"
print("Q4.2: the checks in this notebook pass")

# %% [markdown]
# **Look at it.** The street of your SVM for an expensive and for a cheap slack: the line $f = 0$, its edges
# $f = \pm 1$, and a ring around each *support vector*, a sample at the edge or inside the street. Only the ringed ones
# matter: move any other one a little, and the answer stays the same.

# %%
fig, panels = plt.subplots(1, 2, figsize=(7.5, 3), sharey=True)
horizontal = np.array([2.5, 9.5])
for axes, price in zip(panels, (10.0, 0.01), strict=True):
    axes.scatter(*cloud_X.T, c=np.where(cloud_y > 0, "crimson", "steelblue"), s=12)
    axes.set(xlim=(2.5, 9.5), ylim=(-0.5, 6.5), xticks=[], yticks=[])
    try:
        w, b = svm_fit(cloud_X, cloud_y, price, 1000)
    except NotImplementedError:
        axes.set_title(f"C = {price:g}: solve Q4.2 to see the street")
        continue
    for level, style in ((-1, "--"), (0, "-"), (1, "--")):
        axes.plot(horizontal, (level - b - w[0] * horizontal) / w[1], style, color="black", linewidth=1)
    at_the_edge = cloud_y * (cloud_X @ w + b) < 1.02
    axes.scatter(*cloud_X[at_the_edge].T, facecolors="none", edgecolors="black", s=50)
    axes.set_title(f"C = {price:g}: width {2 / np.linalg.norm(w):.1f}, {at_the_edge.sum()} ringed")
plt.show()

# %% [markdown]
# ## Q4.3 Kernels, vectorised (12 points)
#
# The SVM's dual (next question) needs the samples only through their scalar products. Put another function
# $k(a, b)$ in the place of $a \cdot b$, and the same algorithm draws curved boundaries: it works with straight lines in
# a space of features that nobody has to compute. Two kernels:
#
# $$k_{\text{rbf}}(a, b) = \exp\bigl(-\gamma \lVert a - b \rVert^2\bigr), \qquad
# k_{\text{poly}}(a, b) = (a \cdot b + c_0)^{p} .$$
#
# ($\gamma$ belongs to the squared distance; some libraries also put a $\gamma$ before $a \cdot b$. Here there is none:
# it is 1.) For a matrix $A$ with $n$ rows and $B$ with $m$ rows, the kernel matrix $K_{ij} = k(a_i, b_j)$ is $(n, m)$.
#
# Not every function is a kernel. It has to be a scalar product in *some* space, and that is so if for any samples the
# matrix $K$ of a set with itself is symmetric and **positive semidefinite**: no eigenvalue is negative. On a computer
# an eigenvalue 0 may come out as $-10^{-16}$. So `is_psd` takes a tolerance, and it is absolute:
#
# $$\texttt{is\_psd}(K) \iff K \text{ is square}, \quad \max_{ij} |K_{ij} - K_{ji}| \le \texttt{tol}, \quad
# \text{and all eigenvalues} \ge -\texttt{tol} .$$
#
# **Speed.** `rbf_kernel` and `polynomial_kernel` are run at `n = 700, m = 800, d = 20` and must be done in half a
# second of processor time each. (Week 1's pairwise distances, or `scipy.spatial.distance.cdist`, may come in handy.)
#
# **Not allowed here:** scikit-learn, which has these kernels ready-made.

# %%
# Worked example: the polynomial kernel of degree 2 is a scalar product of six hand-made features.
def six_features(x):
    root = np.sqrt(2.0)
    return np.array([1.0, root * x[0], root * x[1], x[0] ** 2, root * x[0] * x[1], x[1] ** 2])


one, two = np.array([1.0, 2.0]), np.array([3.0, -1.0])
print("(a.b + 1)^2        =", (one @ two + 1.0) ** 2)
print("phi(a) . phi(b)    =", six_features(one) @ six_features(two))

# All entries positive, and yet no kernel matrix: one eigenvalue is negative.
print("eigenvalues of [[1, 2], [2, 1]]:", np.linalg.eigvalsh(np.array([[1.0, 2.0], [2.0, 1.0]])))


# %% nbgrader={"grade": false, "grade_id": "q4_3_solution", "locked": false, "schema_version": 3, "solution": true, "task": false}
def rbf_kernel(A: F, B: F, gamma: float) -> F:
    """Kernel matrix of the radial basis function, ``exp(-gamma * ||a - b||^2)``.

    Parameters
    ----------
    A : ndarray, shape (n, d)
    B : ndarray, shape (m, d)
    gamma : float
        In units of 1 / distance^2, gamma > 0.

    Returns
    -------
    ndarray, shape (n, m), float64
    """
    ### BEGIN SOLUTION
    A, B = np.asarray(A, dtype=np.float64), np.asarray(B, dtype=np.float64)
    squares = (A**2).sum(axis=1)[:, None] + (B**2).sum(axis=1) - 2 * A @ B.T
    return np.exp(-gamma * np.maximum(squares, 0.0))
    ### END SOLUTION


def polynomial_kernel(A: F, B: F, degree: int, coef0: float = 1.0) -> F:
    """Kernel matrix of the polynomial kernel, ``(a . b + coef0) ** degree``.

    Parameters
    ----------
    A : ndarray, shape (n, d)
    B : ndarray, shape (m, d)
    degree : int
        degree >= 1.
    coef0 : float

    Returns
    -------
    ndarray, shape (n, m), float64
    """
    ### BEGIN SOLUTION
    return (np.asarray(A, dtype=np.float64) @ np.asarray(B, dtype=np.float64).T + coef0) ** degree
    ### END SOLUTION


def is_psd(K: F, tol: float = 1e-8) -> bool:
    """Say whether a matrix is symmetric and positive semidefinite.

    Parameters
    ----------
    K : ndarray, shape (n, m)
        A matrix that is not square is not positive semidefinite.
    tol : float
        Absolute: K is symmetric if ``|K[i, j] - K[j, i]| <= tol`` everywhere, and its eigenvalues
        count as non-negative if they are ``>= -tol``.

    Returns
    -------
    bool
    """
    ### BEGIN SOLUTION
    if K.shape[0] != K.shape[1] or np.abs(K - K.T).max() > tol:
        return False
    return bool(np.linalg.eigvalsh(K).min() >= -tol)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q4_3", "locked": true, "points": 12, "schema_version": 3, "solution": false, "task": false}
corners = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 2.0]])
bells = rbf_kernel(corners, corners[:2], 0.5)
assert bells.shape == (3, 2), f"3 rows against 2 rows: expected shape (3, 2), got {bells.shape}"
assert np.allclose(bells[:, 0], np.exp([0.0, -0.5, -2.0])), "squared distances 0, 1, 4 from corner 0; gamma = 0.5"
assert np.allclose(polynomial_kernel(one[None], two[None], 2), [[4.0]]), "the worked example above"
assert np.allclose(polynomial_kernel(one[None], two[None], 3, 0.0), [[1.0]]), "(1 * 3 - 2 * 1)^3 without coef0"
assert is_psd(np.eye(3)), "the identity is positive definite"
assert is_psd(np.ones((3, 3))), "eigenvalues 0, 0, 3; rounding may make a zero slightly negative, hence tol"
assert not is_psd(np.array([[1.0, 2.0], [2.0, 1.0]])), "eigenvalues -1 and 3"
assert not is_psd(np.array([[1.0, 0.5], [0.0, 1.0]])), "not symmetric"
print("Q4.3: the checks in this notebook pass")

# %% [markdown]
# ## Q4.4 From the dual to the primal (14 points)
#
# Libraries solve the SVM from the other side. Each sample gets a weight $\alpha_i$, and
#
# $$D(\alpha) = \sum_i \alpha_i - \tfrac12 \Bigl\lVert \sum_i \alpha_i y_i x_i \Bigr\rVert^2
# \qquad\text{is maximised subject to}\qquad 0 \le \alpha_i \le C, \quad \sum_i \alpha_i y_i = 0 .$$
#
# For every such $\alpha$ and all $w, b$ we have $D(\alpha) \le J(w, b)$; at the optimum the two are equal. So the
# **duality gap** $J - D$ says how far from the optimum you can be at most: a certificate that needs no second opinion.
#
# From the optimal $\alpha$ back to the classifier:
#
# * $w = \sum_i \alpha_i y_i x_i$. Samples with $\alpha_i = 0$ have no part in it: the others *support* the street.
# * A **free** support vector ($0 < \alpha_i < C$) lies exactly at the edge: $y_i (w\cdot x_i + b) = 1$, so
#   $b = y_i - w \cdot x_i$. Because of rounding, take the **mean** of this over all free vectors. A bounded one
#   ($\alpha_i = C$) lies at the edge or inside the street: it says nothing exact about $b$.
# * If **no** vector is free, $b$ is only known to lie in an interval. With $r_i = y_i - w \cdot x_i$, every sample
#   gives a bound:
#
# | sample | $y_i = +1$ | $y_i = -1$ |
# | --- | --- | --- |
# | $\alpha_i = 0$ (margin at least 1) | $b \ge r_i$ | $b \le r_i$ |
# | $\alpha_i = C$ (margin at most 1) | $b \le r_i$ | $b \ge r_i$ |
#
#   Then $b$ is the midpoint between the largest lower bound and the smallest upper bound.
#
# "Equal to 0" and "equal to C" are meant up to `tol`: support vectors have $\alpha_i > \texttt{tol}$, free ones
# $\texttt{tol} < \alpha_i < C - \texttt{tol}$.

# %%
# Worked example: two samples at distance 2, and one far away. The street lies between the first two.
street_X = np.array([[0.0, 0.0], [2.0, 0.0], [5.0, 1.0]])
street_y = np.array([-1, 1, 1])
street_alpha = np.array([0.5, 0.5, 0.0])
street_w = 0.5 * -1 * street_X[0] + 0.5 * 1 * street_X[1]
print("w =", street_w, " width of the street:", 2 / np.linalg.norm(street_w))
print("b from each of the two free vectors:", [float(street_y[i] - street_w @ street_X[i]) for i in (0, 1)])
print("D =", street_alpha.sum() - 0.5 * street_w @ street_w, "  J =", 0.5 * street_w @ street_w, "(no slack)")


# %% nbgrader={"grade": false, "grade_id": "q4_4_given", "locked": true, "schema_version": 3, "solution": false, "task": false}
class LinearSVM(NamedTuple):
    """A linear support vector machine."""

    w: F  # (d,)
    b: float
    support: I  # indices of the support vectors, ascending


# %% nbgrader={"grade": false, "grade_id": "q4_4_solution", "locked": false, "schema_version": 3, "solution": true, "task": false}
def recover_primal(alpha: F, X: F, y: I, C: float, tol: float = 1e-6) -> LinearSVM:
    """The classifier that belongs to an optimal dual solution.

    Parameters
    ----------
    alpha : ndarray, shape (n,)
        Optimal dual variables.
    X : ndarray, shape (n, d)
    y : ndarray of int64, shape (n,)
        Labels -1 and +1, both present.
    C : float
    tol : float
        What counts as equal to 0 and equal to C.

    Returns
    -------
    LinearSVM
        ``w`` float64, shape (d,). ``b``: mean of ``y_i - w . x_i`` over the free vectors, those with
        ``tol < alpha_i < C - tol``; without any, the midpoint of the interval in the text.
        ``support``: the indices i with ``alpha_i > tol``, ascending.

    Raises
    ------
    ValueError
        If an alpha lies outside [0, C] by more than ``tol``, or if ``|sum alpha_i y_i| > 1e-6``.
    """
    ### BEGIN SOLUTION
    if alpha.min() < -tol or alpha.max() > C + tol:
        raise ValueError(f"alpha must lie in [0, {C}], got {alpha.min()} to {alpha.max()}")
    if abs(alpha @ y) > 1e-6:
        raise ValueError(f"sum of alpha_i y_i must be 0, got {alpha @ y}")
    w = (alpha * y) @ X
    offsets = y - X @ w
    support = alpha > tol
    bounded = alpha >= C - tol
    free = support & ~bounded
    if free.any():
        b = offsets[free].mean()
    else:
        is_lower = np.where(bounded, y < 0, y > 0)
        b = 0.5 * (offsets[is_lower].max() + offsets[~is_lower].min())
    return LinearSVM(w, float(b), np.flatnonzero(support))
    ### END SOLUTION


def duality_gap(alpha: F, svm: LinearSVM, X: F, y: I, C: float) -> float:
    """Primal value of ``svm`` minus dual value of ``alpha``.

    Parameters
    ----------
    alpha : ndarray, shape (n,)
        Any feasible dual variables; they need not belong to ``svm``.
    svm : LinearSVM
        ``w`` and ``b`` are what counts here.
    X, y, C
        As in ``recover_primal``.

    Returns
    -------
    float
        ``J(svm.w, svm.b) - D(alpha)``; D is computed from alpha (with X and y), not from ``svm.w``.
    """
    ### BEGIN SOLUTION
    dual_w = (alpha * y) @ X
    dual = alpha.sum() - 0.5 * (dual_w @ dual_w)
    return float(svm_objective(svm.w, svm.b, X, y, C) - dual)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q4_4", "locked": true, "points": 14, "schema_version": 3, "solution": false, "task": false}
street = recover_primal(street_alpha, street_X, street_y, 10.0)
assert isinstance(street, LinearSVM), "recover_primal returns a LinearSVM: LinearSVM(w=..., b=..., support=...)"
assert np.allclose(street.w, [1.0, 0.0]), "the worked example above: each term has its alpha *and* its y"
assert np.isclose(street.b, -1.0), "both free vectors say b = -1"
assert np.array_equal(street.support, [0, 1]), "the third sample has alpha 0: it is no support vector"
assert abs(duality_gap(street_alpha, street, street_X, street_y, 10.0)) < 1e-9, "at the optimum the gap is 0"
assert np.isclose(duality_gap(street_alpha / 2, street, street_X, street_y, 10.0), 0.125), "0.5 - (0.5 - 0.125)"
pinned = recover_primal(np.array([0.1, 0.1, 0.0]), street_X, street_y, 0.1)
assert np.isclose(pinned.b, 0.3), "no free vector: b lies between 0.0 (sample 2) and 0.6 (sample 1)"
for wrong in ([-0.5, 0.5, 0.0], [0.5, 0.5, 11.0], [0.5, 0.4, 0.0]):
    try:
        recover_primal(np.array(wrong), street_X, street_y, 10.0)
    except ValueError:
        continue
    raise AssertionError(f"alpha = {wrong} should raise ValueError")
print("Q4.4: the checks in this notebook pass")

# %% [markdown]
# ## Q4.5 k-fold and stratified k-fold (14 points)
#
# How well will this do on new data? With one split into training and validation set, the answer depends on the luck
# of the split, and the validation data are lost for training. **k-fold cross-validation** splits the rows into k folds;
# each fold is the validation (here: *test*) fold once, while the other k - 1 train. Every row is tested exactly
# once, by a model that has not seen it.
#
# * `kfold(n, k)` deals with row numbers only. Fold sizes differ by at most 1: 7 rows in 3 folds are 3 + 2 + 2, in any
#   order, and no row is dropped.
# * Data often come sorted, by class or by date. So rows are **shuffled** unless the caller says no; without
#   shuffling the folds are contiguous blocks in the order of the rows.
# * `stratified_kfold(y, k)` gives every fold its share of every **class**: for each class, the counts in any
#   two folds differ by at most 1. With rare classes a fold may get none of a class: `k` larger than the smallest
#   class is legal. It always shuffles, within the classes. (Total fold sizes may differ by more than 1.)
#
# **Not allowed here:** scikit-learn, which has both functions ready-made.

# %%
# Worked example: 7 rows, 3 folds, not shuffled.
rows = np.arange(7)
for test in np.array_split(rows, 3):
    print("test", test, " train", np.setdiff1d(rows, test))

# rng.permutation shuffles with a generator of your own; two generators with one seed do the same.
print(np.random.default_rng(1).permutation(7), np.random.default_rng(1).permutation(7))


# %% nbgrader={"grade": false, "grade_id": "q4_5_solution", "locked": false, "schema_version": 3, "solution": true, "task": false}
def kfold(
    n: int, k: int, *, shuffle: bool = True, rng: np.random.Generator | None = None
) -> list[tuple[I, I]]:
    """Split the rows 0..n-1 into k folds.

    Parameters
    ----------
    n : int
        Number of rows.
    k : int
        Number of folds, 2 <= k <= n.
    shuffle : bool
        False: the test folds are contiguous blocks, in the order of the rows.
    rng : numpy.random.Generator, optional
        What to shuffle with: the same state gives the same folds. None: a fresh
        ``np.random.default_rng()``, so every call gives other folds. Not used without shuffling.

    Returns
    -------
    list of k pairs (train, test)
        Row numbers, integer arrays of one dimension, in any order. The test folds have no row in common,
        together they hold every row, and their sizes differ by at most 1; train is what is not in test.

    Raises
    ------
    ValueError
        If ``k`` is smaller than 2 or larger than ``n``.
    """
    ### BEGIN SOLUTION
    if not 2 <= k <= n:
        raise ValueError(f"k must lie in 2..{n}, got {k}")
    order = np.arange(n)
    if shuffle:
        order = (np.random.default_rng() if rng is None else rng).permutation(n)
    parts = np.array_split(order, k)
    return [(np.concatenate(parts[:i] + parts[i + 1 :]), part) for i, part in enumerate(parts)]
    ### END SOLUTION


def stratified_kfold(y: I, k: int, *, rng: np.random.Generator) -> list[tuple[I, I]]:
    """Split rows into k folds that have, as nearly as possible, equally many of each class.

    Parameters
    ----------
    y : ndarray of int64, shape (n,)
        Labels: any integers.
    k : int
        Number of folds, 2 <= k <= n; it may be larger than the smallest class.
    rng : numpy.random.Generator
        Shuffles the rows of each class: the same state gives the same folds.

    Returns
    -------
    list of k pairs (train, test)
        As ``kfold``, but instead of the sizes, the counts of each class differ by at most 1 between folds.

    Raises
    ------
    ValueError
        If ``k`` is smaller than 2 or larger than n.
    """
    ### BEGIN SOLUTION
    n = len(y)
    if not 2 <= k <= n:
        raise ValueError(f"k must lie in 2..{n}, got {k}")
    # shuffled, then sorted by class; dealt out like cards, so that the classes follow each other round the folds
    order = rng.permutation(n)
    order = order[np.argsort(y[order], kind="stable")]
    return [(np.setdiff1d(order, order[i::k]), order[i::k]) for i in range(k)]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q4_5", "locked": true, "points": 14, "schema_version": 3, "solution": false, "task": false}
three = kfold(7, 3, rng=np.random.default_rng(1))
assert isinstance(three, list) and len(three) == 3, "a list of k pairs"
assert sorted(np.concatenate([test for _, test in three])) == list(range(7)), "every row is tested exactly once"
assert sorted(len(test) for _, test in three) == [2, 2, 3], "fold sizes differ by at most 1"
for train, test in three:
    assert sorted([*train, *test]) == list(range(7)), "train is what is not in test"
blocks = kfold(7, 3, shuffle=False)
assert np.array_equal(np.concatenate([test for _, test in blocks]), np.arange(7)), "without shuffling: blocks, in order"
sorted_y = np.repeat([0, 1, 2], [6, 9, 3])
for _, test in stratified_kfold(sorted_y, 3, rng=np.random.default_rng(1)):
    assert np.array_equal(np.bincount(sorted_y[test]), [2, 3, 1]), "6, 9 and 3 samples: 2, 3 and 1 in each fold"
for wrong_k in (1, 8):
    try:
        kfold(7, wrong_k)
    except ValueError:
        continue
    raise AssertionError(f"k = {wrong_k} with 7 rows should raise ValueError")
print("Q4.5: the checks in this notebook pass")

# %% [markdown]
# **Look at it.** Thirty rows, sorted by class (the colours), in three folds (one line each; dark: tested). Without
# shuffling each fold tests a class of which its model has seen *nothing*. On the iris flowers, which come sorted like
# this, logistic regression then has an accuracy of exactly 0; shuffled, 0.97.

# %%
in_order = np.repeat([0, 1, 2], 10)
fig, panels = plt.subplots(1, 3, figsize=(8, 1.6), sharey=True)
schemes = [
    ("not shuffled", lambda: kfold(30, 3, shuffle=False)),
    ("shuffled", lambda: kfold(30, 3, rng=np.random.default_rng(5))),
    ("stratified", lambda: stratified_kfold(in_order, 3, rng=np.random.default_rng(5))),
]
for axes, (name, split) in zip(panels, schemes, strict=True):
    picture = np.tile(in_order * 2.0, (3, 1))
    try:
        for line, (_, test) in zip(picture, split(), strict=True):
            line[test] += 1
        axes.set_title(name)
    except NotImplementedError:
        axes.set_title("solve Q4.5")
    axes.imshow(picture, cmap="Paired", vmin=0, vmax=11, aspect="auto")
    axes.set(xticks=[], yticks=[0, 1, 2], xlabel="row 0 to 29")
panels[0].set_ylabel("fold")
plt.show()

# %% [markdown]
# ## Q4.6 Cross-validation without leakage (16 points)
#
# A method is rarely one model; it is a **pipeline**: scale, choose features, then classify. Every step that *learns*
# something from data (a mean, a list of good features) is part of the method, and has to learn it from the training
# fold alone. A scaler or a selector that has seen the test fold has *leaked* it: the score is then about data that
# the method knew.
#
# A pipeline is a list of steps. The last one is a classifier, all before it are transformers:
#
# | step | methods |
# | --- | --- |
# | transformer | `fit(X, y)` learns; `transform(X)` returns the new X |
# | classifier | `fit(X, y)` learns; `predict(X)` returns labels |
#
# `fit` returns nothing that you may rely on. There are no other methods (no `fit_transform`, no `score`).
#
# `cross_val_scores(make_pipeline, X, y, folds)`: for **each** fold make a fresh pipeline (call `make_pipeline()`
# exactly once a fold), fit its steps on the rows in `train`, each step on what the step before it made of them, and
# predict the rows in `test`, which are transformed but never fitted on. The score is the **accuracy** of the fold: the
# share of its test rows that are predicted right.
#
# `select_C(Cs, X, y, folds, make_pipeline)`: the same for each value of a parameter. Here `make_pipeline(C)` takes the
# value. Return the `C` with the best mean score, and the mean scores in the order of `Cs`. If several are best, take
# the **smallest** C: the strongest regularisation. (You may use `cross_val_scores`: if yours is wrong, the
# grader puts a right one in its place.)
#
# **Not allowed here:** `sklearn.model_selection` and `sklearn.pipeline`.

# %% nbgrader={"grade": false, "grade_id": "q4_6_given", "locked": true, "schema_version": 3, "solution": false, "task": false}
class Standardise:
    """A transformer: columns with mean 0 and standard deviation 1 on the rows that it was fitted on."""

    def fit(self, X, y):
        self.mean, self.scale = X.mean(axis=0), X.std(axis=0)

    def transform(self, X):
        return (X - self.mean) / self.scale


class SelectBest:
    """A transformer: keeps the ``count`` columns that are most correlated with the labels."""

    def __init__(self, count):
        self.count = count

    def fit(self, X, y):
        correlation = (y - y.mean()) @ (X - X.mean(axis=0)) / X.std(axis=0)
        self.columns = np.argsort(np.abs(correlation))[-self.count :]

    def transform(self, X):
        return X[:, self.columns]


class Nearest:
    """A classifier: the label of the nearest training row (1-nearest neighbour)."""

    def fit(self, X, y):
        self.X, self.y = X, y

    def predict(self, X):
        squares = (X**2).sum(axis=1)[:, None] + (self.X**2).sum(axis=1) - 2 * X @ self.X.T
        return self.y[squares.argmin(axis=1)]


# %%
# Worked example: one fold by hand. The scaler learns from the four training rows alone.
tiny_X = np.array([[1.0, 100.0], [2.0, 300.0], [3.0, 100.0], [4.0, 300.0], [2.5, 200.0]])
tiny_y = np.array([0, 0, 1, 1, 1])
train, test = np.array([0, 1, 2, 3]), np.array([4])
scaler, classifier = [Standardise(), Nearest()]
scaler.fit(tiny_X[train], tiny_y[train])
classifier.fit(scaler.transform(tiny_X[train]), tiny_y[train])
print("mean of the training rows:", scaler.mean, " the test row becomes", scaler.transform(tiny_X[test]))
print("predicted", classifier.predict(scaler.transform(tiny_X[test])), "true", tiny_y[test])


# %% nbgrader={"grade": false, "grade_id": "q4_6_solution", "locked": false, "schema_version": 3, "solution": true, "task": false}
def cross_val_scores(
    make_pipeline: Callable[[], list], X: F, y: I, folds: list[tuple[I, I]]
) -> F:
    """Accuracy of a pipeline on each test fold, fitted on the training fold alone.

    Parameters
    ----------
    make_pipeline : callable
        ``make_pipeline()`` returns a new list of steps; called exactly once a fold.
    X : ndarray, shape (n, d)
    y : ndarray of int64, shape (n,)
        Labels: any integers.
    folds : list of k pairs (train, test)
        Row numbers, as from ``kfold``. Folds may have different sizes.

    Returns
    -------
    ndarray, shape (k,), float64
        Share of the rows of each test fold that are predicted right, in the order of ``folds``.
    """
    ### BEGIN SOLUTION
    scores = []
    for train, test in folds:
        *transformers, classifier = make_pipeline()
        known, new = X[train], X[test]
        for step in transformers:
            step.fit(known, y[train])
            known, new = step.transform(known), step.transform(new)
        classifier.fit(known, y[train])
        scores.append(np.mean(classifier.predict(new) == y[test]))
    return np.array(scores)
    ### END SOLUTION


def select_C(
    Cs: Sequence[float], X: F, y: I, folds: list[tuple[I, I]], make_pipeline: Callable[[float], list]
) -> tuple[float, F]:
    """Choose a parameter by cross-validation.

    Parameters
    ----------
    Cs : sequence of float
        The values to try, in any order.
    X, y, folds
        As in ``cross_val_scores``.
    make_pipeline : callable
        ``make_pipeline(C)`` returns a new list of steps for that value.

    Returns
    -------
    best : float
        The value with the highest mean score over the folds; of several, the smallest value.
    means : ndarray, shape (len(Cs),), float64
        The mean scores, in the order of ``Cs``.
    """
    ### BEGIN SOLUTION
    means = np.array([cross_val_scores(lambda C=C: make_pipeline(C), X, y, folds).mean() for C in Cs])
    best = min(C for C, mean in zip(Cs, means, strict=True) if mean == means.max())
    return float(best), means
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q4_6", "locked": true, "points": 16, "schema_version": 3, "solution": false, "task": false}
made = []


def make_tiny():
    made.append([Standardise(), Nearest()])
    return made[-1]


tiny_folds = [(train, test), (np.array([0, 2, 4]), np.array([1, 3]))]
tiny_scores = cross_val_scores(make_tiny, tiny_X, tiny_y, tiny_folds)
assert tiny_scores.shape == (2,), f"two folds, two scores: expected shape (2,), got {tiny_scores.shape}"
assert len(made) == 2, f"one fresh pipeline a fold: make_pipeline was called {len(made)} times for 2 folds"
assert np.allclose(made[0][0].mean, [2.5, 200.0]), "fold 1: the scaler is fitted on rows 0 to 3"
assert np.allclose(made[1][0].mean, tiny_X[[0, 2, 4]].mean(axis=0)), "fold 2: the scaler is fitted on rows 0, 2 and 4"
assert np.all((tiny_scores == 0) | (tiny_scores == 0.5) | (tiny_scores == 1)), "a score is a share of the test rows"


class Threshold:
    """A classifier that learns nothing: 1 where the first feature is greater than C."""

    def __init__(self, C):
        self.C = C

    def fit(self, X, y):
        pass

    def predict(self, X):
        return (X[:, 0] > self.C).astype(int)


best_C, mean_scores = select_C([4.0, 2.2, 2.4, 0.0], tiny_X, tiny_y, tiny_folds, lambda C: [Threshold(C)])
assert np.allclose(mean_scores, [0.25 * 1, 1.0, 1.0, 0.75]), "mean of the two folds, in the order of Cs"
assert best_C == 2.2, "2.2 and 2.4 do equally well: take the smaller"
print("Q4.6: the checks in this notebook pass")

# %% [markdown]
# **Look at it: a leakage experiment.** The data are pure noise: 50 rows, 2000 random features, random labels. Nothing
# can be learned; an honest score is about 0.5. The 20 features that correlate best with the labels are kept,
# and the nearest neighbour decides. Blue: features chosen inside the folds, by your function. Red: the same features
# chosen once, on all rows, *before* the folds, the way it is done in many a published study. Each dot is one data set.
#
# Below it, a real one: your function drives scikit-learn's own classes, because they speak the same language of
# `fit`, `transform` and `predict`. (On wine, one feature is in the hundreds and the others around one.)

# %%
honest, leaky = [], []
try:
    for seed in range(10):
        noise = np.random.default_rng(seed)
        X, y = noise.normal(size=(50, 2000)), noise.permutation(np.repeat([0, 1], 25))
        folds = kfold(50, 5, rng=noise)
        honest.append(cross_val_scores(lambda: [SelectBest(20), Nearest()], X, y, folds).mean())
        peek = SelectBest(20)
        peek.fit(X, y)
        leaky.append(cross_val_scores(lambda: [Nearest()], peek.transform(X), y, folds).mean())
except NotImplementedError:
    print("solve Q4.5 and Q4.6 to see the experiment")
fig, axes = plt.subplots(figsize=(6, 1.8))
axes.axvline(0.5, color="grey", linewidth=1)
axes.scatter(honest, np.linspace(-0.2, 0.2, len(honest)), color="steelblue", s=18)
axes.scatter(leaky, 1 + np.linspace(-0.2, 0.2, len(leaky)), color="crimson", s=18)
axes.set(xlim=(0, 1), ylim=(-0.5, 1.5), xlabel="cross-validated accuracy on pure noise", yticks=[0, 1])
axes.set_yticklabels(["selected inside", "selected before"])
plt.show()

# %%
from sklearn.datasets import load_wine
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler

wine_X, wine_y = load_wine(return_X_y=True)
try:
    wine_folds = stratified_kfold(wine_y, 5, rng=np.random.default_rng(0))
    raw = cross_val_scores(lambda: [KNeighborsClassifier(5)], wine_X, wine_y, wine_folds)
    scaled = cross_val_scores(lambda: [StandardScaler(), KNeighborsClassifier(5)], wine_X, wine_y, wine_folds)
    print(f"5 nearest neighbours on wine: raw {raw.mean():.2f}, scaled inside the folds {scaled.mean():.2f}")
except NotImplementedError:
    print("solve Q4.5 and Q4.6 to see the scores on wine")

# %% [markdown]
# ## Q4.7 One round of AdaBoost (12 points)
#
# Boosting asks many *weak* classifiers, each hardly better than a coin, and lets them vote. Every sample has a weight;
# a new weak classifier $h$ with answers $h_i = \pm 1$ is trained on the weighted samples, gets a say $\alpha$ by how
# good it is, and then the samples that it got wrong become heavier:
#
# $$\varepsilon = \frac{\sum_{i:\ h_i \ne y_i} w_i}{\sum_i w_i}, \qquad
# \alpha = \tfrac12 \log \frac{1 - \varepsilon}{\varepsilon}, \qquad
# w_i \leftarrow \frac{w_i\, e^{-\alpha y_i h_i}}{Z} .$$
#
# $Z$ makes the new weights sum to 1; the old ones need not. The answer of the ensemble is the sign of
# $\sum_t \alpha_t h_t(x)$.
#
# The choice of $\alpha$ has a beautiful consequence: with the **new** weights, the error of the same $h$ is exactly
# $1/2$. The next classifier cannot repeat it, it has to learn something else.
#
# If $\varepsilon = 0$, alpha would be infinite; if $\varepsilon \ge 1/2$, $h$ is no better than a coin. Both raise
# `ValueError`: the loop around this function has to stop. (Some libraries use a convention without the factor ½, called
# SAMME. The new weights are the same; alpha is not. Here the ½ counts.)

# %%
# Worked example: five samples of equal weight, the last one is wrong.
weights = np.full(5, 0.2)
is_wrong = np.array([False, False, False, False, True])
error = weights[is_wrong].sum()
say = 0.5 * np.log((1 - error) / error)
grown = weights * np.exp(np.where(is_wrong, say, -say))
print(f"error {error:.2f}, alpha {say:.4f} = log 2; new weights {grown / grown.sum()}")
print("error of the same answers with the new weights:", (grown / grown.sum())[is_wrong].sum())


# %% nbgrader={"grade": false, "grade_id": "q4_7_solution", "locked": false, "schema_version": 3, "solution": true, "task": false}
def adaboost_round(weights: F, y: I, predictions: I) -> tuple[float, F]:
    """One round of AdaBoost: the say of a weak classifier, and the new weights of the samples.

    Parameters
    ----------
    weights : ndarray, shape (n,)
        Positive; they need not sum to 1. Integers are welcome.
    y : ndarray of int64, shape (n,)
        Labels -1 and +1.
    predictions : ndarray of int64, shape (n,)
        What the weak classifier says: -1 and +1.

    Returns
    -------
    alpha : float
        ``1/2 log((1 - eps) / eps)``, in nats; positive.
    new_weights : ndarray, shape (n,), float64
        They sum to 1.

    Raises
    ------
    ValueError
        If the weighted error ``eps`` is 0, or 1/2 or more.
    """
    ### BEGIN SOLUTION
    wrong = predictions != y
    error = weights[wrong].sum() / weights.sum()
    if not 0 < error < 0.5:
        raise ValueError(f"the weighted error must lie between 0 and 1/2, got {error}")
    alpha = 0.5 * np.log((1 - error) / error)
    new = weights * np.exp(np.where(wrong, alpha, -alpha))
    return float(alpha), new / new.sum()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q4_7", "locked": true, "points": 12, "schema_version": 3, "solution": false, "task": false}
truth = np.array([1, 1, -1, -1, 1])
answers = np.array([1, 1, -1, -1, -1])
alpha, new_weights = adaboost_round(np.full(5, 0.2), truth, answers)
assert np.ndim(alpha) == 0, "alpha is one number"
assert np.isclose(alpha, np.log(2.0)), "the worked example above: 1/2 log(0.8 / 0.2) = log 2"
assert new_weights.shape == (5,), f"one weight a sample: expected shape (5,), got {new_weights.shape}"
assert np.isclose(new_weights.sum(), 1.0), "the new weights sum to 1"
assert np.isclose(new_weights[-1], 0.5), "the wrong sample now weighs as much as all the others together"
assert np.isclose(adaboost_round(np.full(5, 7.0), truth, answers)[0], alpha), "the old weights need not sum to 1"
for useless in (truth, -truth):
    try:
        adaboost_round(np.full(5, 0.2), truth, useless)
    except ValueError:
        continue
    raise AssertionError("no error at all, or all wrong: both should raise ValueError")
print("Q4.7: the checks in this notebook pass")

# %% [markdown]
# **Look at it.** A *stump* splits one feature at one threshold: it can draw a single upright or level line. The true
# boundary below is slanted. One stump is right on less than nine tenths; thirty of them, each trained on the weights
# that your function left behind, come close to the slanted line.

# %%
def best_stump(X, y, weights):
    """The feature, threshold and direction with the least weighted error; returns the stump's formula."""
    best = (np.inf, 0, 0.0, 1)
    for j in range(X.shape[1]):
        answers = np.where(X[:, j] > X[:, j][:, None], 1, -1)  # a line for each threshold
        errors = (answers != y) @ weights / weights.sum()
        for direction, each in ((1, errors), (-1, 1 - errors)):
            i = each.argmin()
            if each[i] < best[0]:
                best = (each[i], j, X[i, j], direction)
    _, j, threshold, direction = best
    return lambda A: direction * np.where(A[:, j] > threshold, 1, -1)


slanted = np.random.default_rng(8)
square_X = slanted.uniform(-1, 1, (100, 2))
square_y = np.where(square_X @ [1.0, 0.8] > 0.1, 1, -1)
across, up = np.meshgrid(np.linspace(-1, 1, 40), np.linspace(-1, 1, 40))
plane = np.column_stack([across.ravel(), up.ravel()])

fig, panels = plt.subplots(1, 2, figsize=(6.5, 3), sharey=True)
votes, votes_plane, weights = np.zeros(100), np.zeros(len(plane)), np.full(100, 0.01)
try:
    for number in range(1, 31):
        stump = best_stump(square_X, square_y, weights)
        alpha, weights = adaboost_round(weights, square_y, stump(square_X))
        votes, votes_plane = votes + alpha * stump(square_X), votes_plane + alpha * stump(plane)
        if number in (1, 30):
            axes = panels[int(number == 30)]
            regions = np.sign(votes_plane).reshape(40, 40)
            axes.imshow(regions, origin="lower", extent=(-1, 1, -1, 1), cmap="coolwarm", alpha=0.4)
            axes.set_title(f"{number} stump{'s' * (number > 1)}: {np.mean(np.sign(votes) == square_y):.0%} right")
except NotImplementedError:
    panels[0].set_title("solve Q4.7 to see the votes")
for axes in panels:
    axes.scatter(*square_X.T, c=np.where(square_y > 0, "crimson", "steelblue"), s=8)
    axes.plot([-0.7, 0.9], [1.0, -1.0], color="black", linewidth=1)
    axes.set(xlim=(-1, 1), ylim=(-1, 1), xticks=[], yticks=[])
plt.show()

# %% [markdown]
# ## Looking back (4 extra points; a person reads and scores it)
#
# A report says: *"From 5000 genes of 50 patients we kept the 20 that correlate best with the disease. A
# nearest-neighbour classifier on these 20 genes reached an accuracy of 92 % in 5-fold cross-validation; a test on other
# patients was therefore not needed."* The genes were chosen on all 50 patients.
#
# In four to six sentences: **(a)** Why does the 92 % say little about new patients? **(b)** What exactly has to be
# done in another order? **(c)** What does your leakage experiment say about how large the effect can be? **(d)**
# Suppose the leak is mended, and the authors then try 40 values of a parameter and report the best cross-validated
# score. What is that score still not, and what would they need?

# %% [markdown] nbgrader={"grade": true, "grade_id": "reflection", "locked": false, "points": 4, "schema_version": 3, "solution": true, "task": false}
# **Mark scheme** (one point each; half points where the idea is there but not the reason)
#
# * (a) The labels of the test folds took part in the choice of the genes: information about the test rows has leaked
#   into the training. The score is about patients that the method knew. "Overfitting" alone, without saying what
#   saw what, is half a point.
# * (b) The selection is a step of the pipeline: it is fitted anew in each fold, on the training rows only, and merely
#   applied to the test rows.
# * (c) On pure noise selection before the folds gives about 0.9 where an honest score is about 0.5: with 5000 features
#   and 50 rows, 92 % is compatible with no effect at all. A number from the student's own run is expected.
# * (d) The best of 40 scores is itself chosen on the test folds and is optimistic: no estimate for new data. Needed:
#   a test set that no choice has seen, or nested cross-validation.
#
# **An answer with full marks.** The 20 genes were chosen with the labels of all patients, so each test fold had a
# part in choosing the features it was then tested on; the 92 % is about patients that the method had already seen. The
# selection has to be repeated inside every fold, on the training patients alone. In my experiment on pure noise the
# order of these two steps makes the difference between about 0.5 and about 0.9, so 92 % may mean nothing. After mending
# it, the best of 40 cross-validated scores is still a maximum over choices that were made on the test folds, and too
# optimistic; a set of patients that was kept out of every choice, or nested cross-validation, would give an honest one.
