"""Draws differ between students and cases, and repeat."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from autograder.judge.draws import Draw, seed_of

KEY = ("w", "q", "ann", "test_x[1]")


def test_a_seed_repeats_and_each_part_of_its_key_matters():
    seeds = {seed_of(b"s", *KEY), seed_of(b"t", *KEY)}
    seeds |= {seed_of(b"s", *(part if i != j else part + "'" for i, part in enumerate(KEY))) for j in range(4)}
    assert len(seeds) == 6 and seed_of(b"s", *KEY) in seeds


@given(st.integers(0, 2**64 - 1))
def test_sizes_are_never_square(seed):
    n, d = Draw(seed).sizes()
    assert 5 <= n <= 12 and 2 <= d <= 6 and n != d


@given(st.integers(0, 2**64 - 1))
def test_every_class_occurs_among_labels(seed):
    draw = Draw(seed)
    y = draw.labels()
    assert y.dtype == np.int64 and set(y) == set(range(y.max() + 1))
    assert draw.labels(4, 3).shape == (4,)


def test_a_draw_repeats():
    one, two = Draw(7), Draw(7)
    assert np.array_equal(one.matrix(), two.matrix()) and one.generator().random() == two.generator().random()
