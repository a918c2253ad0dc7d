"""Mutant: looks at f once, at the end.
Misconception: what is bad on the way is thought to be bad at the end.
Killed by: test_f_is_not_finite
Hint: non-finite
"""


def gradient_descent(f, grad, x0, lr, max_iter=1000, tol=1e-6):
    x = np.array(x0, dtype=float)
    history = [float(f(x))]
    k, converged = 0, bool(np.linalg.norm(grad(x)) <= tol)
    while k < max_iter and not converged:
        x = x - lr * grad(x)
        k += 1
        history.append(float(f(x)))
        converged = bool(np.linalg.norm(grad(x)) <= tol)
    if not np.isfinite(history[-1]):
        raise FloatingPointError("f is not finite")
    return GDResult(x, history, k, converged)
