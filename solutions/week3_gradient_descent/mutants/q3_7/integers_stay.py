"""Mutant: keeps the dtype of x0.
Misconception: x - step is thought to be written into an array that can hold it.
Killed by: test_types
Hint: types
"""


def minibatches(n, batch_size, rng):
    order = rng.permutation(n)
    for first in range(0, n, batch_size):
        yield order[first : first + batch_size]


def sgd(grad_batch, x0, n, *, batch_size, epochs, lr, rng):
    x = np.array(x0)
    k = 0
    for epoch in range(epochs):
        for indices in minibatches(n, batch_size, rng):
            x = x - (lr(k) * grad_batch(x, indices)).astype(x.dtype)
            k += 1
    return x
