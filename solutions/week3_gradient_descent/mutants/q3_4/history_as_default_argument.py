"""Mutant: keeps the history in a default argument.
Misconception: a default is thought to be made at every call.
Killed by: test_walks_do_not_share
Hint: shared-history
"""


def gradient_descent(f, grad, x0, lr, max_iter=1000, tol=1e-6, history=[]):
    x = np.array(x0, dtype=float)
    history.append(float(f(x)))
    for k in range(max_iter):
        if not np.isfinite(history[-1]):
            raise FloatingPointError("f is not finite")
        g = grad(x)
        if np.linalg.norm(g) <= tol:
            return GDResult(x, history, k, True)
        x = x - lr * g
        history.append(float(f(x)))
    if not np.isfinite(history[-1]):
        raise FloatingPointError("f is not finite")
    return GDResult(x, history, max_iter, bool(np.linalg.norm(grad(x)) <= tol))
