"""Mutant: makes a step before it tests.
Misconception: do-while: the start is never thought to be the goal.
Killed by: test_starts_at_the_minimum
Hint: at-the-minimum
"""


def gradient_descent(f, grad, x0, lr, max_iter=1000, tol=1e-6):
    x = np.array(x0, dtype=float)
    history = [float(f(x))]
    converged, k = False, 0
    while not converged and k < max_iter:
        x = x - lr * grad(x)
        k += 1
        history.append(float(f(x)))
        if not np.isfinite(history[-1]):
            raise FloatingPointError("f is not finite")
        converged = bool(np.linalg.norm(grad(x)) <= tol)
    return GDResult(x, history, k, converged)
