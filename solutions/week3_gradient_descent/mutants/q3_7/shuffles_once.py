"""Mutant: shuffles once, before the first epoch.
Misconception: the data are thought to be random enough after one shuffle.
Killed by: test_epochs_of_sgd
Hint: same-order
"""


def minibatches(n, batch_size, rng):
    order = rng.permutation(n)
    for first in range(0, n, batch_size):
        yield order[first : first + batch_size]


def sgd(grad_batch, x0, n, *, batch_size, epochs, lr, rng):
    x = np.array(x0, dtype=float)
    k = 0
    deal = list(minibatches(n, batch_size, rng))
    for epoch in range(epochs):
        for indices in deal:
            x = x - lr(k) * grad_batch(x, indices)
            k += 1
    return x
