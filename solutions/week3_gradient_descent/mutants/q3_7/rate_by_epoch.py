"""Mutant: asks for the rate of the epoch instead of the step.
Misconception: learning-rate schedules of deep-learning libraries count epochs.
Killed by: test_steps, test_least_squares
Hint: counter
"""


def minibatches(n, batch_size, rng):
    order = rng.permutation(n)
    for first in range(0, n, batch_size):
        yield order[first : first + batch_size]


def sgd(grad_batch, x0, n, *, batch_size, epochs, lr, rng):
    x = np.array(x0, dtype=float)
    k = 0
    for epoch in range(epochs):
        for indices in minibatches(n, batch_size, rng):
            x = x - lr(epoch) * grad_batch(x, indices)
            k += 1
    return x
