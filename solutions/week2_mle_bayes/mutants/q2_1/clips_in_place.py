"""Mutant: clips p in place to keep the logarithm finite, and mends the ends afterwards.
Misconception: out=p is thought to name the result.
Killed by: test_types_and_shapes
Hint: purity
"""


def bernoulli_log_likelihood(p, heads, tails):
    zero, one = p == 0, p == 1
    if p.dtype != np.float64:
        p = p.astype(np.float64)
    p = np.clip(p, 1e-300, 1 - 1e-16, out=p)
    result = heads * np.log(p) + tails * np.log1p(-p)
    result[zero] = -np.inf if heads else 0.0
    result[one] = -np.inf if tails else 0.0
    return result


def bernoulli_mle(tosses):
    if tosses.size == 0 or not np.isin(tosses, (0, 1)).all():
        raise ValueError("tosses are 0 or 1, and at least one")
    return float(tosses.mean())
