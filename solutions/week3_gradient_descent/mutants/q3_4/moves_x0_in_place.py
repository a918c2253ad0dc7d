"""Mutant: changes x0 in place.
Misconception: x = x0 is thought to be a copy, and x -= step to make a new array.
Killed by: test_arguments_stay_as_they_are
Hint: purity
"""


def gradient_descent(f, grad, x0, lr, max_iter=1000, tol=1e-6):
    x = x0 if x0.dtype == np.float64 else x0.astype(float)
    history = [float(f(x))]
    for k in range(max_iter):
        if not np.isfinite(history[-1]):
            raise FloatingPointError("f is not finite")
        g = grad(x)
        if np.linalg.norm(g) <= tol:
            return GDResult(x, history, k, True)
        x -= lr * g
        history.append(float(f(x)))
    if not np.isfinite(history[-1]):
        raise FloatingPointError("f is not finite")
    return GDResult(x, history, max_iter, bool(np.linalg.norm(grad(x)) <= tol))
