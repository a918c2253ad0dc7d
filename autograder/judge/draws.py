"""Random inputs of hidden tests: different for each student, the same at every regrade."""

from __future__ import annotations

import hashlib
import hmac

import numpy as np


def seed_of(secret: bytes, assignment: str, question: str, student: str, case: str) -> int:
    """Seed of one test case, a whole number below 2**64."""
    text = f"{assignment}/{question}/{student}/{case}".encode("utf-8", "surrogatepass")
    return int.from_bytes(hmac.digest(secret, text, hashlib.sha256)[:8], "big")


class Draw:
    """Inputs drawn for one test case.

    Attributes
    ----------
    seed : int
    rng : numpy.random.Generator
    """

    def __init__(self, seed: int):
        self.seed = seed
        self.rng = np.random.default_rng(seed)

    def integer(self, low: int, high: int) -> int:
        """A whole number with low <= x < high."""
        return int(self.rng.integers(low, high))

    def sizes(self) -> tuple[int, int]:
        """Rows and columns (n, d), n in 5..12, d in 2..6 and never equal: a swapped axis shows."""
        n = self.integer(5, 13)
        d = int(self.rng.choice([size for size in range(2, 7) if size != n]))
        return n, d

    def matrix(self, n: int | None = None, d: int | None = None, scale: float = 1.0) -> np.ndarray:
        """Standard normal numbers times ``scale``, shape (n, d)."""
        drawn_n, drawn_d = self.sizes()
        return self.rng.normal(size=(drawn_n if n is None else n, drawn_d if d is None else d)) * scale

    def vector(self, n: int | None = None, scale: float = 1.0) -> np.ndarray:
        """Standard normal numbers times ``scale``, shape (n,)."""
        return self.rng.normal(size=self.integer(5, 13) if n is None else n) * scale

    def labels(self, n: int | None = None, k: int | None = None) -> np.ndarray:
        """Class labels 0..k-1, int64, shape (n,); every class occurs where n >= k."""
        k = self.integer(3, 6) if k is None else k
        n = self.integer(k + 3, k + 10) if n is None else n
        y = np.concatenate([np.arange(min(k, n)), self.rng.integers(0, k, size=max(n - k, 0))])
        return self.rng.permutation(y).astype(np.int64)

    def generator(self) -> np.random.Generator:
        """A fresh generator to pass to the student's code."""
        return np.random.default_rng(self.integer(0, 2**63 - 1))
