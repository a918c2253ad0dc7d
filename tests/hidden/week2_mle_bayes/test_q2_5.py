"""Hidden suite of Q2.5: conjugate update, MAP and credible interval."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from autograder.judge import close, hint

HINTS = {
    "types": "beta_update returns a BetaPosterior(a, b), beta_map a float, credible_interval two floats, lower and "
    "upper.",
    "purity": "Your code changed an array that it was given. Make a new one.",
    "update": "Heads are added to a, tails to b, and to nothing else: every toss counts once, on top of the prior.",
    "batches": "Two batches of tosses, one after the other, should lead to the same posterior as all tosses at once, "
    "and no tosses should change nothing.",
    "map": "Your estimate is not the mode (a - 1) / (a + b - 2).",
    "mean-is-not-mode": "You return the posterior mean a / (a + b); MAP is the mode, where the density is largest.",
    "flat-prior": "Under the flat prior Beta(1, 1) the MAP estimate should be the fraction of heads.",
    "mode-at-an-end": "With a = 1 and b > 1 the mode is 0, with b = 1 and a > 1 it is 1: these are answers, not "
    "errors.",
    "no-mode": "A density that grows without bound at an end, or is flat, has no single mode: raise ValueError.",
    "interval": "Your interval does not end where the distribution function reaches (1 - mass) / 2 and (1 + mass) / "
    "2. Build it with the trapezoid rule, starting from 0, and interpolate between the grid points.",
    "one-tail": "The probability below your interval is not that above it: an equal-tailed interval leaves half of "
    "the rest on each side.",
    "mass": "The interval should hold the probability 'mass' that is asked for, not always the same.",
    "not-normal": "For a lopsided posterior your interval is wrong, or leaves [0, 1]. Mean and standard deviation "
    "describe a Gaussian; read the interval off the distribution function.",
    "uneven": "On a grid with unequal steps your interval is wrong: the width of each step belongs into the area.",
}


def prior_of(draw):
    return draw.rng.uniform(0.5, 6.0), draw.rng.uniform(0.5, 6.0)


def coin(draw):
    """Tosses with unequal, positive numbers of heads and tails."""
    heads = draw.integer(3, 12)
    n = 2 * heads + int(draw.rng.choice([-2, -1, 3, 5]))
    return draw.rng.permutation(np.arange(n) < heads).astype(np.int64), heads, n - heads


def on_grid(a, b, points=401, grid=None):
    """A Beta density with area 1 by the trapezoid rule."""
    grid = np.linspace(0.0, 1.0, points) if grid is None else grid
    density = stats.beta(a, b).pdf(grid)
    return grid, density / np.trapezoid(density, grid)


def crossing(grid, density, level):
    """Where the distribution function reaches a level, step by step."""
    reached = 0.0
    for k in range(1, len(grid)):
        step = (density[k - 1] + density[k]) / 2 * (grid[k] - grid[k - 1])
        if reached + step >= level:
            return grid[k - 1] + (grid[k] - grid[k - 1]) * (level - reached) / step
        reached += step
    return grid[-1]


def ends(interval):
    lower, upper = interval
    return float(lower), float(upper)


def is_float(value):
    return np.ndim(value) == 0 and np.asarray(value).dtype == np.float64


@pytest.mark.weight(1)
def test_types_and_shapes(student, draw):
    """A BetaPosterior, a float, and two floats come back; arguments are not modified"""
    (a, b), (tosses, _, _) = prior_of(draw), coin(draw)
    kept = student.put(tosses)
    with hint("types"):
        post = student.beta_update(student.BetaPosterior(a, b), kept)
        assert np.ndim(post.a) == np.ndim(post.b) == 0
        assert is_float(student.beta_map(student.BetaPosterior(a + 3.0, b + 4.0)))
        grid, density = on_grid(a + 2.0, b + 3.0)
        kept_grid, kept_density = student.put(grid), student.put(density)
        lower, upper = student.credible_interval(kept_grid, kept_density)
        assert is_float(lower) and is_float(upper)
    for part, after in ((tosses, kept), (grid, kept_grid), (density, kept_density)):
        assert np.array_equal(after.get(), part), hint("purity")


@pytest.mark.weight(2)
def test_update(student, draw):
    """Heads are added to a, tails to b"""
    for _ in range(3):
        (a, b), (tosses, heads, tails) = prior_of(draw), coin(draw)
        with hint("update"):
            close(student.beta_update(student.BetaPosterior(a, b), tosses), (a + heads, b + tails))


@pytest.mark.weight(1)
def test_batches(student, draw):
    """Tosses may come in batches, and a batch may be empty"""
    (a, b), (first, _, _), (second, _, _) = prior_of(draw), coin(draw), coin(draw)
    prior = student.BetaPosterior(a, b)
    with hint("batches"):
        post = student.beta_update(student.beta_update(prior, first), second)
        close(post, student.beta_update(prior, np.concatenate([first, second])))
        close(student.beta_update(post, first[:0]), post)


@pytest.mark.weight(2)
def test_map(student, draw):
    """The MAP estimate is the mode"""
    for _ in range(4):
        a, b = draw.rng.uniform(1.2, 9.0), draw.rng.uniform(1.2, 9.0)
        value = student.beta_map(student.BetaPosterior(a, b))
        with hint("mean-is-not-mode" if np.allclose(value, a / (a + b)) else "map"):
            close(value, (a - 1) / (a + b - 2))


@pytest.mark.weight(1)
def test_map_under_the_flat_prior(student, draw):
    """Under the flat prior the MAP estimate is the maximum likelihood estimate"""
    for _ in range(2):
        tosses, heads, tails = coin(draw)
        with hint("flat-prior"):
            post = student.beta_update(student.BetaPosterior(1.0, 1.0), tosses)
            close(student.beta_map(post), heads / (heads + tails))


@pytest.mark.weight(1)
def test_mode_at_an_end(student, draw):
    """The mode may lie at an end"""
    large = draw.rng.uniform(1.5, 9.0)
    with hint("mode-at-an-end"):
        close(student.beta_map(student.BetaPosterior(1.0, large)), 0.0)
        close(student.beta_map(student.BetaPosterior(large, 1.0)), 1.0)


@pytest.mark.weight(1)
def test_no_mode(student, draw):
    """Where there is no single mode, ValueError is raised"""
    small, large = draw.rng.uniform(0.2, 0.9), draw.rng.uniform(1.5, 9.0)
    with hint("map"):
        assert 0 < float(student.beta_map(student.BetaPosterior(large, large + 1.0))) < 1
    for a, b in ((1.0, 1.0), (small, large), (large, small), (small, small), (small, 1.0)):
        with hint("no-mode"), pytest.raises(ValueError):
            student.beta_map(student.BetaPosterior(a, b))


@pytest.mark.weight(3)
def test_interval(student, draw):
    """The interval ends where the distribution function reaches the two levels"""
    for points in (41, 67, 201):
        grid, density = on_grid(draw.rng.uniform(2.0, 9.0), draw.rng.uniform(2.0, 9.0), points)
        interval = ends(student.credible_interval(grid, density))
        with hint("interval"):
            close(interval, (crossing(grid, density, 0.025), crossing(grid, density, 0.975)))


@pytest.mark.weight(2)
def test_mass_of_the_interval(student, draw):
    """The interval holds the probability that is asked for, with equal tails"""
    for mass in (0.95, 0.5, draw.rng.uniform(0.6, 0.9)):
        a, b = draw.rng.uniform(4.0, 9.0), draw.rng.uniform(1.5, 3.0)
        grid, density = on_grid(a, b)
        lower, upper = ends(student.credible_interval(grid, density, mass))
        below, above = stats.beta(a, b).cdf(lower), stats.beta(a, b).sf(upper)
        with hint("mass"):
            assert abs(1 - below - above - mass) <= 2 / len(grid)
        with hint("one-tail"):
            assert abs(below - above) <= 2 / len(grid)


@pytest.mark.weight(1)
def test_lopsided_posterior(student, draw):
    """After tails only the interval lies inside [0, 1]"""
    a, b = 1.0, float(draw.integer(15, 40))
    for first, second in ((a, b), (b, a)):
        grid, density = on_grid(first, second, 801)
        lower, upper = ends(student.credible_interval(grid, density))
        with hint("not-normal"):
            assert 0 < lower < upper < 1
            close((lower, upper), stats.beta(first, second).ppf([0.025, 0.975]).tolist(), rtol=0, atol=2e-3)


@pytest.mark.weight(1)
def test_uneven_grid(student, draw):
    """The grid may have unequal steps"""
    for _ in range(2):
        steps = draw.rng.uniform(0.2, 3.0, draw.integer(40, 80))
        grid = np.cumsum(steps) / steps.sum()
        grid, density = on_grid(draw.rng.uniform(2.0, 6.0), draw.rng.uniform(2.0, 6.0), grid=grid)
        with hint("uneven"):
            interval = ends(student.credible_interval(grid, density, 0.9))
            close(interval, (crossing(grid, density, 0.05), crossing(grid, density, 0.95)))
