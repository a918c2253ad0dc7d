"""Mutant: raises for infinity, not for NaN.
Misconception: NaN is thought to be a kind of infinity.
Killed by: test_f_is_not_finite
Hint: non-finite
"""


def gradient_descent(f, grad, x0, lr, max_iter=1000, tol=1e-6):
    x = np.array(x0, dtype=float)
    history = [float(f(x))]
    for k in range(max_iter):
        if abs(history[-1]) == float("inf"):
            raise FloatingPointError("f is not finite")
        g = grad(x)
        if np.linalg.norm(g) <= tol:
            return GDResult(x, history, k, True)
        x = x - lr * g
        history.append(float(f(x)))
    if abs(history[-1]) == float("inf"):
        raise FloatingPointError("f is not finite")
    return GDResult(x, history, max_iter, bool(np.linalg.norm(grad(x)) <= tol))
