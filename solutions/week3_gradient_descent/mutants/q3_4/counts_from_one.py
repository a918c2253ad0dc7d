"""Mutant: reports one step more than were made.
Misconception: points and steps are confused: n + 1 posts, n gaps.
Killed by: test_points_of_the_walk, test_gives_up_honestly
Hint: count
"""


def gradient_descent(f, grad, x0, lr, max_iter=1000, tol=1e-6):
    x = np.array(x0, dtype=float)
    history = [float(f(x))]
    for k in range(max_iter):
        if not np.isfinite(history[-1]):
            raise FloatingPointError("f is not finite")
        g = grad(x)
        if np.linalg.norm(g) <= tol:
            return GDResult(x, history, k + 1, True)
        x = x - lr * g
        history.append(float(f(x)))
    if not np.isfinite(history[-1]):
        raise FloatingPointError("f is not finite")
    return GDResult(x, history, max_iter + 1, bool(np.linalg.norm(grad(x)) <= tol))
