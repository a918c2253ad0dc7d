"""Wheat: an inner function that gives f and gradient, and a while loop."""


import math


def gradient_descent(f, grad, x0, lr, max_iter=1000, tol=1e-6):
    def look(x):
        value, slope = f(x), np.asarray(grad(x), dtype=float)
        if math.isnan(value) or math.isinf(value):
            raise FloatingPointError
        return float(value), slope, math.sqrt(math.fsum(s * s for s in slope.tolist()))

    x = np.asarray(x0, dtype=np.float64).copy()
    value, slope, length = look(x)
    losses = [value]
    while length > tol and len(losses) <= max_iter:
        x -= lr * slope
        value, slope, length = look(x)
        losses.append(value)
    return GDResult(x=x, history=losses, n_iter=len(losses) - 1, converged=length <= tol)
