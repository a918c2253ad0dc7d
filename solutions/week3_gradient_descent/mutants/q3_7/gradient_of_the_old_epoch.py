"""Mutant: evaluates all gradients of an epoch at the point where it began.
Misconception: a step is thought to be an epoch.
Killed by: test_steps
Hint: steps
"""


def minibatches(n, batch_size, rng):
    order = rng.permutation(n)
    for first in range(0, n, batch_size):
        yield order[first : first + batch_size]


def sgd(grad_batch, x0, n, *, batch_size, epochs, lr, rng):
    x = np.array(x0, dtype=float)
    k = 0
    for epoch in range(epochs):
        begin = x
        for indices in minibatches(n, batch_size, rng):
            x = x - lr(k) * grad_batch(begin, indices)
            k += 1
    return x
