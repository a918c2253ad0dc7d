"""Mutant: predicts each toss from the prior alone.
Misconception: the chain rule is taken for independence: what was learned from the tosses before is forgotten.
Killed by: test_log_evidence, test_chain_rule
Hint: chain
"""


def log_evidence(heads, tails, a, b):
    return float(heads * np.log(a / (a + b)) + tails * np.log(b / (a + b)))


def log_bayes_factor_fair(heads, tails, a=1.0, b=1.0):
    return float((heads + tails) * np.log(0.5) - log_evidence(heads, tails, a, b))
