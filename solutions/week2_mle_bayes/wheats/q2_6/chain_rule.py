"""Wheat: the sum of all predictions, heads first."""


def log_evidence(heads, tails, a, b):
    seen_heads, seen_tails = np.arange(heads), np.arange(tails)
    predicted = np.log((a + seen_heads) / (a + b + seen_heads)).sum()
    return predicted + np.log((b + seen_tails) / (a + b + heads + seen_tails)).sum()


def log_bayes_factor_fair(heads, tails, a=1.0, b=1.0):
    return -(heads + tails) * np.log(2) - log_evidence(heads, tails, a, b)
