"""Wheat: moves both sets to their common middle first, which rounds less."""


def pairwise_sq_dists(A, B):
    middle = A.mean(axis=0)
    P, Q = A - middle, B - middle
    D = np.sum(P * P, axis=1, keepdims=True) + np.sum(Q * Q, axis=1) - 2 * (P @ Q.T)
    D[D < 0] = 0
    return D
