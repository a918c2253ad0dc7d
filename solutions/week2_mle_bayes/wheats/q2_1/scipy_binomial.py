"""Wheat: scipy's binomial distribution, minus the coefficient."""


from scipy import special, stats


def bernoulli_log_likelihood(p, heads, tails):
    p = np.asarray(p, dtype=np.float64)
    n = heads + tails
    if n < 1000:
        return stats.binom.logpmf(heads, n, p) - np.log(special.comb(n, heads))
    ways = special.gammaln(n + 1) - special.gammaln(heads + 1) - special.gammaln(tails + 1)
    return stats.binom.logpmf(heads, n, p) - ways


def bernoulli_mle(tosses):
    if len(tosses) < 1 or np.any((tosses < 0) | (tosses > 1)):
        raise ValueError("not a sequence of tosses")
    return np.mean(tosses)
