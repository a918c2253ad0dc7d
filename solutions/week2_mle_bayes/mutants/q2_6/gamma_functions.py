"""Mutant: computes with gamma functions and takes the logarithm at the end.
Misconception: a formula that is right on paper is thought to be right on a computer.
Killed by: test_a_million_tosses
Hint: underflow
"""


from scipy.special import gamma


def log_evidence(heads, tails, a, b):
    def beta(x, y):
        return gamma(x) * gamma(y) / gamma(x + y)

    with np.errstate(all="ignore"):
        return float(np.log(beta(a + heads, b + tails) / beta(a, b)))


def log_bayes_factor_fair(heads, tails, a=1.0, b=1.0):
    return float((heads + tails) * np.log(0.5) - log_evidence(heads, tails, a, b))
