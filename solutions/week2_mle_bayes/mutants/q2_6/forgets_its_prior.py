"""Mutant: compares with the flat prior always.
Misconception: the arguments are not handed on.
Killed by: test_bayes_factor
Hint: its-prior
"""


def log_bayes_factor_fair(heads, tails, a=1.0, b=1.0):
    return float((heads + tails) * np.log(0.5) - log_evidence(heads, tails, 1.0, 1.0))


from scipy.special import betaln


def log_evidence(heads, tails, a, b):
    return float(betaln(a + heads, b + tails) - betaln(a, b))
