"""Mutant: returns the largest likelihood.
Misconception: the evidence of a model is thought to be its best fit.
Killed by: test_log_evidence, test_chain_rule
Hint: best-fit
"""


from scipy.special import xlogy


def log_evidence(heads, tails, a, b):
    n = max(heads + tails, 1)
    return float(xlogy(heads, heads / n) + xlogy(tails, tails / n))


def log_bayes_factor_fair(heads, tails, a=1.0, b=1.0):
    return float((heads + tails) * np.log(0.5) - log_evidence(heads, tails, a, b))
