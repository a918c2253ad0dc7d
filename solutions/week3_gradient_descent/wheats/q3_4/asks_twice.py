"""Wheat: computes the gradient for the test and again for the step, on lists."""


def gradient_descent(f, grad, x0, lr, max_iter=1000, tol=1e-6):
    point, losses, steps = [float(v) for v in x0], [], 0
    while True:
        here = np.array(point)
        losses.append(float(f(here)))
        if not abs(losses[-1]) < float("inf"):
            raise FloatingPointError(str(losses[-1]))
        done = sum(g * g for g in grad(here)) ** 0.5 <= tol
        if done or steps == max_iter:
            return GDResult(here, losses, steps, bool(done))
        point = [v - lr * g for v, g in zip(point, grad(here))]
        steps += 1
