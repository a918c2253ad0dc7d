"""Mutant: seeds np.random from rng and shuffles with it.
Misconception: the seed is thought to be all that matters, not whose state it is.
Killed by: test_randomness_comes_from_rng
Hint: global
"""


def minibatches(n, batch_size, rng):
    np.random.seed(int(rng.integers(2**31)))
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
