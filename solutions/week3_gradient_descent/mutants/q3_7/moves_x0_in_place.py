"""Mutant: changes x0 in place.
Misconception: x = x0 is thought to be a copy.
Killed by: test_arguments_stay_as_they_are
Hint: purity
"""


def minibatches(n, batch_size, rng):
    order = rng.permutation(n)
    for first in range(0, n, batch_size):
        yield order[first : first + batch_size]


def sgd(grad_batch, x0, n, *, batch_size, epochs, lr, rng):
    x = x0 if x0.dtype == np.float64 else x0.astype(float)
    k = 0
    for epoch in range(epochs):
        for indices in minibatches(n, batch_size, rng):
            x -= lr(k) * grad_batch(x, indices)
            k += 1
    return x
