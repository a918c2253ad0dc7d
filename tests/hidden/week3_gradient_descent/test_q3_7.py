"""Hidden suite of Q3.7: minibatch SGD."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.judge import close, hint, probe

HINTS = {
    "types": "minibatches gives arrays of int64, one after another, and sgd a float64 vector of the shape of x0. "
    "x0 may hold integers.",
    "purity": "Your code changed x0: x -= ... works in place, on the caller's array. Make a copy first.",
    "sizes": "All batches have batch_size indices but the last one, which holds what is left: it is neither "
    "dropped nor filled up, nor empty. A batch_size larger than n gives one batch.",
    "partition": "In one epoch every index 0..n-1 should come up exactly once. Drawing with replacement leaves "
    "about a third of them out.",
    "no-shuffle": "The indices come in their natural order, or in blocks of neighbours. All of them should be "
    "shuffled, and then dealt out.",
    "same-order": "Two epochs with the same generator have the same order. Every epoch should be shuffled anew, "
    "with what the generator gives next.",
    "rng": "Generators in the same state should give the same batches, and generators in different states others. "
    "All randomness should come from the argument rng: not from a generator of your own, and not from np.random.",
    "global": "Your code drew from, or seeded, the global random state of np.random or random. Draw from rng.",
    "calls": "grad_batch should be called once a step, and there are as many steps as batches in all epochs "
    "together.",
    "counter": "lr should be asked for the steps 0, 1, 2, ... of the whole walk: begin with 0, and do not begin "
    "again with each epoch.",
    "steps": "A step should be x - lr(k) * grad_batch(x, indices), with the gradient as it comes (it is a mean "
    "already), at the current x, and nothing else.",
    "full-batch": "With batch_size = n every step should be one of gradient descent: the order of the samples "
    "within the batch makes no difference.",
    "least-squares": "With a decaying rate the walk should end very near the least-squares solution. Yours ends at "
    "a distance: does every step get its own rate, and every sample its turn?",
}


def dealt(student, *args):
    """One epoch as a list of arrays, whichever kind of iterator it came from."""
    return [np.asarray(batch) for batch in student.minibatches(*args)]


@probe
def several_epochs(notebook, n, batch_size, seed, epochs):
    """Epochs that share one generator, and the global random states before and after."""
    import random

    import numpy as np

    rng = np.random.default_rng(seed)
    before = np.random.get_state()[1:3], random.getstate()[1]
    dealt = [[np.array(batch) for batch in notebook.minibatches(n, batch_size, rng)] for _ in range(epochs)]
    after = np.random.get_state()[1:3], random.getstate()[1]
    return dealt, before, after


class Watch:
    """A gradient that is a random vector each time, and notes where it was asked for, and for which samples."""

    def __init__(self, draw, d):
        self.draw, self.d = draw, d
        self.points, self.batches, self.gradients = [], [], []

    def __call__(self, x, indices):
        self.points.append(np.array(x))
        self.batches.append(np.array(indices))
        self.gradients.append(self.draw.vector(self.d))
        return self.gradients[-1]


def epochs_of(batches, n, batch_size):
    """The batches of each epoch, as one list of indices each."""
    per_epoch = -(-n // batch_size)
    return [np.concatenate(batches[i : i + per_epoch]).tolist() for i in range(0, len(batches), per_epoch)]


@pytest.mark.weight(1)
def test_types(student, draw):
    """Batches are arrays of int64, the result is a float64 vector; x0 may hold integers"""
    with hint("types"):
        for batch in student.minibatches(11, 4, draw.generator()):
            assert batch.dtype == np.int64
            assert batch.ndim == 1
        for start in (draw.vector(3), np.array([3, -1, 2])):
            x = student.sgd(
                Watch(draw, 3), start, 11, batch_size=4, epochs=2, lr=lambda k: 0.3, rng=draw.generator()
            )
            assert x.shape == (3,)
            assert x.dtype == np.float64


@pytest.mark.weight(1)
def test_arguments_stay_as_they_are(student, draw):
    """x0 is not modified"""
    start = draw.vector(4)
    kept = student.put(start)
    student.sgd(Watch(draw, 4), kept, 9, batch_size=4, epochs=2, lr=lambda k: 0.3, rng=draw.generator())
    assert np.array_equal(kept.get(), start), hint("purity")


@pytest.mark.weight(2)
def test_batches_of_one_epoch(student, draw):
    """One epoch deals out every index once, in batches of the right size"""
    n = 7 * draw.integer(3, 6) + 2  # the last batch of seven is much smaller than the others
    for size in (7, n, n + 3, 1, draw.integer(3, 9)):
        batches = dealt(student, n, size, draw.generator())
        right_sizes = [min(size, n - first) for first in range(0, n, size)]
        assert [len(batch) for batch in batches] == right_sizes, hint("sizes")
        assert sorted(np.concatenate(batches).tolist()) == list(range(n)), hint("partition")


@pytest.mark.weight(2)
def test_order_is_random(student, draw):
    """All indices are shuffled, and every epoch anew

    STAT: 48 indices have 48! = 1e61 orders, and a random batch of 8 is a block of neighbours with a probability of
    41 / C(48, 8) = 1e-7; that all six are one has less than 1e-30. A right answer fails with less than 1e-30.
    """
    epochs, _, _ = student.probe(several_epochs, 48, 8, draw.integer(0, 2**31), 3)
    for epoch in epochs:
        blocks = [len(batch) < 2 or np.ptp(batch) == len(batch) - 1 for batch in epoch]
        assert not all(blocks), hint("no-shuffle")
    orders = [np.concatenate(epoch).tolist() for epoch in epochs]
    assert orders[0] != orders[1] != orders[2] != orders[0], hint("same-order")


@pytest.mark.weight(2)
def test_randomness_comes_from_rng(student, draw):
    """The same generator gives the same walk, another one another; global random states stay untouched

    STAT: two of 48! = 1e61 orders are equal by chance with a probability of 1e-61.
    """
    seeds = [draw.integer(0, 2**31) for _ in range(2)]
    (first, before, after), (again, _, _), (other, _, _) = (
        student.probe(several_epochs, 48, 8, seed, 2) for seed in (seeds[0], seeds[0], seeds[1])
    )
    assert repr_of(before) == repr_of(after), hint("global")
    flat = [np.concatenate([batch for epoch in epochs for batch in epoch]).tolist() for epochs in (first, again, other)]
    assert flat[0] == flat[1] != flat[2], hint("rng")
    walks = []
    for seed in (seeds[0], seeds[0], seeds[1]):
        watch = Watch(draw, 2)
        rng = np.random.default_rng(seed)
        student.sgd(watch, np.zeros(2), 48, batch_size=8, epochs=2, lr=lambda k: 0.1, rng=rng)
        walks.append([batch.tolist() for batch in watch.batches])
    assert walks[0] == walks[1] != walks[2], hint("rng")


def repr_of(states):
    """Global random states as a text: arrays of any origin become lists."""
    (keys, position), python = states
    return repr((np.asarray(keys).tolist(), int(position), list(python)))


@pytest.mark.weight(4)
def test_steps(student, draw):
    """Every step: the rate of that step times the gradient of that batch"""
    for n, size, epochs in ((13, 5, 3), (draw.integer(8, 12), 3, 2)):
        d = draw.integer(2, 6)
        steps = epochs * -(-n // size)
        rates, asked, start, watch = draw.rng.uniform(0.1, 0.9, steps), [], draw.vector(d), Watch(draw, d)

        def lr(k, rates=rates, asked=asked):
            asked.append(int(k))
            return float(rates[asked[-1] % len(rates)])

        result = student.sgd(watch, start, n, batch_size=size, epochs=epochs, lr=lr, rng=draw.generator())
        assert len(watch.points) == steps, hint("calls")
        assert list(dict.fromkeys(asked))[:steps] == list(range(steps)), hint("counter")
        moves = rates[:, None] * np.array(watch.gradients)
        right = start - np.vstack([np.zeros(d), np.cumsum(moves, axis=0)])
        with hint("steps"):
            close(np.array(watch.points), right[:-1])
            close(result, right[-1])


@pytest.mark.weight(2)
def test_epochs_of_sgd(student, draw):
    """In sgd, too, every epoch takes every sample once, in an order of its own

    STAT: two of 30! = 1e32 orders are equal by chance with a probability of 1e-32.
    """
    n, size = 30, draw.integer(4, 9)
    watch = Watch(draw, 2)
    student.sgd(watch, np.zeros(2), n, batch_size=size, epochs=3, lr=lambda k: 0.1, rng=draw.generator())
    assert len(watch.batches) == 3 * -(-n // size), hint("calls")
    epochs = epochs_of(watch.batches, n, size)
    for epoch in epochs:
        assert sorted(epoch) == list(range(n)), hint("partition")
    assert epochs[0] != epochs[1] != epochs[2] != epochs[0], hint("same-order")


@pytest.mark.weight(1)
def test_full_batch_is_gradient_descent(student, draw):
    """With batch_size = n SGD is gradient descent"""
    n, d = draw.integer(8, 15), draw.integer(2, 5)
    X, y = draw.matrix(n, d), draw.vector(n)

    def grad_batch(x, indices):
        return X[indices].T @ (X[indices] @ x - y[indices]) / len(indices)

    for epochs in (1, 8):
        result = student.sgd(
            grad_batch, np.ones(d), n, batch_size=n, epochs=epochs, lr=lambda k: 0.2 / (k + 1), rng=draw.generator()
        )
        x = np.ones(d)
        for k in range(epochs):
            x = x - 0.2 / (k + 1) * (X.T @ (X @ x - y) / n)
        with hint("full-batch"):
            close(result, x, rtol=1e-10, atol=1e-12)


@pytest.mark.weight(2)
@pytest.mark.limit(20)
def test_least_squares(student, draw):
    """A decaying rate ends very near the least-squares solution

    STAT: over 2000 seeds the distance of a right answer had the mean 0.0010, the standard deviation 0.0004 and the
    largest value 0.0025. It is the length of a vector of four nearly normal errors with a mean squared length of
    1.2e-6: chi-squared with four degrees of freedom exceeds 0.01^2 / (1.2e-6 / 4) = 333 with a probability below 1e-60.
    """
    n, d = 2000, 3
    X = np.column_stack([draw.matrix(n, d), np.ones(n)])
    y = X @ draw.vector(d + 1) + draw.vector(n)

    def grad_batch(x, indices):
        rows = X[indices]
        return rows.T @ (rows @ x - y[indices]) / len(indices)

    right = np.linalg.lstsq(X, y, rcond=None)[0]
    result = student.sgd(
        grad_batch, np.zeros(d + 1), n, batch_size=50, epochs=20, lr=lambda k: 1 / (2 + k / 5), rng=draw.generator()
    )
    with hint("least-squares"):
        assert np.shape(result) == right.shape
        assert np.linalg.norm(result - right) < 0.01
