"""How far grading is: a bar with an estimate on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import logging
import sys
import time
from typing import TYPE_CHECKING, Any

from autograder.cluster import Progress as PoolProgress

if TYPE_CHECKING:
    from rich.progress import Progress

_SECONDS_BETWEEN_LINES = 10.0


class ProgressReport:
    """Shows a pool's progress.

    Parameters
    ----------
    log : logging.Logger
        Takes the lines where standard error is no terminal.
    """

    def __init__(self, log: Any):
        self._log = log
        self._bar: Progress | None = None
        self._task: Any = None
        self._redirected: list[tuple[logging.StreamHandler, Any]] = []
        self._began = self._said = 0.0

    def start(self, total: int) -> None:
        """Begin; ``total`` submissions will be graded."""
        self._began = self._said = time.monotonic()
        if total < 2 or not sys.stderr.isatty():
            return
        self._show(total)

    def _show(self, total: int) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )

        before = sys.stderr
        self._bar = Progress(
            TextColumn("grading"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._bar.start()
        self._task = self._bar.add_task("grading", total=total)
        # log handlers keep the stream that they began with: let their lines go above the bar
        for handler in _handlers(self._log):
            if isinstance(handler, logging.StreamHandler) and handler.stream is before:
                self._redirected.append((handler, handler.setStream(sys.stderr)))

    def update(self, progress: PoolProgress) -> None:
        """Called after each submission."""
        if self._bar is not None:
            self._bar.update(self._task, completed=progress.done)
            return
        now = time.monotonic()
        if progress.done == progress.total or now - self._said >= _SECONDS_BETWEEN_LINES:
            self._said = now
            left = (now - self._began) / progress.done * (progress.total - progress.done)
            self._log.info(
                "graded %d of %d (%d were stored, %d failed), about %.0f s left",
                progress.done,
                progress.total,
                progress.stored,
                progress.failed,
                left,
            )

    def stop(self) -> None:
        """End; the streams are as they were."""
        if self._bar is not None:
            for handler, stream in self._redirected:
                handler.setStream(stream)
            self._redirected = []
            self._bar.stop()
            self._bar = None


def _handlers(log: Any) -> list[logging.Handler]:
    """Handlers of a logger and of its ancestors."""
    found: list[logging.Handler] = []
    logger = getattr(log, "logger", log)  # traitlets may hand out an adapter
    while isinstance(logger, logging.Logger):
        found += logger.handlers
        logger = logger.parent if logger.propagate else None
    return found
