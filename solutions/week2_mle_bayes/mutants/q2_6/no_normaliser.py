"""Mutant: drops log B(a, b).
Misconception: the constant of the prior is thought to cancel, as it does in a posterior.
Killed by: test_log_evidence, test_chain_rule, test_no_tosses
Hint: normaliser
"""


from scipy.special import betaln


def log_evidence(heads, tails, a, b):
    return float(betaln(a + heads, b + tails))


def log_bayes_factor_fair(heads, tails, a=1.0, b=1.0):
    return float((heads + tails) * np.log(0.5) - log_evidence(heads, tails, a, b))
