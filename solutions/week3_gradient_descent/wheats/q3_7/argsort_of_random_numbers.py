"""Wheat: orders random keys; np.split; sgd shuffles by itself."""


def minibatches(n, batch_size, rng):
    order = np.argsort(rng.random(n))
    return iter(np.split(order, np.arange(batch_size, n, batch_size)))


def sgd(grad_batch, x0, n, *, batch_size, epochs, lr, rng):
    x = np.array(x0) * 1.0
    per_epoch = int(np.ceil(n / batch_size))
    for step in range(epochs * per_epoch):
        place = step % per_epoch
        if place == 0:
            order = rng.choice(n, size=n, replace=False)
        gradient = grad_batch(x, order[place * batch_size : (place + 1) * batch_size])
        x = np.add(x, -lr(step) * gradient)
    return x
