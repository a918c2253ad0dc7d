"""Mutant: drops axes of length 1.
Misconception: one sample is a vector.
Killed by: test_one_sample_one_unit
Hint: one
"""

def mlp_forward(params, X):
    hidden = np.maximum(X @ params["W1"] + params["b1"], 0)
    return np.squeeze(hidden @ params["W2"] + params["b2"])


def mlp_loss_and_grads(params, X, y, l2):
    n, rows = len(X), np.arange(len(X))
    A = X @ params["W1"] + params["b1"]
    H = np.maximum(A, 0)
    Z = H @ params["W2"] + params["b2"]
    Z = Z - Z.max(axis=1, keepdims=True)
    P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
    loss = np.mean(np.log(np.exp(Z).sum(axis=1)) - Z[rows, y])
    loss = float(loss + l2 / 2 * ((params["W1"] ** 2).sum() + (params["W2"] ** 2).sum()))
    dZ = P.copy()
    dZ[rows, y] -= 1
    dZ /= n
    dH = dZ @ params["W2"].T
    dA = dH * (A > 0)
    grads = {"W1": X.T @ dA, "b1": dA.sum(axis=0), "W2": H.T @ dZ, "b2": dZ.sum(axis=0)}
    grads["W1"] += l2 * params["W1"]
    grads["W2"] += l2 * params["W2"]
    return loss, grads
