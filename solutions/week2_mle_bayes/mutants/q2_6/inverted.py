"""Mutant: divides the evidence by the likelihood of the fair coin.
Misconception: a Bayes factor is thought to be for the model with the parameter.
Killed by: test_bayes_factor
Hint: inverted
"""


def log_bayes_factor_fair(heads, tails, a=1.0, b=1.0):
    return float(log_evidence(heads, tails, a, b) - (heads + tails) * np.log(0.5))


from scipy.special import betaln


def log_evidence(heads, tails, a, b):
    return float(betaln(a + heads, b + tails) - betaln(a, b))
