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
# # Week 1: a NumPy refresher
#
# The lecture drew machine learning with a few small pictures: dots that a linear map turns until one inequality
# picks out the red ones, a signal with its average subtracted, neighbours that vote, colours that can be written as
# RGB or as HSV without losing anything. This week you turn each picture into a few lines of NumPy. Nothing here is
# learned by gradient descent yet; but every function below comes back later in the course, so it pays to get it
# right now: scaling before a descent (week 3), distances and leakage in cross-validation (week 4), a stable softmax
# in backpropagation (week 5), and patches inside a convolution (week 6).
#
# | question | points | comes back in |
# | --- | --- | --- |
# | Q1.1 Standardise columns | 12 | weeks 3, 4 |
# | Q1.2 Linear maps and boolean selection | 12 | weeks 4, 5 |
# | Q1.3 One-hot encoding | 10 | weeks 2, 5 |
# | Q1.4 Pairwise squared distances, *vectorised* | 18 | week 4 |
# | Q1.5 K-nearest neighbours, *vectorised* | 16 | week 4 |
# | Q1.6 Stable log-sum-exp and softmax | 18 | weeks 2, 5, 6 |
# | Q1.7 Sliding windows of an image | 14 | week 6 |
# | Q1.8 Bonus: RGB and HSV | 5 extra | |
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
# 4. Do not set or use the global random state (`np.random.seed`, `np.random.rand`).
# 5. Invalid input that the docstring names raises `ValueError` with a message.
# 6. *Vectorised* marks the questions with a speed test: no Python loop over samples. The sizes are in the text.
#
# NumPy and SciPy are allowed everywhere. `log` is the natural logarithm.

# %% nbgrader={"grade": false, "grade_id": "setup", "locked": true, "schema_version": 3, "solution": false, "task": false}
from typing import NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import display
from numpy.typing import NDArray
from PIL import Image

F = NDArray[np.float64]
I = NDArray[np.int64]
B = NDArray[np.bool_]

# %% [markdown]
# ## Q1.1 Standardise columns (12 points)
#
# "Average subtracted, signal normalised": almost every method of the course works better when all features have the
# same size. A column in millimetres should not outvote a column in kilometres.
#
# For each column $j$ of the matrix that we **fit** on,
#
# $$\mu_j = \frac1n \sum_i x_{ij}, \qquad \sigma_j = \sqrt{\frac1n \sum_i (x_{ij} - \mu_j)^2}, \qquad
# z_{ij} = \frac{x_{ij} - \mu_j}{\sigma_j}.$$
#
# Three things to get right:
#
# * $\sigma_j$ is the *population* standard deviation: divide by $n$, not by $n - 1$.
# * A **constant** column, one whose largest and smallest entry are the same number, has no size to divide by: use
#   $\sigma_j := 1$. Compare the entries, not the computed $\sigma_j$: see the example.
# * New data are scaled with the $\mu$ and $\sigma$ of the **fit** set, never with their own. A test set that is scaled
#   by its own average has told you something about itself before you predicted anything.

# %%
# Worked example: three samples, two features, one feature at a time.
heights_cm = np.array([160.0, 170.0, 180.0])
weights_kg = np.array([60.0, 80.0, 70.0])
for feature in (heights_cm, weights_kg):
    centred = feature - feature.mean()
    print("mean", feature.mean(), " sd", round(feature.std(), 4), " z", np.round(centred / feature.std(), 3))

# Why "constant" is a matter of the entries: the rounded mean of seven equal numbers need not be that number.
print("computed sd of seven times 0.1:", np.full(7, 0.1).std())

# %% nbgrader={"grade": false, "grade_id": "q1_1_given", "locked": true, "schema_version": 3, "solution": false, "task": false}
class Scaler(NamedTuple):
    """What has to be remembered of the fit set."""

    mean: F  # (d,)
    scale: F  # (d,), strictly positive


# %% nbgrader={"grade": false, "grade_id": "q1_1_solution", "locked": false, "schema_version": 3, "solution": true, "task": false}
def fit_scaler(X: F) -> Scaler:
    """Mean and population standard deviation of each column.

    Parameters
    ----------
    X : ndarray, shape (n, d)
        Data to fit on, n >= 1. Integers are welcome.

    Returns
    -------
    Scaler
        ``mean`` and ``scale``, float64, shape (d,) each. ``scale`` is 1 where a column is constant
        (its maximum equals its minimum).
    """
    ### BEGIN SOLUTION
    X = np.asarray(X, dtype=np.float64)
    constant = X.max(axis=0) == X.min(axis=0)
    return Scaler(mean=X.mean(axis=0), scale=np.where(constant, 1.0, X.std(axis=0)))
    ### END SOLUTION


def apply_scaler(X: F, scaler: Scaler) -> F:
    """Standardise the columns of ``X`` with the statistics of the fit set.

    Parameters
    ----------
    X : ndarray, shape (m, d)
        Old or new data; m need not be the n of the fit set.
    scaler : Scaler
        What ``fit_scaler`` returned for the fit set.

    Returns
    -------
    ndarray, shape (m, d), float64
    """
    ### BEGIN SOLUTION
    return (np.asarray(X, dtype=np.float64) - scaler.mean) / scaler.scale
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q1_1", "locked": true, "points": 12, "schema_version": 3, "solution": false, "task": false}
people = np.array([[160.0, 60.0], [170.0, 80.0], [180.0, 70.0]])
fitted = fit_scaler(people)
assert isinstance(fitted, Scaler), "fit_scaler returns a Scaler: Scaler(mean=..., scale=...)"
assert fitted.mean.shape == (2,), f"two columns have two means: expected shape (2,), got {fitted.mean.shape}"
assert np.allclose(fitted.mean, [170.0, 70.0]), "each column has its own mean: average over axis 0"
assert np.allclose(fitted.scale, np.sqrt(200 / 3)), "the population standard deviation divides by n"
standard = apply_scaler(people, fitted)
assert standard.shape == people.shape, f"the shape stays: expected {people.shape}, got {standard.shape}"
assert np.allclose(standard.mean(axis=0), 0), "standardised columns have mean 0"
flat = fit_scaler(np.array([[5, 1], [5, 2]]))
assert flat.scale[0] == 1, "a constant column gets the scale 1"
assert np.allclose(apply_scaler(np.array([[6.0, 1.5]]), flat), [[1.0, 0.0]]), "new rows are scaled as the fit set was"
print("Q1.1: the checks in this notebook pass")

# %% [markdown]
# ## Q1.2 Linear maps and boolean selection (12 points)
#
# The lecture's very first picture: red dots on one side of a slanted line. Turn the plane, and the slanted line
# becomes the vertical axis; then the single question "is $x'_1 > 0$?" selects the red dots. A classifier is a map
# that makes the answer easy to read off, and the maps that we can handle best are linear (plus an offset):
#
# $$x'_i = A\,x_i + b .$$
#
# Careful with the transpose. In the formula $x_i$ is a column; in `X` the sample $x_i$ is a **row**.

# %%
# Worked example: one sample, as in the formula.
quarter_turn = np.array([[0.0, -1.0], [1.0, 0.0]])  # rotates by 90 degrees to the left
east = np.array([1.0, 0.0])
print("east is turned to", quarter_turn @ east)
print("... and moved to ", quarter_turn @ east + np.array([10.0, 20.0]))

# A comparison of an array with a number is an array of booleans, and such an array selects.
values = np.array([-1.5, 0.0, 2.0, 0.5])
print(values > 0, values[values > 0])


# %% nbgrader={"grade": false, "grade_id": "q1_2_solution", "locked": false, "schema_version": 3, "solution": true, "task": false}
def linear_map(X: F, A: F, b: F | None = None) -> F:
    """Apply ``x -> A x + b`` to every row of ``X``.

    Parameters
    ----------
    X : ndarray, shape (n, d)
        One sample a row; n may be 0.
    A : ndarray, shape (p, d)
    b : ndarray, shape (p,), optional
        No offset if None.

    Returns
    -------
    ndarray, shape (n, p), float64
    """
    ### BEGIN SOLUTION
    mapped = np.asarray(X, dtype=np.float64) @ np.asarray(A, dtype=np.float64).T
    return mapped if b is None else mapped + b
    ### END SOLUTION


def select_positive(X: F, A: F) -> B:
    """Say for every row ``x`` of ``X`` whether the first coordinate of ``A x`` is greater than 0.

    Parameters
    ----------
    X : ndarray, shape (n, d)
    A : ndarray, shape (p, d)

    Returns
    -------
    ndarray, shape (n,), bool
        A point exactly on the boundary is not selected.
    """
    ### BEGIN SOLUTION
    return linear_map(X, A)[:, 0] > 0
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q1_2", "locked": true, "points": 12, "schema_version": 3, "solution": false, "task": false}
compass = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]])  # east, north, west, south
turned = linear_map(compass, quarter_turn)
assert np.allclose(turned[0], [0, 1]), "a quarter turn to the left sends east to north: is A transposed?"
to_three = np.array([[1, 0], [0, 1], [1, 1]])
assert linear_map(compass, to_three).shape == (4, 3), "a (3, 2) matrix maps rows with 2 entries to rows with 3"
assert linear_map(np.array([[1, 2]]), to_three).dtype == np.float64, "integers in, float64 out"
assert np.allclose(linear_map(compass, to_three, np.array([1.0, 2.0, 3.0]))[2], [0, 2, 2]), "b is added to every row"
chosen = select_positive(compass, quarter_turn)
assert chosen.dtype == np.bool_, f"a selection is an array of booleans, got {chosen.dtype}"
assert chosen.tolist() == [False, False, False, True], "only south has a first coordinate > 0 after the turn"
print("Q1.2: the checks in this notebook pass")

# %% [markdown]
# **Look at it.** The picture from the lecture. Choose the angle so that the red dots, and only they, are ringed.

# %%
angle = np.deg2rad(0)  # try others: which rotation makes the red dots selectable?
rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
dots = np.random.default_rng(7).uniform(-1, 1, (120, 2))
height = dots @ np.array([0.6, 0.8])  # signed distance from the slanted line
dots, is_red = dots[np.abs(height) > 0.08], height[np.abs(height) > 0.08] > 0

fig, (left, right) = plt.subplots(1, 2, figsize=(7, 3.3))
left.scatter(*dots.T, c=np.where(is_red, "crimson", "steelblue"), s=14)
left.set_title("x")
right.axvline(0, color="grey")
try:
    moved, picked = linear_map(dots, rotation), select_positive(dots, rotation)
    right.scatter(*moved.T, c=np.where(is_red, "crimson", "steelblue"), s=14)
    right.scatter(*moved[picked].T, facecolors="none", edgecolors="black", s=45)
    right.set_title(f"x' = A x; {np.mean(picked == is_red):.0%} told apart by x'_1 > 0")
except NotImplementedError:
    right.set_title("x' = A x: solve Q1.2 to see it")
for axes in (left, right):
    axes.set(xlim=(-1.5, 1.5), ylim=(-1.5, 1.5), aspect="equal", xticks=[], yticks=[])
plt.show()

# %% [markdown]
# ## Q1.3 One-hot encoding (10 points)
#
# A class label is a name, not a quantity: class 2 is not "twice class 1". To feed a label to anything that
# multiplies and adds, give every class a coordinate of its own: label $k$ becomes the unit vector $e_k$. Read as
# probabilities, the row says "certainly class $k$", which is what a classifier's output is compared with in week 5.

# %%
# Worked example: labels 2, 0, 1, 0 of three classes, written out by hand, and read back.
by_hand = np.array([
    [0.0, 0.0, 1.0],
    [1.0, 0.0, 0.0],
    [0.0, 1.0, 0.0],
    [1.0, 0.0, 0.0],
])
print("labels read back:", by_hand.argmax(axis=1))

# A trap: a negative index is legal in NumPy and counts from the end, so that a label -1 goes unnoticed.
print("row -1 of a table is its last row:", by_hand[-1])


# %% nbgrader={"grade": false, "grade_id": "q1_3_solution", "locked": false, "schema_version": 3, "solution": true, "task": false}
def one_hot(y: I, n_classes: int | None = None) -> F:
    """Encode labels as unit vectors.

    Parameters
    ----------
    y : ndarray of an integer type, shape (n,)
        Labels in 0..K-1.
    n_classes : int, optional
        The number K of classes. ``max(y) + 1`` if None.

    Returns
    -------
    ndarray, shape (n, K), float64
        Row i is 1 at column ``y[i]`` and 0 elsewhere.

    Raises
    ------
    ValueError
        If a label is negative or not below ``n_classes``; if ``y`` has a float dtype, even when it
        holds whole numbers; if ``y`` is empty and ``n_classes`` is None.
    """
    ### BEGIN SOLUTION
    y = np.asarray(y)
    if not np.issubdtype(y.dtype, np.integer):
        raise ValueError(f"labels must be integers, got {y.dtype}")
    if n_classes is None:
        if y.size == 0:
            raise ValueError("no labels: the number of classes is unknown, give n_classes")
        n_classes = int(y.max()) + 1
    if y.size and (y.min() < 0 or y.max() >= n_classes):
        raise ValueError(f"labels must lie in 0..{n_classes - 1}, got {y.min()}..{y.max()}")
    encoded = np.zeros((len(y), n_classes))
    encoded[np.arange(len(y)), y] = 1.0
    return encoded
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q1_3", "locked": true, "points": 10, "schema_version": 3, "solution": false, "task": false}
assert np.array_equal(one_hot(np.array([2, 0, 1, 0])), by_hand), "this is the example above"
assert one_hot(np.array([2, 0])).dtype == np.float64, "the result is float64"
assert one_hot(np.array([1, 3])).shape == (2, 4), "K is max(y) + 1: classes that do not occur count too"
assert one_hot(np.array([1, 0]), 5).shape == (2, 5), "n_classes wins where it is given"
assert one_hot(np.zeros(0, dtype=np.int64), 3).shape == (0, 3), "no labels, no rows"
for wrong, size in [(np.array([0, -1]), 3), (np.array([0, 3]), 3), (np.array([0.0, 1.0]), 3)]:
    try:
        one_hot(wrong, size)
    except ValueError:
        continue
    raise AssertionError(f"one_hot({wrong!r}, {size}) should raise ValueError")
print("Q1.3: the checks in this notebook pass")

# %% [markdown]
# ## Q1.4 Pairwise squared distances, vectorised (18 points)
#
# "Similar inputs have similar outputs" needs a measure of similar. For all pairs of a row of `A` and a row of `B`,
#
# $$D_{ij} = \lVert a_i - b_j \rVert^2 = \lVert a_i \rVert^2 + \lVert b_j \rVert^2 - 2\, a_i \cdot b_j .$$
#
# The right-hand side is the trick of this question: the mixed term for *all* pairs is one matrix product, the
# operation that computers do fastest. The left-hand side by broadcasting, `A[:, None, :] - B[None, :, :]`, is right
# too, but it builds an array of shape `(n, m, d)`.
#
# **Speed and memory.** The grader runs your function at `n = 700, m = 800, d = 20`, where it must be done in half a
# second of processor time (a loop over all pairs needs more than one; the matrix product 10 ms), and at
# `n = m = 400, d = 1000` within a memory of 1 GiB (the `(n, m, d)` array would take 1.3 GB).
#
# **Rounding.** The trick has a price: it subtracts large numbers to get a small one. Far from the origin the result
# of two equal rows can come out *below zero*. A squared distance is never negative, so clip at 0.

# %%
# Worked example: one pair of points, both sides of the formula.
here, there = np.array([1.0, 2.0]), np.array([4.0, 6.0])
print("left: ", np.sum((here - there) ** 2))
print("right:", here @ here + there @ there - 2 * here @ there)

# And what rounding does to the right-hand side: the distances of 200 points from *themselves*, a million away from
# the origin. Every number should be 0.
far_away = 1e6 + np.random.default_rng(3).normal(size=(200, 3))
norms, mixed = (far_away**2).sum(axis=1), np.diag(far_away @ far_away.T)
from_itself = norms + norms - 2 * mixed
print("smallest:", from_itself.min(), " largest:", from_itself.max())


# %% nbgrader={"grade": false, "grade_id": "q1_4_solution", "locked": false, "schema_version": 3, "solution": true, "task": false}
def pairwise_sq_dists(A: F, B: F) -> F:
    """Squared Euclidean distances between all rows of ``A`` and all rows of ``B``.

    Parameters
    ----------
    A : ndarray, shape (n, d)
    B : ndarray, shape (m, d)

    Returns
    -------
    ndarray, shape (n, m), float64
        Entry (i, j) is the *squared* distance of ``A[i]`` and ``B[j]``; never negative.
    """
    ### BEGIN SOLUTION
    A, B = np.asarray(A, dtype=np.float64), np.asarray(B, dtype=np.float64)
    squares = (A**2).sum(axis=1)[:, None] + (B**2).sum(axis=1)[None, :]
    return np.maximum(squares - 2 * A @ B.T, 0.0)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q1_4", "locked": true, "points": 18, "schema_version": 3, "solution": false, "task": false}
corners = np.array([[0.0, 0.0], [3.0, 0.0], [0.0, 4.0]])
others = np.array([[3.0, 4.0], [0.0, 0.0]])
table = pairwise_sq_dists(corners, others)
assert table.shape == (3, 2), f"3 rows against 2 rows: expected shape (3, 2), got {table.shape}"
assert table.dtype == np.float64, f"expected float64, got {table.dtype}"
assert not np.allclose(table, np.sqrt([[25, 0], [16, 9], [9, 16]])), "the distances are to be *squared*"
assert np.allclose(table, [[25, 0], [16, 9], [9, 16]]), "compare with a drawing of the 3-4-5 triangle"
assert pairwise_sq_dists(corners[:1], others[:1]).shape == (1, 1), "one row against one row is a (1, 1) table"
assert (pairwise_sq_dists(far_away, far_away) >= 0).all(), "a squared distance is negative: clip at 0"
print("Q1.4: the checks in this notebook pass")

# %% [markdown]
# ## Q1.5 K-nearest neighbours, vectorised (16 points)
#
# The lecture's example of a method *without parameters*: nothing is trained; the data themselves are the model. To
# classify a new point, find the `k` training points that are nearest to it and let them vote.
#
# An algorithm that others can repeat says what happens on a tie:
#
# * **Equal distances**: the training point with the *smaller index* is the nearer one.
# * **Equal votes**: the *smallest* of the winning labels wins.
#
# Labels are names: they may be any integers, for example -1 and 1, or 3, 7 and 20.
#
# You may use `pairwise_sq_dists`; the grader then puts a right one in its place, so that a mistake in Q1.4 costs
# nothing here.
#
# **Speed.** 800 training points and 500 test points with `d = 10` must be done in half a second of processor time.

# %%
# Worked example: five training points on a line, one new point at 0, k = 3.
positions = np.array([4, -1, 1, -2, 2])
labels = np.array([7, 7, 3, 3, 7])
distance = np.abs(positions - 0)
ranking = np.argsort(distance, kind="stable")  # "stable": of two equal distances the smaller index comes first
print("nearest first:", positions[ranking], "with labels", labels[ranking])
print("the three nearest are at", positions[ranking][:3], "and vote", labels[ranking][:3], "-> class 3")
# At -2 and 2 the distances are equal: index 3 comes before index 4, and that decides this vote.


# %% nbgrader={"grade": false, "grade_id": "q1_5_solution", "locked": false, "schema_version": 3, "solution": true, "task": false}
def knn_predict(X_train: F, y_train: I, X_test: F, k: int) -> I:
    """Predict by the majority among the ``k`` nearest training points (Euclidean distance).

    Parameters
    ----------
    X_train : ndarray, shape (n, d)
    y_train : ndarray of int64, shape (n,)
        Labels: any integers.
    X_test : ndarray, shape (m, d)
    k : int
        Number of neighbours, 1 <= k <= n.

    Returns
    -------
    ndarray, shape (m,), int64
        Ties between distances go to the smaller training index, ties between votes to the smallest label.

    Raises
    ------
    ValueError
        If ``k`` is smaller than 1 or larger than n.
    """
    ### BEGIN SOLUTION
    if not 1 <= k <= len(X_train):
        raise ValueError(f"k must lie in 1..{len(X_train)}, got {k}")
    order = np.argsort(pairwise_sq_dists(X_test, X_train), axis=1, kind="stable")
    classes, codes = np.unique(y_train, return_inverse=True)
    neighbours = codes[order[:, :k]]
    votes = (neighbours[:, :, None] == np.arange(len(classes))).sum(axis=1)
    return classes[votes.argmax(axis=1)]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q1_5", "locked": true, "points": 16, "schema_version": 3, "solution": false, "task": false}
on_a_line = positions[:, None].astype(float)
answer = knn_predict(on_a_line, labels, np.array([[0.0], [4.0]]), 3)
assert answer.shape == (2,), f"two new points, two labels: expected shape (2,), got {answer.shape}"
assert np.issubdtype(answer.dtype, np.integer), f"labels are integers, got {answer.dtype}"
assert answer[0] == 3, "the worked example above: mind the tie between the distances of -2 and 2"
assert answer[1] == 7, "the neighbours of 4 are 4, 2 and 1"
assert np.array_equal(knn_predict(on_a_line, labels, on_a_line, 1), labels), "each training point is its own neighbour"
assert knn_predict(on_a_line, labels, np.array([[-1.4]]), 2)[0] == 3, "one vote each: the smallest label wins"
for wrong_k in (0, 6):
    try:
        knn_predict(on_a_line, labels, on_a_line, wrong_k)
    except ValueError:
        continue
    raise AssertionError(f"k = {wrong_k} with five training points should raise ValueError")
print("Q1.5: the checks in this notebook pass")

# %% [markdown]
# **Look at it.** Two measurements of 150 iris flowers, and what your function would say at every point of the plane.
# With `k = 1` the regions follow every single flower; with `k = 15` they are smoother. Which one would you trust on a
# new flower, and how could you find out without a new flower? (Week 4.)

# %%
iris = np.loadtxt("data/iris.csv", delimiter=",", skiprows=1)
sepals, species = iris[:, :2], iris[:, 4].astype(np.int64)
frame = (4.0, 8.2, 1.8, 4.6)
across, up = np.meshgrid(np.linspace(*frame[:2], 30), np.linspace(*frame[2:], 30))
plane = np.column_stack([across.ravel(), up.ravel()])

fig, panels = plt.subplots(1, 2, figsize=(7.5, 3), sharey=True)
for axes, n_neighbours in zip(panels, (1, 15), strict=True):
    try:
        regions = knn_predict(sepals, species, plane, n_neighbours).reshape(across.shape)
        axes.imshow(regions, origin="lower", extent=frame, aspect="auto", alpha=0.3, cmap="viridis")
        axes.set_title(f"k = {n_neighbours}")
    except NotImplementedError:
        axes.set_title(f"k = {n_neighbours}: solve Q1.5 to see the regions")
    axes.scatter(*sepals.T, c=species, cmap="viridis", s=9)
    axes.set(xlabel="sepal length, 4.0 to 8.2 cm", xticks=[], yticks=[])
panels[0].set_ylabel("sepal width, 1.8 to 4.6 cm")
plt.show()

# %% [markdown]
# ## Q1.6 Stable log-sum-exp and softmax (18 points)
#
# A classifier computes one score $z_k$ (any real number) for each class. The *softmax* turns scores into probabilities:
#
# $$\mathrm{softmax}(z)_k = \frac{e^{z_k}}{\sum_j e^{z_j}} = \frac{e^{z_k - m}}{\sum_j e^{z_j - m}},
# \qquad \mathrm{logsumexp}(z) = \log \sum_j e^{z_j} = m + \log \sum_j e^{z_j - m} .$$
#
# The two forms are equal for every $m$. On a computer only one of them works: `exp(710)` is already infinite. With
# $m = \max_j z_j$, taken **along the same axis as the sum**, the largest exponent is 0 and nothing can overflow;
# and as one term of the sum is then 1, the logarithm is harmless too.
#
# Both functions take an `axis`, like `np.sum` does, and work for arrays with any number of dimensions. A score of
# `-inf` means "impossible": its probability is 0. (You may assume that no slice consists of `-inf` alone.)

# %%
# Worked example: one vector of scores; then the same scores plus 1000, which should change nothing.
scores = np.array([2.0, 1.0, 0.0])
print("softmax by hand:", np.exp(scores) / np.exp(scores).sum())
with np.errstate(over="ignore", invalid="ignore"):
    print("the same + 1000:", np.exp(scores + 1000) / np.exp(scores + 1000).sum(), "<- inf / inf")

# keepdims=True keeps an axis of length 1, so that the result lines up with the array it came from.
grid_of_scores = np.array([[2.0, 1.0, 0.0], [5.0, 9.0, 7.0]])
for keep in (False, True):
    print(f"maximum of each row, keepdims={keep}: shape", grid_of_scores.max(axis=1, keepdims=keep).shape)


# %% nbgrader={"grade": false, "grade_id": "q1_6_solution", "locked": false, "schema_version": 3, "solution": true, "task": false}
def logsumexp(Z: F, axis: int = -1) -> F:
    """Logarithm of the sum of exponentials along an axis, in nats, without overflow.

    Parameters
    ----------
    Z : ndarray, any shape
        Scores; entries may be -inf, but not all of a slice.
    axis : int
        The axis that is summed over.

    Returns
    -------
    ndarray, float64
        The shape of ``Z`` without ``axis``; a scalar if ``Z`` is a vector.
    """
    ### BEGIN SOLUTION
    Z = np.asarray(Z, dtype=np.float64)
    top = Z.max(axis=axis, keepdims=True)
    return np.log(np.exp(Z - top).sum(axis=axis)) + top.squeeze(axis=axis)
    ### END SOLUTION


def softmax(Z: F, axis: int = -1) -> F:
    """Turn scores into probabilities along an axis, without overflow.

    Parameters
    ----------
    Z : ndarray, any shape
        Scores; entries may be -inf, but not all of a slice.
    axis : int
        The axis along which the probabilities sum to 1.

    Returns
    -------
    ndarray, the shape of ``Z``, float64
    """
    ### BEGIN SOLUTION
    Z = np.asarray(Z, dtype=np.float64)
    weights = np.exp(Z - Z.max(axis=axis, keepdims=True))
    return weights / weights.sum(axis=axis, keepdims=True)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q1_6", "locked": true, "points": 18, "schema_version": 3, "solution": false, "task": false}
shares = softmax(scores)
assert np.allclose(shares, np.exp(scores) / np.exp(scores).sum()), "compare with the worked example"
assert np.ndim(logsumexp(scores)) == 0, "for a vector, logsumexp is a scalar"
assert np.isclose(logsumexp(scores), np.log(np.exp(scores).sum())), "log of the sum of the exponentials"
assert softmax(grid_of_scores).shape == (2, 3), "softmax keeps the shape"
assert logsumexp(grid_of_scores).shape == (2,), "logsumexp drops the axis that is summed over"
assert np.allclose(softmax(grid_of_scores).sum(axis=1), 1), "by default each row sums to 1"
assert np.allclose(softmax(grid_of_scores, axis=0).sum(axis=0), 1), "with axis=0 each column sums to 1"
assert np.isfinite(softmax(scores + 1000)).all(), "subtract the maximum before you take exp"
assert np.isclose(logsumexp(scores + 1000), 1000 + logsumexp(scores)), "add the maximum again after the logarithm"
assert softmax(np.array([1, 2])).dtype == np.float64, "integers in, float64 out"
print("Q1.6: the checks in this notebook pass")

# %% [markdown]
# **Look at it.** Three scores, divided by a *temperature* T before the softmax. At a high temperature all classes
# become equally probable, at a low one the largest score takes all: softmax is a soft version of "the maximum".

# %%
temperatures = np.geomspace(0.05, 8, 80)
fig, axes = plt.subplots(figsize=(5, 2.8))
try:
    axes.plot(temperatures, softmax(scores / temperatures[:, None]))
    axes.legend([f"score {score:g}" for score in scores])
except NotImplementedError:
    axes.set_title("solve Q1.6 to see the curves")
axes.set(xlabel="temperature T", ylabel="softmax(z / T)", xticks=[0, 1, 8], yticks=[0, 1 / 3, 1])
axes.set_yticklabels(["0", "1/3", "1"])
plt.show()

# %% [markdown]
# ## Q1.7 Sliding windows of an image (14 points)
#
# A convolutional network (week 6) looks at an image through a small square window that slides over it. All
# windows together form an array with four axes: *where* the window is (row, column) and *what* it shows (row, column).
#
# The window starts at rows $0, s, 2s, \dots$ (the *stride* $s$) as long as it fits entirely into the image; in the
# same way for columns. An image of shape $(H, W)$ therefore has
#
# $$H' = \left\lfloor \frac{H - \mathrm{size}}{s} \right\rfloor + 1, \qquad
# W' = \left\lfloor \frac{W - \mathrm{size}}{s} \right\rfloor + 1$$
#
# windows down and across. There is no padding.
#
# NumPy can show windows without copying (`sliding_window_view`, or `as_strided` for the brave). That is welcome;
# but whoever writes into your result must not change the image: return a copy, or a read-only view.

# %%
# Worked example: the windows of size 2 in the top two rows of a small image.
small = np.arange(12.0).reshape(3, 4)
print(small)
for start in range(3):
    print(f"window at row 0, column {start}:", small[0:2, start : start + 2].tolist())


# %% nbgrader={"grade": false, "grade_id": "q1_7_solution", "locked": false, "schema_version": 3, "solution": true, "task": false}
def extract_patches(image: F, size: int, stride: int = 1) -> F:
    """All square windows of an image.

    Parameters
    ----------
    image : ndarray, shape (H, W)
    size : int
        Height and width of the window, in pixels.
    stride : int
        Distance of neighbouring windows, in pixels, down and across.

    Returns
    -------
    ndarray, shape (H', W', size, size), float64
        Entry (r, c) is the window whose top left pixel is ``image[r * stride, c * stride]``.
        Not a writable view of ``image``.

    Raises
    ------
    ValueError
        If ``size`` is larger than H or W, or if ``size`` or ``stride`` is smaller than 1.
    """
    ### BEGIN SOLUTION
    image = np.asarray(image, dtype=np.float64)
    if not 1 <= size <= min(image.shape):
        raise ValueError(f"a window of size {size} does not fit into an image of shape {image.shape}")
    if stride < 1:
        raise ValueError(f"the stride must be at least 1, got {stride}")
    windows = np.lib.stride_tricks.sliding_window_view(image, (size, size))
    return windows[::stride, ::stride].copy()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q1_7", "locked": true, "points": 14, "schema_version": 3, "solution": false, "task": false}
windows = extract_patches(small, 2)
assert windows.shape == (2, 3, 2, 2), f"2 windows down, 3 across: expected shape (2, 3, 2, 2), got {windows.shape}"
assert np.array_equal(windows[0, 1], [[1, 2], [5, 6]]), "row 0, column 1 of the worked example"
assert np.array_equal(windows[1, 0], [[4, 5], [8, 9]]), "the window one row further down"
assert extract_patches(small, 2, stride=2).shape == (1, 2, 2, 2), "a window that does not fit entirely is left out"
assert extract_patches(np.eye(3, dtype=int), 2).dtype == np.float64, "integers in, float64 out"
try:
    extract_patches(small, 4)
except ValueError:
    pass
else:
    raise AssertionError("a window of size 4 does not fit into 3 rows: raise ValueError")
print("Q1.7: the checks in this notebook pass")

# %% [markdown]
# **Look at it.** A hand-drawn seven of 8 x 8 pixels, and its windows of size 4 at stride 2, laid out in their places.

# %%
seven = np.array([
    [0, 0, 0, 0, 0, 0, 0, 0],
    [0, 9, 9, 9, 9, 9, 7, 0],
    [0, 0, 0, 0, 0, 6, 9, 0],
    [0, 0, 0, 0, 2, 9, 3, 0],
    [0, 0, 0, 1, 8, 6, 0, 0],
    [0, 0, 0, 7, 8, 0, 0, 0],
    [0, 0, 3, 9, 1, 0, 0, 0],
    [0, 0, 5, 6, 0, 0, 0, 0],
])


def picture(grey):
    """An image from numbers, 0 white and 9 black; each number becomes a square of 16 x 16 pixels."""
    return Image.fromarray(np.uint8(255 - 28 * grey)).resize((16 * grey.shape[1], 16 * grey.shape[0]), Image.NEAREST)


display(picture(seven))
try:
    tiles = extract_patches(seven, 4, 2)
    # a grey line to the right of each window and below it, then all windows side by side
    framed = np.pad(tiles, ((0, 0), (0, 0), (0, 1), (0, 1)), constant_values=2)
    display(picture(framed.swapaxes(1, 2).reshape(tiles.shape[0] * 5, -1)[:-1, :-1]))
except NotImplementedError:
    print("Solve Q1.7 to see the windows.")

# %% [markdown]
# ## Q1.8 Bonus: another exact representation of colour (5 extra points)
#
# The lecture's point about representations: RGB and HSV say the same thing. HSV (*hue, saturation, value*) is closer
# to how we speak of colours, and no information is lost on the way there and back. With $v = \max(r, g, b)$ and
# $c = v - \min(r, g, b)$,
#
# $$s = \begin{cases} c / v & v > 0 \\ 0 & v = 0 \end{cases} \qquad
# h = \frac16 \cdot \begin{cases}
# 0 & c = 0 \\ ((g - b)/c) \bmod 6 & v = r \\ (b - r)/c + 2 & v = g \\ (r - g)/c + 4 & v = b
# \end{cases}$$
#
# (the first case that applies). All numbers lie in $[0, 1]$; the hue is an angle in *turns*: red is 0, green 1/3,
# blue 2/3, and 1 is red again. The way back: each channel is
#
# $$\mathrm{rgb}_j = v - v\,s \cdot \max\bigl(0, \min(q_j,\ 4 - q_j,\ 1)\bigr), \qquad
# q_j = (n_j + 6h) \bmod 6, \qquad (n_r, n_g, n_b) = (5, 3, 1).$$
#
# The functions take arrays of any shape `(..., 3)`: one colour, a list of colours, or an image.

# %%
# Worked example: orange, (1, 0.5, 0), by the formulas.
orange = np.array([1.0, 0.5, 0.0])
spread = orange.max() - orange.min()
print("h =", (orange[1] - orange[2]) / spread % 6 / 6, "turns, s =", spread / orange.max(), ", v =", orange.max())

# An Ellipsis stands for "all the other axes": the red channel of an image, and of a single colour.
print(np.zeros((4, 5, 3))[..., 0].shape, orange[..., 0])


# %% nbgrader={"grade": false, "grade_id": "q1_8_solution", "locked": false, "schema_version": 3, "solution": true, "task": false}
def rgb_to_hsv(rgb: F) -> F:
    """Convert colours from RGB to HSV.

    Parameters
    ----------
    rgb : ndarray, shape (..., 3)
        Red, green and blue, in [0, 1].

    Returns
    -------
    ndarray, shape (..., 3), float64
        Hue (in turns), saturation and value, in [0, 1]. A grey has hue 0 and saturation 0.
    """
    ### BEGIN SOLUTION
    rgb = np.asarray(rgb, dtype=np.float64)
    r, g, b = rgb[..., 0], rgb[..., 1], rgb[..., 2]
    value = rgb.max(axis=-1)
    chroma = value - rgb.min(axis=-1)
    safe = np.where(chroma > 0, chroma, 1.0)
    sixths = np.where(value == r, (g - b) / safe % 6, np.where(value == g, (b - r) / safe + 2, (r - g) / safe + 4))
    hue = np.where(chroma > 0, sixths / 6, 0.0)
    saturation = chroma / np.where(value > 0, value, 1.0)
    return np.stack([hue, saturation, value], axis=-1)
    ### END SOLUTION


def hsv_to_rgb(hsv: F) -> F:
    """Convert colours from HSV to RGB; the inverse of ``rgb_to_hsv``.

    Parameters
    ----------
    hsv : ndarray, shape (..., 3)
        Hue (in turns), saturation and value, in [0, 1]. The hues 0 and 1 are the same red.

    Returns
    -------
    ndarray, shape (..., 3), float64
        Red, green and blue, in [0, 1].
    """
    ### BEGIN SOLUTION
    hsv = np.asarray(hsv, dtype=np.float64)
    hue, saturation, value = hsv[..., :1], hsv[..., 1:2], hsv[..., 2:]
    q = (np.array([5.0, 3.0, 1.0]) + 6 * hue) % 6
    return value - value * saturation * np.clip(np.minimum(q, 4 - q), 0.0, 1.0)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q1_8", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
assert np.allclose(rgb_to_hsv(orange), [1 / 12, 1, 1]), "the worked example"
assert np.allclose(hsv_to_rgb(np.array([1 / 12, 1, 1])), orange), "... and back"
palette = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [0.5, 0.5, 0.5]])
assert np.allclose(rgb_to_hsv(palette)[:3, 0], [0, 1 / 3, 2 / 3]), "red, green and blue are a third of a turn apart"
assert np.allclose(rgb_to_hsv(palette)[3], [0, 0, 0.5]), "a grey has hue 0 and saturation 0"
assert rgb_to_hsv(np.zeros((4, 5, 3))).shape == (4, 5, 3), "an image stays an image"
print("Q1.8: the checks in this notebook pass")

# %%
hues, levels = np.meshgrid(np.linspace(0, 1, 90), np.linspace(0, 1, 30))
bright = np.stack([hues, levels, np.ones_like(hues)], axis=-1)
try:
    colours = np.uint8(np.round(255 * hsv_to_rgb(bright)))
    display(Image.fromarray(colours[::-1]).resize((450, 150)))  # row 0 is drawn at the top
except NotImplementedError:
    print("Solve Q1.8 to see the colours.")

# %% [markdown]
# ## Looking back (no points; a teaching assistant reads and answers it)
#
# In three or four sentences: choose one function of this week whose first version was wrong or slow. What was the
# observation that told you so, and what did you change? If nothing went wrong, which single check above would you
# drop, and which wrong solution would then slip through?

# %% [markdown] nbgrader={"grade": true, "grade_id": "reflection", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# **For those who read the answers** (students see an empty answer cell here). No points; answer in a sentence or two.
# Look for an *observation* (a shape, a number, an assertion's message, a time) and not only "it did not work". Who drops
# a check should name a wrong solution that then passes: an axis that was mixed up where the example is square, say.
