"""Mutant: counts the steps from 1.
Misconception: the first step is thought to be number 1.
Killed by: test_steps
Hint: counter
"""


def minibatches(n, batch_size, rng):
    order = rng.permutation(n)
    for first in range(0, n, batch_size):
        yield order[first : first + batch_size]


def sgd(grad_batch, x0, n, *, batch_size, epochs, lr, rng):
    x = np.array(x0, dtype=float)
    k = 1
    for epoch in range(epochs):
        for indices in minibatches(n, batch_size, rng):
            x = x - lr(k) * grad_batch(x, indices)
            k += 1
    return x
