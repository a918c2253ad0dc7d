"""How often grading on submit answers a student: the section [attempts] of assignment.toml."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class AttemptPolicy:
    """An attempt that is not answered is taken all the same, with its receipt: it counts when it is collected.

    Parameters
    ----------
    limit : int
        Attempts that are graded on submit; 0 for any number.
    cooldown_minutes : float
        Between one attempt that is graded and the next.
    """

    limit: int = 0
    cooldown_minutes: float = 0.0

    def why_not(self, answered: Sequence[dt.datetime], when: dt.datetime) -> tuple[str, str] | None:
        """Cause and sentence why an attempt that arrives at ``when`` is not graded now; None if it is.

        Parameters
        ----------
        answered : sequence of datetime
            Arrivals of the student's earlier attempts that were or will be graded, in any order.
        """
        if self.limit and len(answered) >= self.limit:
            several = "s" if self.limit > 1 else ""
            return "attempts-used-up", (
                f"This week grades {self.limit} attempt{several} as they arrive, and yours are used up. This one is "
                "kept and counts like any other; its result comes with everybody's."
            )
        pause = dt.timedelta(minutes=self.cooldown_minutes)
        last = max(answered, default=None)
        if pause and last is not None and when < last + pause:
            return "cooldown", (
                f"This week grades one attempt in {self.cooldown_minutes:g} minutes. This one is kept and counts like "
                f"any other; for a result now, hand in again after {last + pause:%H:%M:%S} UTC."
            )
        return None
