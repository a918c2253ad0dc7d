"""Wheat: a network of its own, an object with a step, the best epoch is returned."""

class _Network:
    def __init__(self, sizes, rng):
        self.weights = [rng.standard_normal((a, b)) / np.sqrt(a) for a, b in zip(sizes, sizes[1:])]
        self.offsets = [np.zeros(b) for b in sizes[1:]]

    def forward(self, X):
        self.layers = [X]
        for k, (W, b) in enumerate(zip(self.weights, self.offsets)):
            X = X @ W + b
            if k == 0:
                X = np.clip(X, 0, None)
            self.layers.append(X)
        E = np.exp(X - X.max(axis=1, keepdims=True))
        return E / E.sum(axis=1, keepdims=True)

    def loss(self, X, y, l2):
        P = self.forward(X)
        return float(-np.mean(np.log(P[np.arange(len(y)), y])) + l2 / 2 * sum((W**2).sum() for W in self.weights))

    def step(self, X, y, lr, l2):
        slopes = self.forward(X)
        slopes[np.arange(len(y)), y] -= 1
        slopes /= len(y)
        for k in (1, 0):
            dW, db = self.layers[k].T @ slopes + l2 * self.weights[k], slopes.sum(axis=0)
            slopes = (slopes @ self.weights[k].T) * (self.layers[k] > 0)
            self.weights[k] = self.weights[k] - lr * dW
            self.offsets[k] = self.offsets[k] - lr * db

    def params(self):
        (W1, W2), (b1, b2) = self.weights, self.offsets
        return {"W1": W1.copy(), "b1": b1.copy(), "W2": W2.copy(), "b2": b2.copy()}


def train_mlp(X_train, y_train, X_val, y_val, *, hidden, epochs, batch_size, lr, l2, rng):
    net = _Network([X_train.shape[1], hidden, 1 + int(max(y_train))], rng)
    loss, accuracy, best = [net.loss(X_train, y_train, l2)], [], net.params()
    for _ in range(epochs):
        shuffled = rng.permutation(len(y_train))
        for rows in np.split(shuffled, range(batch_size, len(shuffled), batch_size)):
            net.step(X_train[rows], y_train[rows], lr, l2)
        loss.append(net.loss(X_train, y_train, l2))
        accuracy.append(float(np.mean(net.forward(X_val).argmax(axis=1) == y_val)))
        if accuracy[-1] == max(accuracy):
            best = net.params()
    return TrainResult(params=best, loss=loss, val_accuracy=accuracy)
