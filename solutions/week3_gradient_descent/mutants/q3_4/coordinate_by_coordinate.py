"""Mutant: updates one coordinate after another, with the gradient at the half-updated point.
Misconception: a loop over coordinates is thought to be the same step; it is Gauss-Seidel.
Killed by: test_points_of_the_walk
Hint: iterates
"""


def gradient_descent(f, grad, x0, lr, max_iter=1000, tol=1e-6):
    x = np.array(x0, dtype=float)
    history = [float(f(x))]
    for k in range(max_iter):
        if np.linalg.norm(grad(x)) <= tol:
            return GDResult(x, history, k, True)
        for i in range(x.size):
            x[i] -= lr * grad(x)[i]
        history.append(float(f(x)))
        if not np.isfinite(history[-1]):
            raise FloatingPointError("f is not finite")
    return GDResult(x, history, max_iter, bool(np.linalg.norm(grad(x)) <= tol))
