"""Wheat: a uniform start, the mean loss of the minibatches, steps in place."""

def train_mlp(X_train, y_train, X_val, y_val, *, hidden, epochs, batch_size, lr, l2, rng):
    n, d = X_train.shape
    K = len(np.unique(np.r_[y_train, np.arange(10)]))

    def glorot(a, b):
        bound = np.sqrt(6 / (a + b))
        return rng.uniform(-bound, bound, size=(a, b))

    params = {"W1": glorot(d, hidden), "b1": np.zeros(hidden), "W2": glorot(hidden, K), "b2": np.zeros(K)}
    losses = [float(mlp_loss_and_grads(params, X_train, y_train, l2)[0])]
    accuracies = []
    rows = np.arange(n)
    for _ in range(epochs):
        rng.shuffle(rows)
        of_batches = []
        for i in range(-(-n // batch_size)):
            chosen = rows[i * batch_size : (i + 1) * batch_size]
            loss, grads = mlp_loss_and_grads(params, X_train[chosen], y_train[chosen], l2)
            of_batches.append(loss)
            for name in params:
                params[name] -= lr * grads[name]
        losses.append(float(np.mean(of_batches)))
        accuracies.append(float((np.argmax(mlp_forward(params, X_val), axis=1) == y_val).mean()))
    return TrainResult(params, losses, accuracies)
