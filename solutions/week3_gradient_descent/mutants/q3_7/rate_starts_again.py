"""Mutant: counts the steps from 0 in each epoch.
Misconception: an epoch is thought to be a run of its own.
Killed by: test_steps, test_least_squares
Hint: counter
"""


def minibatches(n, batch_size, rng):
    order = rng.permutation(n)
    for first in range(0, n, batch_size):
        yield order[first : first + batch_size]


def sgd(grad_batch, x0, n, *, batch_size, epochs, lr, rng):
    x = np.array(x0, dtype=float)
    for epoch in range(epochs):
        k = 0
        for indices in minibatches(n, batch_size, rng):
            x = x - lr(k) * grad_batch(x, indices)
            k += 1
    return x
