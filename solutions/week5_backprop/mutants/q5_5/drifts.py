"""Mutant: adds and subtracts h in place of the caller.
Misconception: x + h - 2h + h is x.
Killed by: test_parameters_are_restored
Hint: restored
"""

def gradient_check(loss, params, grads, h=1e-5):
    work = {name: value for name, value in params.items()}
    report = {}
    for name, value in work.items():
        slopes = np.zeros_like(value)
        for place in np.ndindex(value.shape):
            kept = value[place]
            value[place] += h
            above = loss(work)
            value[place] -= 2 * h
            below = loss(work)
            value[place] += h
            slopes[place] = (above - below) / (2 * h)
        size = np.linalg.norm(grads[name]) + np.linalg.norm(slopes)
        report[name] = float(np.linalg.norm(grads[name] - slopes) / size) if size else 0.0
    return report


def gradients_ok(report, tol=1e-6):
    return all(error < tol for error in report.values())
