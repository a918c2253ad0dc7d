"""Mutant: returns the ratio, not its logarithm.
Misconception: the name of a function is read only to its middle.
Killed by: test_bayes_factor
Hint: ratio
"""


def log_bayes_factor_fair(heads, tails, a=1.0, b=1.0):
    with np.errstate(over="ignore"):
        return float(np.exp((heads + tails) * np.log(0.5) - log_evidence(heads, tails, a, b)))


from scipy.special import betaln


def log_evidence(heads, tails, a, b):
    return float(betaln(a + heads, b + tails) - betaln(a, b))
