"""Mutant: makes steps of length lr.
Misconception: the gradient is thought to be a direction only.
Killed by: test_points_of_the_walk, test_border_of_the_learning_rate
Hint: border
"""


def gradient_descent(f, grad, x0, lr, max_iter=1000, tol=1e-6):
    x = np.array(x0, dtype=float)
    history = [float(f(x))]
    for k in range(max_iter):
        if not np.isfinite(history[-1]):
            raise FloatingPointError("f is not finite")
        g = grad(x)
        if np.linalg.norm(g) <= tol:
            return GDResult(x, history, k, True)
        x = x - lr * g / np.linalg.norm(g)
        history.append(float(f(x)))
    if not np.isfinite(history[-1]):
        raise FloatingPointError("f is not finite")
    return GDResult(x, history, max_iter, bool(np.linalg.norm(grad(x)) <= tol))
