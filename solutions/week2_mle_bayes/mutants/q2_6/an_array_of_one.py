"""Mutant: returns an array of shape (1,).
Misconception: a function of Q2.1 that takes an array returns an array; it is handed on.
Killed by: test_types
Hint: types
"""


def log_bayes_factor_fair(heads, tails, a=1.0, b=1.0):
    return bernoulli_log_likelihood(np.array([0.5]), heads, tails) - log_evidence(heads, tails, a, b)


from scipy.special import betaln


def log_evidence(heads, tails, a, b):
    return float(betaln(a + heads, b + tails) - betaln(a, b))
