"""Mutant: asks for the gradient a second time in each step.
Misconception: a call is thought to be free.
Killed by: test_steps, test_epochs_of_sgd
Hint: calls
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
            x = x - lr(k) * grad_batch(x, indices)
            k += 1
            if np.linalg.norm(grad_batch(x, indices)) == 0:
                return x
    return x
