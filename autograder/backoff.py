"""How long to wait before the machine's fault is tried again: longer each time, never in step with others."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Backoff:
    """A bounded number of tries with growing pauses between them.

    Attributes
    ----------
    tries : int
        The first one counts.
    first, longest : float
        Seconds: the pause after the first try, doubled after each other one, and its bound.
    """

    tries: int = 3
    first: float = 0.5
    longest: float = 30.0

    def pause(self, tries: int, chance: Callable[[], float] = random.random) -> float:
        """Seconds to wait after so many tries that failed.

        Half of it is left to chance: where a daemon was away, all that waited for it would ask again at once.
        """
        return min(self.longest, self.first * 2 ** (tries - 1)) * (1 + chance()) / 2
