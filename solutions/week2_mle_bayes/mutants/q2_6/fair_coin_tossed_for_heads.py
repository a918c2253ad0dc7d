"""Mutant: counts the heads only for the fair coin.
Misconception: p^h is taken for the likelihood; for the fair coin tails look the same and are forgotten.
Killed by: test_bayes_factor
Hint: factor
"""


def log_bayes_factor_fair(heads, tails, a=1.0, b=1.0):
    return float(heads * np.log(0.5) - log_evidence(heads, tails, a, b))


from scipy.special import betaln


def log_evidence(heads, tails, a, b):
    return float(betaln(a + heads, b + tails) - betaln(a, b))
