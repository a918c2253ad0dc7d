"""A command, killed or hindered, and run again until it ends in order."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.integration.toy import WEEK, environment
from tests.reliability.killer import Killer
from tests.reliability.outcome import Wrong

COMMANDS = 60
"""A command that has not ended in order after so many times never will."""

HANGS = 240.0
"""Seconds after which a command is given up: a fault must end in an error, never in a wait."""

GRADE = ("autograder.cli", "grade", WEEK)
AUTOGRADE = ("nbgrader", "autograde", WEEK)
RELEASE = ("autograder.cli", "grade", WEEK, "--retry-quarantined")
"""What staff run for submissions that sandboxes died of too often."""


@dataclass
class Run:
    """What became of one class: how often the command was started, and how its runs ended.

    ``released`` counts the times that staff had to release submissions from quarantine; ``seconds`` are of all
    commands, ``lost`` those of them that an undisturbed run does not take.
    """

    fault: str
    commands: int = 0
    exits: Counter[str] = field(default_factory=Counter)
    kills: Counter[str] = field(default_factory=Counter)
    released: int = 0
    seconds: float = 0.0
    lost: float = 0.0
    said: str = ""


@contextlib.contextmanager
def started(root: Path, command: tuple[str, ...], **more: str) -> Iterator[tuple[subprocess.Popen, Path]]:
    """A command as staff type it, in a session of its own; and the file of what it says. Nobody of it stays behind."""
    with tempfile.NamedTemporaryFile(prefix="reliability-") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=root,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            env=environment(**more),
            start_new_session=True,
        )
        try:
            yield process, Path(said.name)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def until_done(
    run: Run,
    root: Path,
    command: tuple[str, ...],
    killer: Killer | None = None,
    meanwhile: Callable[[subprocess.Popen, int], None] | None = None,
    **more: str,
) -> Run:
    """Start a command again and again until it ends with 0.

    Parameters
    ----------
    killer : Killer, optional
    meanwhile : callable, optional
        Called with each process and how many there were before it; it may wait for the process.

    Raises
    ------
    Wrong
        If the command hangs, or never ends in order.
    """
    for number in range(COMMANDS):
        begin = time.monotonic()
        with started(root, command, **more) as (process, said):
            if killer is not None:
                killer.haunt(process, begin + HANGS)
                run.kills = killer.killed
            if meanwhile is not None:
                meanwhile(process, number)
            try:
                code = process.wait(max(1.0, begin + HANGS - time.monotonic()))
            except subprocess.TimeoutExpired:
                raise Wrong(f"{run.fault}: {' '.join(command)} hangs: {_tail(said)}") from None
            run.said = _tail(said)
        run.commands += 1
        run.seconds += time.monotonic() - begin
        run.exits[_ending(code)] += 1
        if code == 0:
            return run
        if "--retry-quarantined" in run.said:
            run.released += 1
            with started(root, RELEASE, **more) as (process, said):
                process.wait(HANGS)
    raise Wrong(f"{run.fault}: {' '.join(command)} did not end in order in {COMMANDS} times: {run.said}")


def _ending(code: int) -> str:
    return f"exit {code}" if code >= 0 else signal.Signals(-code).name


def _tail(path: Path) -> str:
    return path.read_text(errors="replace")[-3000:]
