"""Wheat: one generator for all steps; asks lr more than once a step."""


from itertools import chain


def minibatches(n, batch_size, rng):
    remaining = list(rng.permutation(n))
    while remaining:
        yield np.array(remaining[:batch_size], dtype=np.int64)
        remaining = remaining[batch_size:]


def sgd(grad_batch, x0, n, *, batch_size, epochs, lr, rng):
    x = [float(v) for v in x0]
    every = chain.from_iterable(minibatches(n, batch_size, rng) for _ in range(epochs))
    for step, indices in enumerate(every):
        if not lr(step) >= 0:
            raise ValueError("a learning rate is not negative")
        slope = grad_batch(np.array(x), indices)
        x = [v - lr(step) * s for v, s in zip(x, slope)]
    return np.array(x)
