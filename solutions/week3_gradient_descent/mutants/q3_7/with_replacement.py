"""Mutant: draws the indices with replacement.
Misconception: a random batch is thought to be all that matters.
Killed by: test_batches_of_one_epoch, test_epochs_of_sgd
Hint: partition
"""


def minibatches(n, batch_size, rng):
    order = rng.integers(0, n, size=n)
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
