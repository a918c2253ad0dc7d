"""Mutant: reports the largest element-wise relative error.
Misconception: the copied formula of another course.
Killed by: test_size_of_the_error
Hint: formula
"""

def gradient_check(loss, params, grads, h=1e-5):
    work = {name: value.copy() for name, value in params.items()}
    report = {}
    for name, value in work.items():
        slopes = np.zeros_like(value)
        for place in np.ndindex(value.shape):
            kept = value[place]
            value[place] = kept + h
            above = loss(work)
            value[place] = kept - h
            below = loss(work)
            value[place] = kept
            slopes[place] = (above - below) / (2 * h)
        size = np.linalg.norm(grads[name]) + np.linalg.norm(slopes)
        parts = np.abs(grads[name]) + np.abs(slopes)
        report[name] = float(np.max(np.abs(grads[name] - slopes) / np.where(parts > 0, parts, 1.0)))
    return report


def gradients_ok(report, tol=1e-6):
    return all(error < tol for error in report.values())
