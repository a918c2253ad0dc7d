"""Wheat: plain loops and the math module."""


import math


def bernoulli_log_likelihood(p, heads, tails):
    def times_log(count, probability):
        if count == 0:
            return 0.0
        return count * math.log(probability) if probability > 0 else -math.inf

    return np.array([times_log(heads, float(x)) + times_log(tails, 1.0 - float(x)) for x in p])


def bernoulli_mle(tosses):
    heads = 0
    for toss in tosses:
        if toss not in (0, 1):
            raise ValueError(f"{toss} is no toss")
        heads += int(toss)
    if len(tosses) == 0:
        raise ValueError("no tosses")
    return heads / len(tosses)
