"""Mutant: deals the indices in their order.
Misconception: SGD is thought to be about batches, not about chance.
Killed by: test_order_is_random, test_epochs_of_sgd
Hint: no-shuffle
"""


def minibatches(n, batch_size, rng):
    order = np.arange(n)
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
