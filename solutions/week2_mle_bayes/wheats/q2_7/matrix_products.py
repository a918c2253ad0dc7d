"""Wheat: the square expanded into two matrix products, centred on the mean of all classes first."""


def gnb_fit(X, y, var_floor=1e-9):
    classes = np.unique(y)
    moments = [(np.mean(y == c), X[y == c].mean(0), np.var(X[y == c], axis=0)) for c in classes]
    share, mean, var = (np.array(part) for part in zip(*moments))
    var[var < var_floor] = var_floor
    return GaussianNB(classes, np.log(share), mean, var)


def gnb_log_posterior(model, X):
    centre = model.mean.mean(axis=0)
    Z, mean, precision = X - centre, model.mean - centre, 1 / model.var
    if model.var.min() < 1e-6:  # the expanded square would cancel
        squares = np.stack([((Z - m) ** 2 @ w) for m, w in zip(mean, precision)], axis=1)
    else:
        squares = Z**2 @ precision.T - 2 * Z @ (mean * precision).T + (mean**2 * precision).sum(axis=1)
    scores = model.log_prior + 0.5 * np.log(precision / (2 * np.pi)).sum(axis=1) - 0.5 * squares
    return scores - np.logaddexp.reduce(scores, axis=1)[:, None]


def gnb_predict(model, X):
    return model.classes[np.argmax(gnb_log_posterior(model, X), axis=-1)]
