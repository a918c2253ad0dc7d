"""Wheat: changes the arrays of the caller and puts every number back."""

def gradient_check(loss, params, grads, h=1e-5):
    report = {}
    for name in params:
        flat = params[name].reshape(-1)
        numeric = []
        for i in range(flat.size):
            old = flat[i]
            flat[i] = old + h
            high = loss(params)
            flat[i] = old - h
            low = loss(params)
            flat[i] = old
            numeric.append((high - low) / (2.0 * h))
        g, m = np.ravel(grads[name]), np.array(numeric)
        top, bottom = np.sqrt(np.sum((g - m) ** 2)), np.sqrt(np.sum(g**2)) + np.sqrt(np.sum(m**2))
        report[name] = float(top / bottom) if bottom > 0 else 0.0
    return report


def gradients_ok(report, tol=1e-6):
    for error in report.values():
        if not error < tol:
            return False
    return True
