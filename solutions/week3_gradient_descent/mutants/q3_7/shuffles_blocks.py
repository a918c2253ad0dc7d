"""Mutant: shuffles the batches, but not what is in them.
Misconception: a random order of batches is thought to be enough; neighbours stay together for ever.
Killed by: test_order_is_random
Hint: no-shuffle
"""


def minibatches(n, batch_size, rng):
    for first in rng.permutation(np.arange(0, n, batch_size)):
        yield np.arange(first, min(first + batch_size, n))


def sgd(grad_batch, x0, n, *, batch_size, epochs, lr, rng):
    x = np.array(x0, dtype=float)
    k = 0
    for epoch in range(epochs):
        for indices in minibatches(n, batch_size, rng):
            x = x - lr(k) * grad_batch(x, indices)
            k += 1
    return x
