"""Wheat: a new dictionary for each value of the loss."""

def gradient_check(loss, params, grads, h=1e-5):
    def at(name, step):
        return loss({**params, name: params[name] + step})

    errors = {}
    for name, value in params.items():
        steps = h * np.eye(value.size).reshape(value.size, *value.shape)
        slopes = np.array([(at(name, s) - at(name, -s)) / (2 * h) for s in steps]).reshape(value.shape)
        total = np.linalg.norm(slopes.ravel()) + np.linalg.norm(grads[name].ravel())
        errors[name] = 0.0 if total == 0 else float(np.linalg.norm((slopes - grads[name]).ravel()) / total)
    return errors


def gradients_ok(report, tol=1e-6):
    return bool(np.all(np.array(list(report.values())) < tol))
