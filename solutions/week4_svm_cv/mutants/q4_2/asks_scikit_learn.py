"""Mutant: lets scikit-learn train the machine.
Misconception: the result is thought to be what the question is about.
Killed by: test_keeps_to_the_rules
Hint: rules
"""


def svm_fit(X, y, C, n_iter=2000, rng=None):
    from sklearn.svm import SVC

    machine = SVC(kernel="linear", C=C).fit(X, y)
    return machine.coef_[0], float(machine.intercept_[0])
