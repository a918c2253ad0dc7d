"""Item analysis: how hard a test is, whether it tells strong students from weak ones, which tests say the same.

Rows are students, columns tests; an entry is 1 (passed), 0 (failed) or NaN (not reached, or not of this suite).
The terms are those of classical test theory: difficulty is the share that passes, discrimination the correlation of
an item with the score on all *other* items (the corrected item-total correlation).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

REPLICATES = 1000
"""Bootstrap samples of students."""

TAIL = 0.27
"""Share of the class that counts as strong, and as weak (Kelley 1939)."""

FEWEST = 8
"""Students below which correlations are not computed: they would be noise."""

ALIKE = 0.95
"""Correlation from which on two tests of a question are called redundant."""


@dataclass(frozen=True)
class Item:
    """One test in one class.

    Attributes
    ----------
    name : str
    answered : int
        Students for whom it passed or failed.
    difficulty : float
        Share of these that passed, in [0, 1]; NaN without any.
    discrimination : float
        Correlation with the rest of the score, in [-1, 1]; NaN where one of the two does not vary.
    low, high : float
        95 % bootstrap interval of the discrimination.
    strong_fail, weak_fail : float
        Share that fails among the strongest and the weakest 27 %, by the rest of the score.
    """

    name: str
    answered: int
    difficulty: float
    discrimination: float
    low: float
    high: float
    strong_fail: float
    weak_fail: float

    @property
    def never_failed(self) -> bool:
        return self.answered > 0 and self.difficulty == 1.0

    @property
    def never_passed(self) -> bool:
        return self.answered > 0 and self.difficulty == 0.0

    @property
    def suspect(self) -> bool:
        """Strong students fail it at least as often as weak ones: a likely bug of the test."""
        if not np.isfinite(self.discrimination):
            return False
        backwards = bool(self.high < 0)
        return backwards or (self.strong_fail >= 0.3 and self.strong_fail >= self.weak_fail)


def analyse(
    names: list[str], passed: np.ndarray, points: np.ndarray, replicates: int = REPLICATES, seed: int = 0
) -> list[Item]:
    """Statistics of every item.

    Parameters
    ----------
    names : list of str, length t
    passed : ndarray, shape (n, t)
        1, 0 or NaN.
    points : ndarray, shape (t,)
        What an item adds to the score when it passes.
    replicates : int
        Bootstrap samples; 0 leaves the intervals NaN.
    seed : int
        The same seed gives the same intervals.
    """
    passed = np.asarray(passed, float)
    if not names:
        return []
    known = np.isfinite(passed)
    value = np.where(known, passed, 0.0)
    rest = (value * points).sum(axis=1, keepdims=True) - value * points
    n = len(passed)
    estimate = _correlations(np.ones((1, n)), value, rest, known)[0] if n else np.full(len(names), np.nan)
    low = high = np.full(len(names), np.nan)
    if n >= FEWEST and replicates:
        counts = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=replicates).astype(float)
        drawn = _correlations(counts, value, rest, known)
        # a sample in which an item does not vary says nothing about its correlation
        usable = np.isfinite(drawn).sum(axis=0) >= replicates / 2
        with np.errstate(all="ignore"):
            ends = np.full((2, len(names)), np.nan)
            if usable.any():
                ends[:, usable] = np.nanquantile(drawn[:, usable], [0.025, 0.975], axis=0)
        low, high = ends
    if n < FEWEST:
        estimate = np.full(len(names), np.nan)
    items = []
    for j, name in enumerate(names):
        answered = int(known[:, j].sum())
        strong, weak = _tails(value[known[:, j], j], rest[known[:, j], j])
        share = float(value[known[:, j], j].mean()) if answered else float("nan")
        ends_j = (float(low[j]), float(high[j])) if np.isfinite(estimate[j]) else (float("nan"), float("nan"))
        items.append(Item(name, answered, share, float(estimate[j]), *ends_j, strong, weak))
    return items


def _correlations(weights: np.ndarray, x: np.ndarray, y: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Pearson correlations of each column of x with that of y over the known rows, a row of weights a sample.

    Parameters
    ----------
    weights : ndarray, shape (b, n)
    x, y, known : ndarray, shape (n, t)

    Returns
    -------
    ndarray, shape (b, t)
    """
    mask = known.astype(float)
    # centred first: the products below would lose all their digits to large scores
    y = (y - y.mean(axis=0)) * mask
    x = x * mask
    total = weights @ mask
    with np.errstate(invalid="ignore", divide="ignore"):
        mean_x, mean_y = weights @ x / total, weights @ y / total
        var_x = weights @ (x * x) / total - mean_x**2
        var_y = weights @ (y * y) / total - mean_y**2
        cov = weights @ (x * y) / total - mean_x * mean_y
        found = cov / np.sqrt(var_x * var_y)
    scale = (y * y).max(axis=0, initial=0.0)
    found[(var_x < 1e-12) | (var_y <= 1e-12 * scale)] = np.nan
    return np.clip(found, -1.0, 1.0)


def _tails(passed: np.ndarray, rest: np.ndarray) -> tuple[float, float]:
    """Share that fails among the strongest and the weakest."""
    if len(passed) < FEWEST:
        return float("nan"), float("nan")
    size = max(1, round(TAIL * len(passed)))
    order = np.argsort(rest, kind="stable")
    return float(1 - passed[order[-size:]].mean()), float(1 - passed[order[:size]].mean())


def redundant_pairs(names: list[str], passed: np.ndarray, groups: list[str]) -> list[tuple[str, str, float]]:
    """Pairs of tests of one group (question) that nearly always pass and fail together, and their correlation."""
    passed = np.asarray(passed, float)
    found = []
    for group in dict.fromkeys(groups):
        columns = [j for j, g in enumerate(groups) if g == group]
        for at, i in enumerate(columns):
            for j in columns[at + 1 :]:
                both = np.isfinite(passed[:, i]) & np.isfinite(passed[:, j])
                a, b = passed[both, i], passed[both, j]
                if len(a) < FEWEST or a.std() == 0 or b.std() == 0:
                    continue
                phi = float(np.corrcoef(a, b)[0, 1])
                if phi >= ALIKE:
                    found.append((names[i], names[j], phi))
    return sorted(found, key=lambda pair: -pair[2])


def reliability(passed: np.ndarray, points: np.ndarray) -> float:
    """Cronbach's alpha of the score (KR-20 where all items weigh the same); NaN where it is not defined.

    What was not reached counts as failed.
    """
    scores = np.nan_to_num(np.asarray(passed, float)) * points
    k = scores.shape[1] if scores.ndim == 2 else 0
    if k < 2 or len(scores) < 2:
        return float("nan")
    total = scores.sum(axis=1).var(ddof=1)
    return float("nan") if total == 0 else float(k / (k - 1) * (1 - scores.var(axis=0, ddof=1).sum() / total))


@dataclass(frozen=True)
class Spread:
    """How the scores of a question (or of all) lie: shares at nothing and at everything, in points else."""

    count: int
    mean: float
    median: float
    at_zero: float
    at_full: float


def spread(scores: np.ndarray, maximum: float) -> Spread:
    """Summary of scores, NaN left out; NaN everywhere where there is no score at all."""
    scores = np.asarray(scores, float)
    scores = scores[np.isfinite(scores)]
    if not len(scores):
        return Spread(0, *[float("nan")] * 4)
    full = float((scores >= maximum - 1e-9).mean()) if maximum > 0 else float("nan")
    return Spread(len(scores), float(scores.mean()), float(np.median(scores)), float((scores <= 0).mean()), full)
