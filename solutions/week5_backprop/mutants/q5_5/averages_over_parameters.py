"""Mutant: gives every parameter the average of all errors.
Misconception: one number is enough.
Killed by: test_one_tiny_parameter, test_size_of_the_error
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
        report[name] = float(np.linalg.norm(grads[name] - slopes) / size) if size else 0.0
    mean = sum(report.values()) / len(report)
    return dict.fromkeys(report, mean)


def gradients_ok(report, tol=1e-6):
    return all(error < tol for error in report.values())
