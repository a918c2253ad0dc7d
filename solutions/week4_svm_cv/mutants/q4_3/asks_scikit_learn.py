"""Mutant: takes the kernels of scikit-learn.
Misconception: the result is thought to be what the question is about.
Killed by: test_keeps_to_the_rules
Hint: rules
"""


def rbf_kernel(A, B, gamma):
    from sklearn.metrics.pairwise import rbf_kernel

    return rbf_kernel(A, B, gamma)


def polynomial_kernel(A, B, degree, coef0=1.0):
    from sklearn.metrics.pairwise import polynomial_kernel

    return polynomial_kernel(A, B, degree=degree, gamma=1, coef0=coef0)


def is_psd(K, tol=1e-8):
    return K.shape[0] == K.shape[1] and np.abs(K - K.T).max() <= tol and np.linalg.eigvalsh(K).min() >= -tol
