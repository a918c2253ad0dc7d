"""Hidden suite of Q5.2: ReLU and inverted dropout."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.judge import close, hint

HINTS = {
    "shape": "Outputs, gradients and masks have the shape of the input and are float64, also for integers and for "
    "train=False.",
    "purity": "Your code changed an array that it was given: A[A < 0] = 0 works in place. Make a new array.",
    "relu": "The output is the larger of the entry and 0.",
    "relu-back": "A slope should pass where the forward input was positive, and be 0 elsewhere, whatever sign or size "
    "the slope itself has. Look at the cache, not at dout.",
    "zero": "At an input of exactly 0 the slope should be 0.",
    "cache": "A backward step after two forward steps used what the wrong one left: the cache belongs to its own "
    "call.",
    "applied": "out should be A * mask with the very mask that is returned: the backward step uses it again.",
    "scale": "In training the mask holds 0, and 1 / (1 - p_drop) for what survives, so that the expected output is "
    "the input.",
    "share": "The share of dropped entries is too far from p_drop for chance. Is p_drop the probability to drop, or "
    "to keep?",
    "mean": "The average output over many entries is too far from the input for chance.",
    "off": "With train=False nothing happens: the output is the input, and the mask is ones. With p_drop = 0 also.",
    "rows": "Two rows, or two columns, have the same pattern of dropped entries: each entry needs a random number of "
    "its own.",
    "range": "A p_drop of 1 or more, or below 0, should raise ValueError.",
    "rng": "Two generators in the same state should give the same mask, and one generator used twice two different "
    "ones: draw from the rng that is passed in, and make no generator of your own.",
}


@pytest.mark.weight(1)
def test_types_and_shapes(student, draw):
    """Everything has the shape of the input and is float64; arguments are not modified"""
    n, d = draw.sizes()
    for A in (draw.matrix(n, d), draw.rng.integers(-3, 4, size=(n, d))):
        kept, dout = student.put(A), draw.matrix(n, d)
        kept_dout = student.put(dout)
        out, cache = student.relu_forward(kept)
        results = [out, student.relu_backward(kept_dout, cache)]
        for train in (True, False):
            results += student.dropout_forward(kept, 0.4, draw.generator(), train)
        for result in results:
            assert result.shape == (n, d), hint("shape")
            assert result.dtype == np.float64, hint("shape")
        assert np.array_equal(kept.get(), A), hint("purity")
        assert np.array_equal(kept_dout.get(), dout), hint("purity")


@pytest.mark.weight(2)
def test_relu(student, draw):
    """ReLU forward and back, for slopes of any sign"""
    for _ in range(3):
        A = draw.matrix()
        dout = draw.matrix(*A.shape)
        out, cache = student.relu_forward(A)
        with hint("relu"):
            close(out, np.where(A > 0, A, 0.0))
        with hint("relu-back"):
            close(student.relu_backward(dout, cache), np.where(A > 0, dout, 0.0))


@pytest.mark.weight(1)
def test_slope_at_zero(student, draw):
    """The slope of the ReLU at exactly 0 is 0"""
    A = draw.rng.choice([-1.0, 0.0, -0.0, 2.0], size=(6, 5))
    A[0, :2] = 0.0, -0.0
    dout = draw.matrix(6, 5) + 5
    _, cache = student.relu_forward(A)
    with hint("zero"):
        close(student.relu_backward(dout, cache), np.where(A > 0, dout, 0.0))


@pytest.mark.weight(1)
def test_two_forward_steps_before_a_backward_step(student, draw):
    """Each backward step uses the cache of its own forward step"""
    first, second, dout = draw.matrix(5, 4), draw.matrix(5, 4), draw.matrix(5, 4)
    caches = [student.relu_forward(A)[1] for A in (first, second)]
    for A, cache in zip((first, second), caches, strict=True):
        with hint("cache"):
            close(student.relu_backward(dout, cache), np.where(A > 0, dout, 0.0))


@pytest.mark.weight(2)
def test_the_mask_is_what_was_applied(student, draw):
    """The output is A times the mask that is returned, and the mask holds 0 and 1 / (1 - p)"""
    for p in (0.2, 0.5, draw.rng.uniform(0.3, 0.8)):
        A = draw.matrix(12, 9) + 3.0
        out, mask = student.dropout_forward(A, p, draw.generator(), True)
        with hint("scale"):
            assert np.isclose(mask, 0).any()
            close(mask, np.where(np.isclose(mask, 0), 0.0, 1 / (1 - p)))
        with hint("applied"):
            close(out, A * mask)


@pytest.mark.weight(2)
def test_shares_and_means(student, draw):
    """The share of dropped entries is p_drop, and the average output is the input, within five standard errors"""
    for p in (0.2, 0.7):
        A = np.full((300, 200), 2.5)
        out, mask = student.dropout_forward(A, p, draw.generator(), True)
        error = np.sqrt(p * (1 - p) / A.size)  # of a share; 5 errors: one right answer in 1,700,000 fails
        assert abs(np.mean(np.isclose(mask, 0)) - p) < 5 * error, hint("share")
        assert abs(out.mean() - 2.5) < 5 * 2.5 * error / (1 - p), hint("mean")


@pytest.mark.weight(1)
def test_nothing_is_dropped_at_test_time(student, draw):
    """train=False and p_drop=0 leave everything as it is"""
    A = draw.matrix(7, 4)
    for p, train in ((0.6, False), (0.0, False), (0.0, True)):
        with hint("off"):
            out, mask = student.dropout_forward(A, p, draw.generator(), train)
            close(out, A)
            close(mask, np.ones(A.shape))


@pytest.mark.weight(1)
def test_entries_are_dropped_independently(student, draw):
    """No two rows and no two columns share their pattern"""
    _, mask = student.dropout_forward(np.ones((60, 60)), 0.5, draw.generator(), True)
    for lines in (mask, mask.T):
        # two of 60 lines of 60 fair coins agree with probability 60 * 59 / 2 / 2**60 < 2e-15
        assert len({tuple(line) for line in np.isclose(lines, 0)}) == 60, hint("rows")


@pytest.mark.weight(1)
def test_probability_out_of_range(student, draw):
    """p_drop must lie in [0, 1)"""
    A = draw.matrix(4, 3)
    with hint("off"):
        close(student.dropout_forward(A, 0.0, draw.generator(), True)[0], A)
    for p in (1.0, 1.5, -0.1):
        with hint("range"), pytest.raises(ValueError):
            student.dropout_forward(A, p, draw.generator(), True)


@pytest.mark.weight(1)
def test_the_generator_decides(student, draw):
    """The mask depends on the generator, and on nothing else"""
    A, state = np.ones((20, 20)), draw.integer(0, 2**60)
    rng = np.random.default_rng(state)
    first, second = (student.dropout_forward(A, 0.5, rng, True)[1] for _ in range(2))
    again = student.dropout_forward(A, 0.5, np.random.default_rng(state), True)[1]
    assert np.array_equal(first, again), hint("rng")
    assert not np.array_equal(first, second), hint("rng")
