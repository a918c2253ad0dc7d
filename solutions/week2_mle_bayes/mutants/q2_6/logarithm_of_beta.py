"""Mutant: takes the logarithm of the Beta function.
Misconception: log B and betaln are thought to be the same; B underflows first.
Killed by: test_a_million_tosses
Hint: underflow
"""


from scipy.special import beta


def log_evidence(heads, tails, a, b):
    with np.errstate(all="ignore"):
        return float(np.log(beta(a + heads, b + tails)) - np.log(beta(a, b)))


def log_bayes_factor_fair(heads, tails, a=1.0, b=1.0):
    return float((heads + tails) * np.log(0.5) - log_evidence(heads, tails, a, b))
