"""Wheat: a loop over the samples, numpy.logaddexp.reduce."""

def softmax_cross_entropy(Z, y):
    Z = np.array(Z, dtype=np.float64)
    dZ = np.empty_like(Z)
    loss = 0.0
    for i in range(len(Z)):
        z = Z[i] - max(Z[i])
        log_total = np.logaddexp.reduce(z)
        loss += log_total - z[y[i]]
        dZ[i] = np.exp(z - log_total)
        dZ[i, y[i]] -= 1.0
    return float(loss) / len(Z), dZ / len(Z)
