"""Mutant: returns the errors as arrays of their own.
Misconception: a number in an array is a number.
Killed by: test_report
Hint: report
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
        report[name] = np.array([np.linalg.norm(grads[name] - slopes) / size]) if size else np.zeros(1)
    return report


def gradients_ok(report, tol=1e-6):
    return all(error < tol for error in report.values())
