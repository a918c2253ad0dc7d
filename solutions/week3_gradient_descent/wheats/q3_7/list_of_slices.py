"""Wheat: a list of batches; shuffle in place; a while loop that refills the deck."""


def minibatches(n, batch_size, rng):
    deck = np.arange(n, dtype=np.int64)
    rng.shuffle(deck)
    return [deck[i : i + batch_size] for i in range(0, n, batch_size)]


def sgd(grad_batch, x0, n, *, batch_size, epochs, lr, rng):
    x = np.asarray(x0, dtype=float).copy()
    deck, dealt, step = [], 0, 0
    while deck or dealt < epochs:
        if not deck:
            deck, dealt = minibatches(n, batch_size, rng), dealt + 1
        x -= lr(step) * np.asarray(grad_batch(x, deck.pop(0)))
        step += 1
    return x
