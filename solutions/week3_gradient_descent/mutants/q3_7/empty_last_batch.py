"""Mutant: gives an empty batch when batch_size divides n.
Misconception: n // batch_size + 1 is thought to be the number of batches always.
Killed by: test_batches_of_one_epoch
Hint: sizes
"""


def minibatches(n, batch_size, rng):
    order = rng.permutation(n)
    for b in range(n // batch_size + 1):
        yield order[b * batch_size : (b + 1) * batch_size]


def sgd(grad_batch, x0, n, *, batch_size, epochs, lr, rng):
    x = np.array(x0, dtype=float)
    k = 0
    for epoch in range(epochs):
        for indices in minibatches(n, batch_size, rng):
            x = x - lr(k) * grad_batch(x, indices)
            k += 1
    return x
