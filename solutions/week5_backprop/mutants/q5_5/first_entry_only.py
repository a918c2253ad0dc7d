"""Mutant: measures only the first entry of each parameter.
Misconception: a sample of one is enough to catch a mistake.
Killed by: test_wrong_gradients_fail
Hint: wrong
"""

def gradient_check(loss, params, grads, h=1e-5):
    work = {name: value.copy() for name, value in params.items()}
    report = {}
    for name, value in work.items():
        slopes = np.zeros_like(value)
        for place in np.ndindex(value.shape):
            if any(place):
                slopes[place] = grads[name][place]
                continue
            kept = value[place]
            value[place] = kept + h
            above = loss(work)
            value[place] = kept - h
            below = loss(work)
            value[place] = kept
            slopes[place] = (above - below) / (2 * h)
        size = np.linalg.norm(grads[name]) + np.linalg.norm(slopes)
        report[name] = float(np.linalg.norm(grads[name] - slopes) / size) if size else 0.0
    return report


def gradients_ok(report, tol=1e-6):
    return all(error < tol for error in report.values())
