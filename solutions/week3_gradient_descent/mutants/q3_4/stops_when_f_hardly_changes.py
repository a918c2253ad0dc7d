"""Mutant: stops when f hardly changes any more.
Misconception: no progress is thought to be the goal.
Killed by: test_small_steps_are_not_convergence
Hint: stop-on-step
"""


def gradient_descent(f, grad, x0, lr, max_iter=1000, tol=1e-6):
    x = np.array(x0, dtype=float)
    history = [float(f(x))]
    for k in range(max_iter):
        if not np.isfinite(history[-1]):
            raise FloatingPointError("f is not finite")
        g = grad(x)
        if len(history) > 1 and abs(history[-1] - history[-2]) <= tol:
            return GDResult(x, history, k, True)
        x = x - lr * g
        history.append(float(f(x)))
    if not np.isfinite(history[-1]):
        raise FloatingPointError("f is not finite")
    return GDResult(x, history, max_iter, abs(history[-1] - history[-2]) <= tol)
