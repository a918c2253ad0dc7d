"""Mutant: takes the step back and halves the rate when f grows.
Misconception: divergence is thought to be something that an optimiser should hide.
Killed by: test_border_of_the_learning_rate
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
        while f(x - lr * g) > history[-1] and lr > 1e-12:
            lr = lr / 2
        x = x - lr * g
        history.append(float(f(x)))
    if not np.isfinite(history[-1]):
        raise FloatingPointError("f is not finite")
    return GDResult(x, history, max_iter, bool(np.linalg.norm(grad(x)) <= tol))
