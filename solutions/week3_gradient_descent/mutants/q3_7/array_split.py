"""Mutant: splits into batches of nearly equal size.
Misconception: array_split is thought to make batches of batch_size.
Killed by: test_batches_of_one_epoch
Hint: sizes
"""


def minibatches(n, batch_size, rng):
    return iter(np.array_split(rng.permutation(n), -(-n // batch_size)))


def sgd(grad_batch, x0, n, *, batch_size, epochs, lr, rng):
    x = np.array(x0, dtype=float)
    k = 0
    for epoch in range(epochs):
        for indices in minibatches(n, batch_size, rng):
            x = x - lr(k) * grad_batch(x, indices)
            k += 1
    return x
