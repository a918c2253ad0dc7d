"""Mutant: draws from np.random.
Misconception: random is random.
Killed by: test_same_generator_same_network
Hint: same
"""

def train_mlp(X_train, y_train, X_val, y_val, *, hidden, epochs, batch_size, lr, l2, rng):
    n, d = X_train.shape
    K = int(y_train.max()) + 1
    params = {
        "W1": np.random.normal(size=(d, hidden)) * np.sqrt(2 / d),
        "b1": np.zeros(hidden),
        "W2": np.random.normal(size=(hidden, K)) * np.sqrt(1 / hidden),
        "b2": np.zeros(K),
    }
    losses, accuracies = [mlp_loss_and_grads(params, X_train, y_train, l2)[0]], []
    for epoch in range(epochs):
        order = np.random.permutation(n)
        for start in range(0, n, batch_size):
            rows = order[start : start + batch_size]
            _, grads = mlp_loss_and_grads(params, X_train[rows], y_train[rows], l2)
            params = {name: params[name] - lr * grads[name] for name in params}
        losses.append(mlp_loss_and_grads(params, X_train, y_train, l2)[0])
        accuracies.append(float(np.mean(mlp_forward(params, X_val).argmax(axis=1) == y_val)))
    return TrainResult(params, losses, accuracies)
