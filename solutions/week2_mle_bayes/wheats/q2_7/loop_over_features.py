"""Wheat: one class and one feature at a time; the maximum subtracted by hand."""


def gnb_fit(X, y, var_floor=1e-9):
    labels = sorted(set(int(label) for label in y))
    K, d = len(labels), X.shape[1]
    log_prior, mean, var = np.zeros(K), np.zeros((K, d)), np.zeros((K, d))
    for k, label in enumerate(labels):
        rows = X[y == label]
        log_prior[k] = np.log(len(rows) / len(X))
        for j in range(d):
            mean[k, j] = np.mean(rows[:, j])
            var[k, j] = max(np.mean((rows[:, j] - mean[k, j]) ** 2), var_floor)
    return GaussianNB(np.array(labels), log_prior, mean, var)


def gnb_log_posterior(model, X):
    K, d = model.mean.shape
    logs = np.zeros((len(X), K))
    for k in range(K):
        logs[:, k] = model.log_prior[k]
        for j in range(d):
            logs[:, k] -= 0.5 * np.log(2 * np.pi * model.var[k, j])
            logs[:, k] -= (X[:, j] - model.mean[k, j]) ** 2 / (2 * model.var[k, j])
    top = logs.max(axis=1)
    return logs - (top + np.log(np.exp(logs - top[:, None]).sum(axis=1)))[:, None]


def gnb_predict(model, X):
    best = gnb_log_posterior(model, X).argmax(axis=1)
    return np.array([model.classes[k] for k in best])
