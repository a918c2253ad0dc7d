"""Wheat: plain loops and the math module."""


import math


def _check(p):
    if min(p) < 0 or abs(sum(p) - 1) > 1e-8:
        raise ValueError("not a distribution")


def entropy(p):
    _check(p)
    return sum(-float(x) * math.log(x) for x in p if x > 0)


def cross_entropy(p, q):
    _check(p)
    _check(q)
    total = 0.0
    for a, b in zip(p, q, strict=True):
        if a > 0:
            total += math.inf if b == 0 else -float(a) * math.log(b)
    return total


def kl_divergence(p, q):
    _check(p)
    _check(q)
    if len(p) != len(q):
        raise ValueError("two lengths")
    total = 0.0
    for a, b in zip(p, q):
        if a > 0:
            total += math.inf if b == 0 else float(a) * math.log(a / b)
    return total


def check(*distributions):
    for each in distributions:
        if len(each) != len(distributions[0]) or (each < 0).any() or abs(each.sum() - 1) > 1e-8:
            raise ValueError("no distributions over the same classes")
