"""Ctrl-C during ``nbgrader autograde``: it ends the run between two notebooks, or while one waits for its result.

Left alone, Python raises KeyboardInterrupt wherever the main thread happens to be. In a finalizer, and SQLAlchemy
has one for each row that nbgrader lets go of, it is printed and lost: the run would go on to its end. Elsewhere
nbgrader answers with a traceback.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Interrupt:
    """Whether Ctrl-C was pressed. Whoever presses it a second time is obeyed at once, as without this."""

    def __init__(self) -> None:
        self._pressed = False
        self._waiting = False

    def listen(self) -> None:
        """Take the place of Python's own handler; for a process that does nothing but this run."""
        if threading.current_thread() is threading.main_thread():  # no other may
            signal.signal(signal.SIGINT, self._on_signal)

    def check(self) -> None:
        """Raise KeyboardInterrupt if it was pressed before."""
        if self._pressed:
            raise KeyboardInterrupt

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """While this lasts, it is raised at once."""
        self._waiting = True
        try:
            self.check()  # not before the line above: what is pressed between the two would wait as well
            yield
        finally:
            self._waiting = False

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        again, self._pressed = self._pressed, True
        if again or self._waiting:
            raise KeyboardInterrupt
