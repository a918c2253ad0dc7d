"""Mutant: adds the logarithm of the binomial coefficient.
Misconception: the probability of a number of heads is taken for that of one sequence.
Killed by: test_log_evidence, test_chain_rule
Hint: one-sequence
"""


from scipy.special import betaln


def log_evidence(heads, tails, a, b):
    ways = -np.log(heads + tails + 1) - betaln(heads + 1, tails + 1)
    return float(ways + betaln(a + heads, b + tails) - betaln(a, b))


def log_bayes_factor_fair(heads, tails, a=1.0, b=1.0):
    return float((heads + tails) * np.log(0.5) - log_evidence(heads, tails, a, b))
