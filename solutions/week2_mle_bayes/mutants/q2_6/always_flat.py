"""Mutant: uses the flat prior, whatever a and b.
Misconception: the formula of the flat prior is learned by heart.
Killed by: test_log_evidence, test_chain_rule
Hint: evidence
"""


from scipy.special import betaln


def log_evidence(heads, tails, a, b):
    return float(betaln(1 + heads, 1 + tails))


def log_bayes_factor_fair(heads, tails, a=1.0, b=1.0):
    return float((heads + tails) * np.log(0.5) - log_evidence(heads, tails, a, b))
