# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown] nbgrader={"grade": false, "grade_id": "intro", "locked": true, "schema_version": 3, "solution": false, "task": false}
# # Toy week
#
# Two functions, one number from a file, one sentence. For numbers $a < b$ write `a <b`.

# %% nbgrader={"grade": false, "grade_id": "setup", "locked": true, "schema_version": 3, "solution": false, "task": false}
import numpy as np

# %% [markdown]
# ## Mean
# Return the mean of a vector.

# %% nbgrader={"grade": false, "grade_id": "q1_solution", "locked": false, "schema_version": 3, "solution": true, "task": false}
def mean(x):
    """Mean of a vector.

    Parameters
    ----------
    x : ndarray, shape (n,)
    """
    ### BEGIN SOLUTION
    return float(np.sum(x) / len(x))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q1", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
assert mean(np.array([1.0, 2.0, 3.0])) == 2.0, "the mean of 1, 2, 3 is 2"

# %% [markdown]
# ## Clip
# Move each number into the unit interval; do not change the argument.

# %% nbgrader={"grade": false, "grade_id": "q2_solution", "locked": false, "schema_version": 3, "solution": true, "task": false}
def clip01(x):
    """Numbers of ``x`` moved into [0, 1]; a new array."""
    ### BEGIN SOLUTION
    return np.clip(x, 0.0, 1.0)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q2", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
assert clip01(np.array([-1.0, 0.5])).shape == (2,)

# %% [markdown]
# ## Total of a file

# %% nbgrader={"grade": false, "grade_id": "q3_solution", "locked": false, "schema_version": 3, "solution": true, "task": false}
def total(path="data/numbers.csv"):
    """Sum of the numbers in a file with one number a line."""
    ### BEGIN SOLUTION
    return float(np.loadtxt(path).sum())
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q3", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
print("total:", total())

# %% [markdown] nbgrader={"grade": true, "grade_id": "q4", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# The mean moves by $c/n$ when one number grows by $c$.
