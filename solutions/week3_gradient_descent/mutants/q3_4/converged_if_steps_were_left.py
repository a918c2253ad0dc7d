"""Mutant: says converged when fewer than max_iter steps were made, and stops at a small step.
Misconception: a loop that ended early is thought to have ended well.
Killed by: test_small_steps_are_not_convergence
Hint: stop-on-step
"""


def gradient_descent(f, grad, x0, lr, max_iter=1000, tol=1e-6):
    x = np.array(x0, dtype=float)
    history = [float(f(x))]
    k = 0
    while k < max_iter:
        if not np.isfinite(history[-1]):
            raise FloatingPointError("f is not finite")
        new = x - lr * grad(x)
        if np.linalg.norm(new - x) <= tol * max(1.0, np.linalg.norm(x)):
            break
        x = new
        history.append(float(f(x)))
        k += 1
    if not np.isfinite(history[-1]):
        raise FloatingPointError("f is not finite")
    return GDResult(x, history, k, k < max_iter)
