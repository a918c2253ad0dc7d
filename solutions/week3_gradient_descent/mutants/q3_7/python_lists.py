"""Mutant: gives the batches as lists.
Misconception: a list of numbers is thought to be an index array; X[[1, 2]] works after all.
Killed by: test_types
Hint: types
"""


def minibatches(n, batch_size, rng):
    order = rng.permutation(n)
    for first in range(0, n, batch_size):
        yield order[first : first + batch_size].tolist()


def sgd(grad_batch, x0, n, *, batch_size, epochs, lr, rng):
    x = np.array(x0, dtype=float)
    k = 0
    for epoch in range(epochs):
        for indices in minibatches(n, batch_size, rng):
            x = x - lr(k) * grad_batch(x, indices)
            k += 1
    return x
