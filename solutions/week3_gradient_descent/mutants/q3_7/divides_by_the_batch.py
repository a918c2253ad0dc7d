"""Mutant: divides the gradient by the size of the batch.
Misconception: the mean is taken a second time.
Killed by: test_steps, test_full_batch_is_gradient_descent
Hint: full-batch
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
            x = x - lr(k) * grad_batch(x, indices) / len(indices)
            k += 1
    return x
