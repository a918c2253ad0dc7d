"""Mutant: does not record f(x0).
Misconception: the history is thought to begin with the first step.
Killed by: test_points_of_the_walk, test_gives_up_honestly
Hint: history
"""


def gradient_descent(f, grad, x0, lr, max_iter=1000, tol=1e-6):
    x, history = np.array(x0, dtype=float), []
    for k in range(max_iter):
        g = grad(x)
        if np.linalg.norm(g) <= tol:
            return GDResult(x, history, k, True)
        x = x - lr * g
        history.append(float(f(x)))
        if not np.isfinite(history[-1]):
            raise FloatingPointError("f is not finite")
    return GDResult(x, history, max_iter, bool(np.linalg.norm(grad(x)) <= tol))
