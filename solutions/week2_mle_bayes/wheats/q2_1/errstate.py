"""Wheat: warnings switched off where they are expected, then NaN replaced."""


def bernoulli_log_likelihood(p, heads, tails):
    with np.errstate(divide="ignore", invalid="ignore"):
        from_heads, from_tails = heads * np.log(p), tails * np.log(1 - p)
    from_heads[np.isnan(from_heads)] = 0.0
    from_tails[np.isnan(from_tails)] = 0.0
    return from_heads + from_tails


def bernoulli_mle(tosses):
    if len(tosses) == 0 or set(np.unique(tosses)) - {0, 1}:
        raise ValueError("not a sequence of tosses")
    return np.count_nonzero(tosses) / len(tosses)
