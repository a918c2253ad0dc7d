"""Ends processes of a running command by SIGKILL, at random moments at which there is somebody to be killed."""

from __future__ import annotations

import contextlib
import random
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import psutil
from docker.errors import DockerException

from tests.reliability.victims import Kill, victims

LOOK_SECONDS = 0.004
"""Between two looks for a victim: some live for milliseconds."""

PATIENCE = 3.0
"""Seconds after which somebody else is looked for: there may be none of a kind any more."""

APART = 3.0
"""Seconds between two guests: a question that loses its process twice counts as its student's fault
(docs/reliability.md), and what is tried here is one accident a submission."""


@dataclass
class Killer:
    """Kills what its plan says, in a random order, ``pause`` seconds apart.

    Attributes
    ----------
    chance : random.Random
        Seeded by who makes this.
    plan : list of str
        Kinds still to be killed.
    find : callable
        Who there is of a kind, given the command's process.
    killed : Counter
        How many of each kind were.
    """

    chance: random.Random
    plan: list[str]
    find: Callable[[str, subprocess.Popen], list[Kill]] = lambda kind, process: victims(kind, process.pid, "local")
    pause: tuple[float, float] = (0.15, 1.0)
    killed: Counter[str] = field(default_factory=Counter)
    _guest: float = 0.0

    def __post_init__(self) -> None:
        self.chance.shuffle(self.plan)

    def haunt(self, process: subprocess.Popen, deadline: float, idle: Callable[[], bool] = lambda: False) -> None:
        """Kill until the command has ended, the plan is done, or nobody is found because it is idle."""
        while self.plan and time.monotonic() < deadline:
            if _ended(process, self.chance.uniform(*self.pause)):
                return
            place = self._next()
            if place is None:
                continue
            kind = self.plan[place]
            if self._kill_one(kind, process):
                del self.plan[place]
                self.killed[kind] += 1
                self._guest = time.monotonic() if kind == "guest" else self._guest
            elif idle():
                return
            else:
                self.plan.append(self.plan.pop(place))

    def _next(self) -> int | None:
        """Place of the next kind in the plan that may be killed now."""
        waits = time.monotonic() - self._guest < APART
        return next((i for i, kind in enumerate(self.plan) if not (waits and kind == "guest")), None)

    def _kill_one(self, kind: str, process: subprocess.Popen) -> bool:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and process.poll() is None:
            # gone between two looks, or on its way out: then another one
            with contextlib.suppress(psutil.NoSuchProcess, IndexError, DockerException):
                self.chance.choice(self.find(kind, process))()
                return True
            time.sleep(LOOK_SECONDS)
        return False


def _ended(process: subprocess.Popen, seconds: float) -> bool:
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
        return True
    return False
