"""Mutant: loops over the samples.
Misconception: a loop is thought to cost what the same loop costs in C.
Killed by: test_speed
Hint: loop
"""


def logistic_loss_grad(w, X, y, l2):
    if not np.isin(y, (0, 1)).all():
        raise ValueError("labels must be 0 or 1")
    loss, gradient = 0.0, np.zeros(len(w))
    for i in range(len(y)):
        z = X[i] @ w[:-1] + w[-1]
        small = np.exp(-abs(z))
        p = (1.0 if z >= 0 else small) / (1 + small)
        loss += max(z, 0) + np.log1p(small) - y[i] * z
        gradient[:-1] += (p - y[i]) * X[i]
        gradient[-1] += p - y[i]
    loss = loss / len(y) + l2 / 2 * np.sum(w[:-1] ** 2)
    gradient /= len(y)
    gradient[:-1] += l2 * w[:-1]
    return float(loss), gradient
