"""Mutant: tests the largest entry of the gradient instead of its Euclidean norm.
Misconception: all norms are thought to be the same.
Killed by: test_stops_at_the_first_small_gradient
Hint: first-small
"""


def gradient_descent(f, grad, x0, lr, max_iter=1000, tol=1e-6):
    x = np.array(x0, dtype=float)
    history = [float(f(x))]
    for k in range(max_iter):
        if not np.isfinite(history[-1]):
            raise FloatingPointError("f is not finite")
        g = grad(x)
        if np.abs(g).max() <= tol:
            return GDResult(x, history, k, True)
        x = x - lr * g
        history.append(float(f(x)))
    if not np.isfinite(history[-1]):
        raise FloatingPointError("f is not finite")
    return GDResult(x, history, max_iter, bool(np.abs(grad(x)).max() <= tol))
