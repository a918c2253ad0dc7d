"""Mutant: a loop over the samples.
Misconception: a gradient is a sum, and a sum is a loop.
Killed by: test_speed
Hint: loop
"""

def mlp_forward(params, X):
    hidden = np.maximum(X @ params["W1"] + params["b1"], 0)
    return hidden @ params["W2"] + params["b2"]


def mlp_loss_and_grads(params, X, y, l2):
    loss, grads = 0.0, {name: np.zeros(value.shape) for name, value in params.items()}
    for x, label in zip(X, y):
        a = x @ params["W1"] + params["b1"]
        h = np.maximum(a, 0)
        z = h @ params["W2"] + params["b2"]
        z = z - z.max()
        p = np.exp(z) / np.exp(z).sum()
        loss += np.log(np.exp(z).sum()) - z[label]
        dz = p.copy()
        dz[label] -= 1
        da = (params["W2"] @ dz) * (a > 0)
        for name, part in (("W1", np.outer(x, da)), ("b1", da), ("W2", np.outer(h, dz)), ("b2", dz)):
            grads[name] += part / len(X)
    for name in ("W1", "W2"):
        grads[name] += l2 * params[name]
        loss += len(X) * l2 / 2 * float((params[name] ** 2).sum())
    return float(loss) / len(X), grads
