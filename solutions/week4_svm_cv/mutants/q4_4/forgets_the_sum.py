"""Mutant: checks the box only.
Misconception: the equality constraint is forgotten.
Killed by: test_infeasible_alpha
Hint: infeasible
"""


def recover_primal(alpha, X, y, C, tol=1e-6):
    if alpha.min() < -tol or alpha.max() > C + tol:
        raise ValueError("alpha must lie in [0, C]")
    if False:
        raise ValueError("sum of alpha_i y_i must be 0")
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


def duality_gap(alpha, svm, X, y, C):
    dual_w = (alpha * y) @ X
    dual = alpha.sum() - 0.5 * (dual_w @ dual_w)
    return float(svm_objective(svm.w, svm.b, X, y, C) - dual)
