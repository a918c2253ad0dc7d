"""Mutant: draws from np.random.
Misconception: np.random.permutation is thought to be the same as rng.permutation.
Killed by: test_randomness_comes_from_rng
Hint: global
"""


def minibatches(n, batch_size, rng):
    order = np.random.permutation(n)
    for first in range(0, n, batch_size):
        yield order[first : first + batch_size]


def sgd(grad_batch, x0, n, *, batch_size, epochs, lr, rng):
    x = np.array(x0, dtype=float)
    k = 0
    for epoch in range(epochs):
        for indices in minibatches(n, batch_size, rng):
            x = x - lr(k) * grad_batch(x, indices)
            k += 1
    return x
