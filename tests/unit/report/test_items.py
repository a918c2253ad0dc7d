from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from autograder.report.items import FEWEST, analyse, redundant_pairs, reliability, spread


def items_of(passed, points=None, **options):
    passed = np.asarray(passed, float)
    names = [f"t{j}" for j in range(passed.shape[1])]
    return analyse(names, passed, np.ones(len(names)) if points is None else np.asarray(points, float), **options)


@pytest.fixture
def rasch():
    """200 students and 6 items whose pass probability grows with ability."""
    rng = np.random.default_rng(3)
    ability, hardness = rng.normal(size=(200, 1)), np.linspace(-1.5, 1.5, 6)
    return (rng.uniform(size=(200, 6)) < 1 / (1 + np.exp(hardness - 2 * ability))).astype(float)


# Ten students, four items.
KNOWN = np.array([[1, 1, 1, 1], [1, 1, 1, 0], [1, 1, 0, 1], [1, 1, 0, 0], [1, 0, 1, 0],
                  [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1], [0, 0, 0, 0], [1, 1, 1, 1]], float)  # fmt: skip


def test_difficulty_is_the_share_that_passes():
    assert [i.difficulty for i in items_of(KNOWN)] == [0.7, 0.6, 0.4, 0.4]


def test_discrimination_is_the_correlation_with_the_other_items():
    for j, item in enumerate(items_of(KNOWN)):
        rest = np.delete(KNOWN, j, axis=1).sum(axis=1)
        assert item.discrimination == pytest.approx(stats.pearsonr(KNOWN[:, j], rest).statistic)


def test_known_values():
    # by hand: item 3 passes for students 0, 2, 7, 9 with rest scores 3, 2, 0, 3; the mean rest is 1.7, sd 1.1
    item = items_of(KNOWN)[3]
    expected = (2.0 - 1.7) / 1.1 * np.sqrt(0.4 / 0.6)
    assert item.discrimination == pytest.approx(expected)


def test_alpha_is_the_textbooks_value():
    # Kuder & Richardson's formula 20 by hand: k/(k-1) (1 - sum pq / var), population variances throughout
    p = KNOWN.mean(axis=0)
    kr20 = 4 / 3 * (1 - (p * (1 - p)).sum() / KNOWN.sum(axis=1).var())
    assert reliability(KNOWN, np.ones(4)) == pytest.approx(kr20)


def test_points_weigh_the_rest_score(rasch):
    points = np.array([5.0, 1, 1, 1, 1, 1])
    item = items_of(rasch, points)[1]
    rest = rasch @ points - rasch[:, 1]
    assert item.discrimination == pytest.approx(np.corrcoef(rasch[:, 1], rest)[0, 1])


def test_the_interval_is_that_of_scipys_bootstrap(rasch):
    item = items_of(rasch, replicates=4000)[2]
    rest = np.delete(rasch, 2, axis=1).sum(axis=1)
    oracle = stats.bootstrap(
        (rasch[:, 2], rest), lambda x, y: stats.pearsonr(x, y).statistic, paired=True, vectorized=False,
        n_resamples=2000, method="percentile", rng=np.random.default_rng(1),
    ).confidence_interval  # fmt: skip
    assert (item.low, item.high) == pytest.approx(tuple(oracle), abs=0.02)
    assert item.low < item.discrimination < item.high


def test_the_same_class_gives_the_same_intervals(rasch):
    assert items_of(rasch) == items_of(rasch)


def test_a_test_that_strong_students_fail_is_suspect_and_a_hard_one_is_not(rasch):
    strength = rasch.sum(axis=1)
    inverted = (strength < np.median(strength)).astype(float)
    hard = (strength >= 6).astype(float)
    items = items_of(np.column_stack([rasch, inverted, hard]))
    assert [i.suspect for i in items] == [False] * 6 + [True, False]
    assert items[6].high < 0


def test_pairs_that_say_the_same_are_named_within_a_question_alone(rasch):
    doubled = np.column_stack([rasch, rasch[:, 0]])
    names = [f"t{j}" for j in range(7)]
    assert redundant_pairs(names, doubled, ["q"] * 7) == [("t0", "t6", pytest.approx(1.0))]
    assert redundant_pairs(names, doubled, ["q"] * 6 + ["other"]) == []


def test_items_that_do_not_vary_have_no_discrimination():
    for constant, never_failed in ((1.0, True), (0.0, False)):
        item = items_of(np.column_stack([np.full(10, constant), KNOWN[:, :2]]))[0]
        assert np.isnan(item.discrimination) and np.isnan(item.low) and not item.suspect
        assert (item.never_failed, item.never_passed) == (never_failed, not never_failed)


def test_what_was_not_reached_is_left_out_of_its_item():
    passed = KNOWN.copy()
    passed[:3, 3] = np.nan
    item = items_of(passed)[3]
    assert (item.answered, item.difficulty) == (7, 2 / 7)


@pytest.mark.parametrize("n", [0, 1, FEWEST - 1])
def test_small_classes_get_no_correlation(n):
    items = items_of(np.resize(KNOWN, (n, 4)) if n else np.zeros((0, 4)))
    assert all(np.isnan(i.discrimination) and np.isnan(i.low) for i in items)


def test_no_items_are_no_problem():
    assert analyse([], np.zeros((5, 0)), np.zeros(0)) == []
    assert np.isnan(reliability(np.zeros((5, 0)), np.zeros(0)))


def test_spread_of_scores():
    found = spread(np.array([0.0, 2, 4, 4, np.nan]), 4)
    assert (found.count, found.mean, found.median, found.at_zero, found.at_full) == (4, 2.5, 3.0, 0.25, 0.5)
    assert spread(np.array([]), 4).count == 0
