"""Mutant: uses the first rate for all steps.
Misconception: the rate is thought to be a number.
Killed by: test_steps, test_least_squares
Hint: least-squares
"""


def minibatches(n, batch_size, rng):
    order = rng.permutation(n)
    for first in range(0, n, batch_size):
        yield order[first : first + batch_size]


def sgd(grad_batch, x0, n, *, batch_size, epochs, lr, rng):
    x = np.array(x0, dtype=float)
    k, rate = 0, lr(0)
    for epoch in range(epochs):
        for indices in minibatches(n, batch_size, rng):
            x = x - rate * grad_batch(x, indices)
            k += 1
    return x
