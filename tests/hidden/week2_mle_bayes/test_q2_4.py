"""Hidden suite of Q2.4: the posterior after every toss, on a grid."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from autograder.judge import close, hint

HINTS = {
    "rows": "The result is float64 with one row more than there are tosses, (T + 1, G): row 0 is the prior, rescaled, "
    "and it is there without any toss too. Integers in the prior should not make the result integers.",
    "purity": "Your code changed an array that it was given: density *= ... works in place. Make a new array.",
    "density-vs-mass": "Your densities sum to 1; a density must *integrate* to 1 (see 'rescale' in the text).",
    "rescale": "Some rows have another area than 1. Each row is rescaled, the prior's row too, whatever scale it came "
    "in.",
    "area": "The area under your rows is not quite 1. Area means the trapezoid rule on the grid: the first and the "
    "last value count half.",
    "uneven": "On a grid with unequal distances your densities are wrong: the width of each step belongs into the "
    "area. np.trapezoid takes the grid as its second argument.",
    "likelihood": "Your densities are not the prior times p for each head and 1 - p for each tail, rescaled.",
    "heads-and-tails": "Heads and tails are exchanged: a head multiplies the density at p by p.",
    "prior": "The prior has no influence on your densities, or too much: row 0 is the prior, and every later row is "
    "proportional to it.",
    "order": "The same tosses in another order should lead to the same last density. Does every toss count?",
    "one-at-a-time": "Row t should know the first t tosses and no other, and the posterior of yesterday, taken as "
    "today's prior, should lead on to the same rows.",
    "many": "With thousands of tosses your densities become NaN or 0, or your code raises an error, or they lie in "
    "the wrong place. Do not form p ** h: rescale after every toss.",
    "excluded": "Where the prior is 0 the posterior is 0 too, exactly: no number of tosses can change that. Nothing "
    "should be added to a density.",
    "no-area": "Nothing is left to rescale when the prior is zero everywhere, or when a toss happens that the prior "
    "excludes: raise ValueError. Curves of NaN travel far before somebody notices.",
}


def coin(draw, n):
    """At least two heads and two tails, never as many of the one as of the other."""
    heads = draw.integer(2, n - 1)
    heads += 1 if 2 * heads == n else 0
    return draw.rng.permutation(np.arange(n) < heads).astype(np.int64)


def uneven_grid(draw):
    """Unequal steps; the ends of [0, 1] need not belong to it."""
    steps = draw.rng.uniform(0.2, 3.0, draw.integer(30, 60))
    return np.cumsum(steps) / steps.sum() * draw.rng.uniform(0.9, 1.0)


def by_formula(grid, prior, tosses):
    """All rows from counts of heads and tails: no step leads to the next."""
    rows = []
    for t in range(len(tosses) + 1):
        heads = int(tosses[:t].sum())
        values = prior * grid**heads * (1.0 - grid) ** (t - heads)
        rows.append(values / np.trapezoid(values, grid))
    return np.array(rows)


def slip(rows, grid, prior, tosses):
    """Name of the hint for wrong rows."""
    if np.shape(rows) != (len(tosses) + 1, len(grid)):
        return "rows"
    if np.allclose(rows, by_formula(grid, prior, 1 - tosses), rtol=1e-6):
        return "heads-and-tails"
    if np.allclose(rows, by_formula(grid, np.ones_like(grid), tosses), rtol=1e-6):
        return "prior"
    # what is wrong with the area alone has cost its points where the area is tested
    return "likelihood"


@pytest.mark.weight(2)
def test_types_and_shapes(student, draw):
    """One row for the prior and one for each toss, float64"""
    grid = np.linspace(0.0, 1.0, draw.integer(20, 40))
    whole = draw.rng.integers(1, 9, size=len(grid))
    for prior, tosses in ((whole + 0.5, coin(draw, 7)), (whole, coin(draw, 5)), (whole, np.zeros(0, dtype=np.int64))):
        rows = student.posterior_grid(grid, prior, tosses)
        assert rows.shape == (len(tosses) + 1, len(grid)), hint("rows")
        assert rows.dtype == np.float64, hint("rows")


@pytest.mark.weight(1)
def test_arguments_stay_as_they_are(student, draw):
    """Your arguments are not modified"""
    grid = uneven_grid(draw)
    given = grid, draw.rng.uniform(0.5, 4.0, len(grid)), coin(draw, 6)
    kept = [student.put(part) for part in given]
    student.posterior_grid(*kept)
    for part, after in zip(given, kept, strict=True):
        assert np.array_equal(after.get(), part), hint("purity")


@pytest.mark.weight(3)
def test_unit_area(student, draw):
    """Every row has area 1"""
    grid = np.linspace(0.0, 1.0, draw.integer(30, 60))
    n = draw.integer(3, 7)
    for tosses in (coin(draw, 7), np.ones(n, dtype=np.int64), np.zeros(n, dtype=np.int64)):
        for prior in (np.ones(len(grid)), draw.rng.uniform(0.5, 4.0, len(grid)) * 1e3):
            rows = student.posterior_grid(grid, prior, tosses)
            areas = np.trapezoid(rows, grid, axis=1)
            off = np.abs(areas - 1).max()
            with hint("density-vs-mass" if np.allclose(rows.sum(axis=1), 1) else "rescale" if off > 0.2 else "area"):
                close(areas, np.ones(rows.shape[0]))


@pytest.mark.weight(4)
def test_beta_densities(student, draw):
    """Under a Beta prior every row is the density of a Beta distribution"""
    grid = np.linspace(0.0, 1.0, 201)
    for _ in range(3):
        a, b, tosses = draw.rng.uniform(2.0, 5.0), draw.rng.uniform(2.0, 5.0), coin(draw, draw.integer(6, 14))
        prior = stats.beta(a, b).pdf(grid) * draw.rng.uniform(0.1, 10.0)
        heads = np.concatenate([[0], np.cumsum(tosses)])
        tails = np.arange(len(tosses) + 1) - heads
        right = stats.beta((a + heads)[:, None], (b + tails)[:, None]).pdf(grid)
        rows = student.posterior_grid(grid, prior, tosses)
        with hint(slip(rows, grid, prior, tosses)):
            close(rows, right, rtol=2e-3, atol=2e-3)


@pytest.mark.weight(2)
def test_density_after_first_toss(student, draw):
    """Under the flat prior the first head leads to 2p, the first tail to 2 (1 - p)"""
    grid = np.linspace(0.0, 1.0, draw.integer(30, 60))
    prior = np.full(len(grid), draw.rng.uniform(0.2, 5.0))
    for toss, right in ((1, 2 * grid), (0, 2 * (1 - grid))):
        rows = student.posterior_grid(grid, prior, np.array([toss]))
        with hint("heads-and-tails" if np.allclose(rows[-1], 2 - right) else "likelihood"):
            close(rows[-1], right)


@pytest.mark.weight(1)
def test_order_does_not_matter(student, draw):
    """The same tosses in another order lead to the same last density"""
    grid = np.linspace(0.0, 1.0, 61)
    prior = draw.rng.uniform(0.5, 4.0, 61)
    for n in (8, 150):
        tosses = np.sort(coin(draw, n))
        first = student.posterior_grid(grid, prior, tosses)
        for other in (tosses[::-1].copy(), draw.rng.permutation(tosses)):
            with hint("order"):
                close(student.posterior_grid(grid, prior, other)[-1], first[-1])


@pytest.mark.weight(2)
def test_todays_prior_is_yesterdays_posterior(student, draw):
    """Each row knows the tosses so far, and can be the prior of those to come"""
    grid = uneven_grid(draw)
    prior, tosses = draw.rng.uniform(0.5, 4.0, len(grid)), coin(draw, 9)
    rows = student.posterior_grid(grid, prior, tosses)
    for t in (3, 6):
        with hint("one-at-a-time"):
            close(student.posterior_grid(grid, prior, tosses[:t]), rows[: t + 1])
            close(student.posterior_grid(grid, rows[t], tosses[t:]), rows[t:])


@pytest.mark.weight(2)
@pytest.mark.limit(10)
def test_thousands_of_tosses(student, draw):
    """5,000 tosses are no problem"""
    grid = np.linspace(0.0, 1.0, 161)
    heads = draw.integer(2000, 3000)
    tosses = draw.rng.permutation(np.arange(5000) < heads).astype(np.int64)  # sorted, they would underflow on the way
    with hint("many"):
        rows = student.posterior_grid(grid, np.ones(161), tosses)
        assert np.isfinite(rows).all()
        # the peak is wider than a step of the grid: the trapezoid rule is then exact to many more digits than 1e-6
        close(np.trapezoid(rows[-1] * grid, grid), (heads + 1) / 5002, rtol=1e-6)


@pytest.mark.weight(2)
def test_uneven_grid(student, draw):
    """The grid may have unequal steps and need not reach the ends"""
    for _ in range(3):
        grid = uneven_grid(draw)
        prior, tosses = draw.rng.uniform(0.5, 4.0, len(grid)), coin(draw, 6)
        with hint("uneven"):
            close(student.posterior_grid(grid, prior, tosses), by_formula(grid, prior, tosses))


@pytest.mark.weight(1)
def test_what_the_prior_excludes(student, draw):
    """Where the prior is 0 the posterior stays 0"""
    grid = np.linspace(0.0, 1.0, 81)
    prior = np.where((grid > 0.2) & (grid < draw.rng.uniform(0.5, 0.9)), draw.rng.uniform(0.5, 4.0, 81), 0.0)
    tosses = coin(draw, 12)
    with hint("excluded"):
        rows = student.posterior_grid(grid, prior, tosses)
        assert (rows[:, prior == 0] == 0).all()
        assert (rows[:, prior > 0] > 0).all()


@pytest.mark.weight(1)
def test_no_area_is_left(student, draw):
    """A prior without area, and a toss that the prior excludes, raise ValueError"""
    grid = np.linspace(0.0, 1.0, draw.integer(20, 40))
    heads, tails = np.ones(3, dtype=np.int64), np.zeros(3, dtype=np.int64)
    never, always = np.zeros(len(grid)), np.zeros(len(grid))
    never[0] = always[-1] = draw.rng.uniform(0.5, 4.0)  # p = 0 alone, p = 1 alone
    with hint("no-area"):
        assert np.isfinite(student.posterior_grid(grid, never, tails)).all()
        assert np.isfinite(student.posterior_grid(grid, always, heads)).all()
    for prior, tosses in (
        (np.zeros(len(grid)), heads),
        (np.zeros(len(grid)), heads[:0]),
        (never, np.append(tails, 1)),
        (always, np.append(heads, 0)),
    ):
        with hint("no-area"), pytest.raises(ValueError):
            student.posterior_grid(grid, prior, tosses)
