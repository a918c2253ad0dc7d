"""Wheat: adds one feature after another; a loop over d is no loop over samples."""


def pairwise_sq_dists(A, B):
    total = np.zeros((A.shape[0], B.shape[0]))
    for j in range(A.shape[1]):
        total += np.subtract.outer(A[:, j], B[:, j]) ** 2
    return total
