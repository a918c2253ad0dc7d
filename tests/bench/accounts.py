"""Who spends what: processor time and memory of a grader's command, judge and sandboxes.

Processor time: all of it is the cgroup's, which this process enters; the command's is its own clock, the judge's is its
process and its forks that have ended (/proc), and the rest is the sandboxes'. A fork counts when its parent has waited
for it, which may be with the next submission: figures are means over several, after some that warm up.

Memory: the proportional set size (Pss of /proc/PID/smaps_rollup) of a process and all below it: a page that n processes
share counts 1/n for each of them, so that the sum counts it once.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.grading import Grader
from autograder.sandbox.rendezvous import peer
from tests.bench.meter import Group, engine_group

_TICK = os.sysconf("SC_CLK_TCK")
WARM_UP = 3


@dataclass(frozen=True)
class Spent:
    """Seconds of processor time."""

    command: float = 0.0
    judge: float = 0.0
    sandbox: float = 0.0

    @property
    def together(self) -> float:
        return self.command + self.judge + self.sandbox

    def __sub__(self, other: Spent) -> Spent:
        return Spent(self.command - other.command, self.judge - other.judge, self.sandbox - other.sandbox)

    def __truediv__(self, count: int) -> Spent:
        return Spent(self.command / count, self.judge / count, self.sandbox / count)


class Accounts:
    """Of this process and all that it starts; its group is removed with the block.

    Raises
    ------
    SystemExit
        If this user may make no cgroup: then nobody could say what sandboxes use.
    """

    def __init__(self, containers: bool):
        self._group = Group(f"bench-{os.getpid()}")
        self._engine = engine_group() if containers else None

    def __enter__(self) -> Accounts:
        try:
            self._group.make()
        except OSError as error:
            raise SystemExit(f"a cgroup is needed, and cannot be made: {error}. Run this as root.") from error
        self._group.enter()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._group.leave()
        self._group.remove()

    def spent(self, grader: Grader) -> Spent:
        """Since this process began."""
        everything = self._group.cpu_seconds() + (self._engine.cpu_seconds() if self._engine else 0.0)
        command = time.process_time()
        judge = with_children(judge_of(grader)) if grader._judge is not None else 0.0
        return Spent(command, judge, everything - command - judge)

    def mean(self, grader: Grader, action: Callable[[], object], count: int) -> Spent:
        """What one of ``count`` actions takes, after some that warm up."""
        for _ in range(WARM_UP):
            action()
        before = self.spent(grader)
        for _ in range(count):
            action()
        return (self.spent(grader) - before) / count


def judge_of(grader: Grader) -> int:
    """Process id of a grader's judge."""
    return grader._judge._process.pid


def supervisors_of(grader: Grader) -> list[int]:
    """Process ids of the sandboxes that stand open."""
    return [peer(worker.control.socket)[0] for worker in grader._workers.open]


def with_children(pid: int) -> float:
    """Seconds of processor time of a process, and of its children that it has waited for."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(ticks) for ticks in fields[11:15]) / _TICK


def memory_mb(pid: int, below: bool = True) -> float:
    """Proportional set size of a process, and of all below it unless that is not asked for; in MiB."""
    return sum(_pss(each) for each in (_tree(pid) if below else (pid,))) / 2**20


def _tree(pid: int) -> Iterator[int]:
    """A process and all below it."""
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in task.read_text().split():
                yield from _tree(int(child))


def _pss(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return 1024 * int(line.split()[1])
    return 0
