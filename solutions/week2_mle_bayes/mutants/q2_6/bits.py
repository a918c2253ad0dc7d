"""Mutant: takes logarithms to base 2.
Misconception: information is measured in bits out of habit.
Killed by: test_log_evidence, test_chain_rule
Hint: evidence
"""


from scipy.special import betaln


def log_evidence(heads, tails, a, b):
    return float((betaln(a + heads, b + tails) - betaln(a, b)) / np.log(2))


def log_bayes_factor_fair(heads, tails, a=1.0, b=1.0):
    return float((heads + tails) * np.log(0.5) - log_evidence(heads, tails, a, b) * np.log(2))
