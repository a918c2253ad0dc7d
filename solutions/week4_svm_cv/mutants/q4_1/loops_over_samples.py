"""Mutant: goes through the samples in Python.
Misconception: a loop is thought to cost what the same loop costs in C.
Killed by: test_speed
Hint: loop
"""


def svm_objective(w, b, X, y, C):
    slack = sum(max(0.0, 1.0 - y[i] * (X[i] @ w + b)) for i in range(len(y)))
    return float(0.5 * (w @ w) + C * slack)


def svm_subgradient(w, b, X, y, C):
    g_w, g_b = w.astype(float), 0.0
    for i in range(len(y)):
        if y[i] * (X[i] @ w + b) < 1:
            g_w -= C * y[i] * X[i]
            g_b -= C * y[i]
    return g_w, float(g_b)
