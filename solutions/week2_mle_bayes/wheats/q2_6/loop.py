"""Wheat: one toss at a time, in a loop: a million take a second, which is allowed."""


import math


def log_evidence(heads, tails, a, b):
    total = 0.0
    for h in range(heads):
        total += math.log((a + h) / (a + b + h))
    for t in range(tails):
        total += math.log((b + t) / (a + b + heads + t))
    return total


def log_bayes_factor_fair(heads, tails, a=1.0, b=1.0):
    return (heads + tails) * math.log(0.5) - log_evidence(heads, tails, a, b)
